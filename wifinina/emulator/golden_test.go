package emulator

import (
	"crypto/tls"
	"encoding/hex"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestGolden plays the host side of recordings of the genuine firmware and
// compares every reply byte for byte. Lines that open with ">" are what the
// world does at that point. Nothing is exempt: addresses, ports and the time
// are those of the recording, by configuration. Only how often a host has to
// ask until something has happened is free, see pending.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			p := newPlayer(t, name)
			for _, line := range load(t, file) {
				p.play(line)
			}
			require.Empty(t, unexpected(p.Misuses(), name))
		})
	}
}

// pending is the answer of commands that mean "not yet": the player asks again
// until the recorded answer comes, and a recording's own repetitions count
// once. It depends on the speed of radio, network and host.
var pending = map[wire.Command][]string{
	wire.GetConnStatus:     {"e0a0010101ee"},                   // still joining
	wire.AvailDataTCP:      {"e0ab01020000", "e0ab0102ff00ee"}, // no data, no client
	wire.GetDatabufTCP:     {"e0c5010000ee"},                   // no data
	wire.GetClientStateTCP: {"e0af010104ee"},                   // the peer's FIN is on its way
	wire.SocketPoll:        {"e0fc010102ee"},                   // nothing to read
}

func isPending(request, reply string) bool {
	c, _ := strconv.ParseUint(request[2:4], 16, 8)
	return slices.ContainsFunc(pending[wire.Command(c)], func(p string) bool { return strings.HasPrefix(reply, p) })
}

// load reads a recording without the repetitions of "not yet".
func load(t *testing.T, file string) (lines []string) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if n := len(lines) - 1; n >= 0 && repeats(lines[n], line) {
			lines = lines[:n]
		}
		lines = append(lines, line)
	}
	return lines
}

func repeats(last, line string) bool {
	request, reply, _ := strings.Cut(last, " ")
	return strings.HasPrefix(line, request+" ") && request != ">" && isPending(request, reply)
}

// unexpected returns the misuses a recording should not contain: the malformed
// one is full of them.
func unexpected(m []Misuse, name string) []Misuse {
	if name == "malformed" {
		return nil
	}
	return m
}

// A player is the host of a recording, and the world around the module.
type player struct {
	*rawHost
	stage *stage
	clock *handClock
	peer  net.Conn
	tls   *tls.Config
}

func newPlayer(t *testing.T, name string) *player {
	p := &player{stage: newStage(t), clock: newHandClock(time.Unix(0x6B030A07, 0))}
	cert, roots := newAuthority(t).issue("tls.test")
	p.tls = &tls.Config{Certificates: []tls.Certificate{cert}}
	cfg := benchWorld()
	cfg.Network, cfg.Clock, cfg.Roots = p.stage, p.clock, roots
	if strings.HasPrefix(name, "idleff") {
		cfg.IdleMISO = 0xFF
	}
	p.rawHost = newHost(t, cfg)
	return p
}

