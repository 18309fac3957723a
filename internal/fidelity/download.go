package fidelity

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var downloadReaders = map[wire.Command]func(*inference){
	wire.DownloadFile: (*inference).downloadFile,
	wire.DownloadOTA:  (*inference).downloadOTA,
}

// updateFile is where the firmware keeps an update (nina-fw CommandHandler.cpp
// downloadOTA).
const updateFile = "/fs/UPDATE.BIN.LZSS"

// downloadFile serves what the file turns out to hold. The reply tells nothing.
func (in *inference) downloadFile() {
	address, end := in.x.text(3)
	name, _ := in.x.text(end)
	if data := in.fileLater("/fs/" + name); len(data) > 0 {
		in.publishes(address, data)
	}
}

// downloadOTA serves an update that is good, or the way it is bad.
func (in *inference) downloadOTA() {
	if !in.x.tells(1) {
		return
	}
	address, _ := in.x.text(3)
	status := wire.OTAStatus(in.x.vals[0].Uint8())
	if status != wire.OTADone && status != wire.OTABadCRC {
		return // as without a file
	}
	update := in.fileLater(updateFile)
	if len(update) < 8 {
		update = make([]byte, 8)
	}
	binary.LittleEndian.PutUint32(update, uint32(len(update)-8))
	sum := crc32.ChecksumIEEE(update[8:])
	if status == wire.OTABadCRC {
		sum++
	}
	binary.LittleEndian.PutUint32(update[4:], sum)
	in.publishes(address, update)
}

// fileLater returns what replies tell of a file until it is written again.
func (in *inference) fileLater(name string) (data []byte) {
	for _, x := range in.xs[in.x.n:] {
		switch {
		case x.cmd == wire.ExistsFile && fileOf(x) == name && x.tells(1):
			if n := x.vals[0].Int(); n > int64(len(data)) && n < maxUnread {
				data = append(data, make([]byte, int(n)-len(data))...)
			}
		case x.cmd == wire.ReadFile && fileOf(x) == name && x.tells(1):
			p, from := x.vals[0].Bytes(), int(min(x.u32le(4), maxUnread))
			data = append(data, make([]byte, max(from+len(p)-len(data), 0))...)
			copy(data[from:], p)
		case (x.cmd == wire.WriteFile || x.cmd == wire.DeleteFile) && fileOf(x) == name, x.cmd == wire.RenameFile, x.cmd == wire.DownloadFile:
			return data
		}
	}
	return data
}

// fileOf returns the name in a file command, behind an offset and a length.
func fileOf(x *exchange) string {
	_, end := x.text(3)
	_, end = x.text(end)
	name, _ := x.text(end)
	return name
}

// publishes serves data at a URL.
func (in *inference) publishes(address string, data []byte) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return
	}
	number, mode := uint64(80), wire.ModeTCP
	if u.Scheme == "https" {
		number, mode = 443, wire.ModeTLS
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		number = n
	}
	to := netip.AddrPortFrom(in.hostOf(u.Hostname(), true), uint16(number))
	in.named(u.Hostname(), to.Addr())
	in.far[in.x.n] = &farEnd{page: data}
	in.reached(target{mode: mode, host: u.Hostname(), addr: to}, true)
}

// respond answers one HTTP request with the page.
func (f *farEnd) respond(c net.Conn) {
	defer c.Close()
	if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
		return
	}
	head := fmt.Sprintf("HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n", len(f.page))
	c.Write(bytes.Join([][]byte{[]byte(head), f.page}, nil))
}
