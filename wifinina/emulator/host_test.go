package emulator

import (
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A rawHost drives the bus by hand, byte by byte as a recording has it. It
// knows nothing of commands.
type rawHost struct {
	t *testing.T
	*Emulator
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// newHost returns a host on a new emulator that is closed after the test.
func newHost(t *testing.T, cfg Config) *rawHost {
	t.Helper()
	e := New(cfg)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return &rawHost{t: t, Emulator: e}
}

// window goes through one select: it clocks w out and returns what came back.
func (h *rawHost) window(w []byte) []byte {
	h.t.Helper()
	h.await(bus.Armed)
	require.NoError(h.t, h.Select())
	h.await(bus.Busy)
	r := make([]byte, len(w))
	require.NoError(h.t, h.Tx(w, r))
	_, err := h.Deselect()
	require.NoError(h.t, err)
	return r
}

func (h *rawHost) await(level bus.Ready) {
	h.t.Helper()
	_, err := h.WaitReady(level, patience)
	require.NoError(h.t, err)
}

// write sends a command, given in hex.
func (h *rawHost) write(request string) {
	h.t.Helper()
	h.window(unhex(h.t, request))
}

// read clocks n bytes of a reply and returns them in hex.
func (h *rawHost) read(n int) string {
	h.t.Helper()
	return hex.EncodeToString(h.window(fill(n, 0xFF)))
}

// ask exchanges a command for as many bytes of reply as want has, both in
// hex, and returns what was read.
func (h *rawHost) ask(request, want string) string {
	h.t.Helper()
	h.write(request)
	return h.read(len(strings.ReplaceAll(want, " ", "")) / 2)
}

// expect exchanges a command and requires the reply.
func (h *rawHost) expect(request, want string) {
	h.t.Helper()
	require.Equal(h.t, strings.ReplaceAll(want, " ", ""), h.ask(request, want), "reply to %s", request)
}

// poll repeats a command until it is answered with want.
func (h *rawHost) poll(request, want string) {
	h.t.Helper()
	want = strings.ReplaceAll(want, " ", "")
	got := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Microsecond) {
		if got = h.ask(request, want); got == want {
			return
		}
	}
	require.Equal(h.t, want, got, "last reply to %s", request)
}

// join joins the default access point.
func (h *rawHost) join() {
	h.t.Helper()
	h.expect("e01102 09 6e696e617472616365 09 6e696e617472616365 ee ffff", "e0910101 01 ee")
	h.poll("e02000ee", "e0a00101 03 ee")
}

func fill(n int, b byte) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = b
	}
	return p
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// silence requires that READY does not fall: nothing will answer.
func (h *rawHost) silence() {
	h.t.Helper()
	_, err := h.WaitReady(bus.Armed, 5*time.Millisecond)
	require.ErrorIs(h.t, err, bus.ErrReadyTimeout)
}

// tcpPeer is the far end of a connection the module opened.
type tcpPeer struct {
	net.Conn
	t *testing.T
}

// connect makes the module connect a slot to a new server on the loopback and
// returns the server's end.
func (h *rawHost) connect(slot int) tcpPeer {
	h.t.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(h.t, err)
	defer ln.Close()
	h.expect(startClient4(addrPort(ln.Addr()).Port(), slot, 0), "e0ad0101 01 ee")
	c, err := ln.Accept()
	require.NoError(h.t, err)
	h.t.Cleanup(func() { c.Close() })
	return tcpPeer{c, h.t}
}

func (p tcpPeer) send(data string) {
	p.t.Helper()
	_, err := p.Write([]byte(data))
	require.NoError(p.t, err)
}

func (p tcpPeer) receive(n int) string {
	p.t.Helper()
	require.NoError(p.t, p.SetReadDeadline(time.Now().Add(patience)))
	b := make([]byte, n)
	_, err := io.ReadFull(p, b)
	require.NoError(p.t, err)
	return string(b)
}

// startClient4 is the command to reach a port of the loopback.
func startClient4(port uint16, slot, mode int) string {
	return fmt.Sprintf("e02d04 04 7f000001 02 %04x 01 %02x 01 %02x ee", port, slot, mode)
}

// startServer3 is the command to open a port.
func startServer3(port uint16, slot, mode int) string {
	return fmt.Sprintf("e02803 02 %04x 01 %02x 01 %02x ee ff", port, slot, mode)
}

// slotCmd is a command whose one parameter is a slot, padded with ones.
func slotCmd(c wire.Command, slot int) string {
	return fmt.Sprintf("e0%02x01 01 %02x eeffff", uint8(c), slot)
}

// getDatabufCmd asks for n bytes.
func getDatabufCmd(slot, n int) string {
	return fmt.Sprintf("e04502 0001 %02x 0002 %02x%02x eeff", slot, n&0xFF, n>>8)
}

// sendDataCmd sends data.
func sendDataCmd(slot int, data string) string {
	return padded(fmt.Sprintf("e04402 0001 %02x %04x %x ee", slot, len(data), data))
}

// padded appends the padding of a right frame.
func padded(frame string) string {
	frame = strings.ReplaceAll(frame, " ", "")
	for len(frame)%8 != 0 {
		frame += "ff"
	}
	return frame
}

// freePort returns a port nobody listens on.
func freePort(t *testing.T) uint16 {
	t.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return addrPort(ln.Addr()).Port()
}