// benchWorld is the radio and the names of the recordings.
func benchWorld() Config {
	ap := func(ssid string, bssid [6]byte, channel uint8, rssi int8, enc wire.Encryption) AccessPoint {
		return AccessPoint{SSID: ssid, BSSID: bssid, Channel: channel, RSSI: rssi, Encryption: enc}
	}
	golden := ap("golden-net", [6]byte{0x24, 0x0A, 0xC4, 0x10, 0x20, 0x30}, 6, -47, wire.EncryptionWPA2)
	golden.Passphrase = "correct horse"
	return Config{
		AccessPoints: []AccessPoint{
			ap("far-2", [6]byte{0x50, 0xC7, 0xBF, 0x12, 0x34, 0x57}, 4, -88, wire.EncryptionWPA2),
			golden,
			ap("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", [6]byte{0x24, 0x0A, 0xC4, 0x11, 0x21, 0x31}, 1, -55, wire.EncryptionWPA2),
			ap("open-net", [6]byte{0x00, 0x1D, 0x7E, 0xAA, 0xBB, 0xCC}, 11, -60, wire.EncryptionNone),
			ap("old-wep", [6]byte{0x00, 0x14, 0xBF, 0x01, 0x02, 0x03}, 3, -66, wire.EncryptionWEP),
			ap("café guest, \"2\"", [6]byte{0xF0, 0x9F, 0xC2, 0x0E, 0xE0, 0xEF}, 9, -71, wire.EncryptionWPA),
			ap("corp-ent", [6]byte{0x3C, 0x37, 0x86, 0x44, 0x55, 0x66}, 36, -74, wire.EncryptionUnknown),
			ap("", [6]byte{0x3C, 0x37, 0x86, 0x44, 0x55, 0x67}, 6, -78, wire.EncryptionWPA2),
			ap("x", [6]byte{0x44, 0x4E, 0x6D, 0x77, 0x88, 0x99}, 13, -80, wire.EncryptionWPA2),
			ap("far-1", [6]byte{0x50, 0xC7, 0xBF, 0x12, 0x34, 0x56}, 2, -84, wire.EncryptionWPA2),
			ap("too-far-1", [6]byte{0x50, 0xC7, 0xBF, 0x12, 0x34, 0x58}, 5, -90, wire.EncryptionWPA2),
			ap("too-far-2", [6]byte{0x50, 0xC7, 0xBF, 0x12, 0x34, 0x59}, 7, -92, wire.EncryptionWPA2),
		},
		Lease: Lease{
			IP:      netip.AddrFrom4([4]byte{192, 168, 50, 17}),
			Gateway: netip.AddrFrom4([4]byte{192, 168, 50, 1}),
		},
		Hosts: map[string]netip.Addr{
			"localhost": loopback, "http.test": loopback, "ntp.test": loopback, "tls.test": loopback,
			"www.example.test": loopback, "two.test": netip.AddrFrom4([4]byte{127, 0, 0, 2}),
			"a-rather-long-host-name-used-to-exercise-padding.example.test": loopback,
		},
	}
}

// play goes through one line.
func (p *player) play(line string) {
	p.t.Helper()
	request, rest, _ := strings.Cut(line, " ")
	if request == ">" {
		p.direct(rest)
		return
	}
	want := strings.TrimPrefix(rest, "-")
	got := p.ask(request, want)
	for end := time.Now().Add(patience); got != want && isPending(request, got) && time.Now().Before(end); {
		p.wait(request)
		got = p.ask(request, want)
	}
	require.Equal(p.t, want, got, "reply to %s", request)
}

// wait lets time pass between two polls: that of the clock for the radio, that
// of the machine for the network.
func (p *player) wait(request string) {
	if strings.HasPrefix(request, "e020") {
		p.clock.Sleep(time.Millisecond)
		return
	}
	time.Sleep(100 * time.Microsecond)
}

// direct does what the world does at this point.
func (p *player) direct(line string) {
	p.t.Helper()
	verb, arg, _ := strings.Cut(line, " ")
	port, _ := strconv.ParseUint(arg, 16, 16)
	switch verb {
	case "serve":
		p.stage.serve(uint16(port), nil)
	case "tls":
		p.stage.serve(uint16(port), p.tls)
	case "udp":
		p.stage.serveUDP(uint16(port))
	case "dial":
		p.peer = p.stage.dial(uint16(port))
		drain(p.peer)
	case "send":
		p.send(unhex(p.t, arg))
	case "close":
		require.NoError(p.t, p.peer.Close())
	default:
		require.Fail(p.t, "unknown direction", line)
	}
}

// send sends from the peer of the moment: that of datagrams, or the last to
// have connected.
func (p *player) send(data []byte) {
	p.t.Helper()
	if p.stage.udp != nil {
		p.stage.sendUDP(data)
		return
	}
	if p.peer == nil {
		p.peer = <-p.stage.peers
		drain(p.peer)
	}
	_, err := p.peer.Write(data)
	require.NoError(p.t, err, hex.EncodeToString(data))
}
