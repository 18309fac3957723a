package emulator

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// downloadFile fetches a URL into a file, which is emptied before.
func downloadFile(f *firmware) func() {
	url := f.text(3, wire.MaxURL, "URL")
	name := mountPoint + f.text(4+int(f.u8(3)), maxRename-len(mountPoint), "file name")
	delete(f.e.flash, name)
	return f.download(url, func(data []byte) {
		f.e.flash[name] = data[:min(len(data), f.e.flash.room())]
		f.done(data != nil)
	})
}

// updateFile is where an update is kept. It begins with its own length and
// checksum.
const (
	updateFile   = mountPoint + "UPDATE.BIN.LZSS"
	updateHeader = 8
)

func downloadOTA(f *firmware) func() {
	url := f.text(3, wire.MaxOTAURL, "URL")
	return f.download(url, func(data []byte) {
		status := checkUpdate(data)
		if status == wire.OTADone {
			f.e.flash[updateFile] = data
		}
		f.answer(wire.Uint(uint8(status)))
	})
}

// checkUpdate looks at an update as the firmware does.
func checkUpdate(data []byte) wire.OTAStatus {
	switch {
	case len(data) < updateHeader, int(binary.LittleEndian.Uint32(data)) != len(data)-updateHeader:
		return wire.OTABadLength
	case binary.LittleEndian.Uint32(data[4:]) != crc32.ChecksumIEEE(data[updateHeader:]):
		return wire.OTABadCRC
	}
	return wire.OTADone
}

// download fetches a URL and goes on with then, which gets nothing when that
// fails, and is called with the lock held.
func (f *firmware) download(url string, then func([]byte)) func() {
	if !f.radio.up() {
		then(nil)
		return nil
	}
	return func() {
		data := f.fetch(url)
		f.e.mu.Lock()
		defer f.e.mu.Unlock()
		if !f.dead {
			then(data)
		}
	}
}

// fetch gets a URL over the Network, nil if that fails. It runs without the
// lock.
func (f *firmware) fetch(url string) []byte {
	client := http.Client{Timeout: connectTimeout, Transport: &http.Transport{
		DialContext:       f.dialName,
		TLSClientConfig:   &tls.Config{RootCAs: f.e.cfg.Roots},
		DisableKeepAlives: true,
	}}
	req, err := http.NewRequestWithContext(f.ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, flashSize))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return data
}

// dialName connects to "host:port", as the firmware's sockets do.
func (f *firmware) dialName(ctx context.Context, _, address string) (net.Conn, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, err
	}
	addr, err := f.addressOf(ctx, host)
	if err != nil {
		return nil, err
	}
	return f.e.cfg.Network.Dial(ctx, netip.AddrPortFrom(addr, uint16(port)))
}
