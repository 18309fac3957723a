package emulator

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const (
	fd0       = 54
	bindOK    = "e0f3010101ee"
	listenOK  = "e0f4010101ee"
	connectOK = "e0f6010101ee"
	noConnect = "e0f6010100ee"
	noRecv    = "e0f8010000ee"
	noAccept  = "e0f50301ff 0400000000 020000 ee"
	askErrno  = "e07200ee"
)

func socketCmd(kind int) string      { return fmt.Sprintf("e070 02 01 %02x 01 00 ee", kind) }
func socketIs(fd int) string         { return fmt.Sprintf("e0f00101%02xee", fd) }
func closeFD(fd int) string          { return slotCmd(wire.SocketClose, fd) }
func closedIs(ok int) string         { return fmt.Sprintf("e0f10101%02xee", ok) }
func pollFD(fd int) string           { return slotCmd(wire.SocketPoll, fd) }
func pollIs(bits int) string         { return fmt.Sprintf("e0fc0101%02xee", bits) }
func errnoIs(e wire.Errno) string    { return fmt.Sprintf("e0f20101%02xee", uint8(e)) }
func recvIs(s string) string         { return fmt.Sprintf("e0f801%04x%xee", len(s), s) }
func sentIs(n int) string            { return fmt.Sprintf("e0f70102%04xee", n) }
func sentToIs(n int) string          { return fmt.Sprintf("e0f90102%04xee", n) }
func acceptFD(fd int) string         { return slotCmd(wire.SocketAccept, fd) }
func bindFD(fd int, p uint16) string { return padded(fmt.Sprintf("e073 02 01 %02x 02 %04x ee", fd, p)) }
func listenFD(fd, backlog int) string {
	return padded(fmt.Sprintf("e074 02 01 %02x 01 %02x ee", fd, backlog))
}

func connectFD(fd int, port uint16) string {
	return padded(fmt.Sprintf("e076 03 01 %02x 04 7f000001 02 %04x ee", fd, port))
}

func recvFD(fd, n int) string {
	return padded(fmt.Sprintf("e078 02 01 %02x 02 %02x%02x ee", fd, n&0xFF, n>>8))
}

func sendFD(fd int, data string) string {
	return padded(fmt.Sprintf("e077 02 0001 %02x %04x %x ee", fd, len(data), data))
}

func sendToFD(fd int, ip string, port uint16, data string) string {
	return padded(fmt.Sprintf("e079 04 0001 %02x 0004 %s 0002 %04x %04x %x ee", fd, ip, port, len(data), data))
}

func recvFromFD(fd, n int) string {
	return padded(fmt.Sprintf("e07a 02 01 %02x 02 %02x%02x ee", fd, n&0xFF, n>>8))
}

func fromIs(port uint16, data string) string {
	return fmt.Sprintf("e0fa03 0004 7f000001 0002 %02x%02x %04x %x ee", port&0xFF, port>>8, len(data), data)
}

func ioctlFD(fd int, cmd uint32, arg string) string {
	return padded(fmt.Sprintf("e07b 03 01 %02x 04 %08x %02x %s ee", fd, reverse32(cmd), len(arg)/2, arg))
}

func setOptFD(fd int, name uint32, value string) string {
	return padded(fmt.Sprintf("e07d 03 01 %02x 04 %08x %02x %s ee", fd, reverse32(name), len(value)/2, value))
}

func getOptFD(fd int, name uint32, n int) string {
	return padded(fmt.Sprintf("e07e 03 01 %02x 04 %08x 01 %02x ee", fd, reverse32(name), n))
}

func optIs(value string) string { return fmt.Sprintf("e0fe01%02x%see", len(value)/2, value) }

// bsdHost returns a joined host.
func bsdHost(t *testing.T, cfg Config) *rawHost {
	t.Helper()
	h := newHost(t, cfg)
	h.join()
	return h
}

func (h *rawHost) openFD(kind, fd int) int {
	h.t.Helper()
	h.expect(socketCmd(kind), socketIs(fd))
	return fd
}

func (h *rawHost) nonBlocking(fd int) {
	h.t.Helper()
	h.expect(ioctlFD(fd, wire.FIONBIO, "01000000"), "e0fb010401000000ee")
}

// fails requires a reply and the error behind it.
func (h *rawHost) fails(request, reply string, e wire.Errno) {
	h.t.Helper()
	h.expect(request, reply)
	h.expect(askErrno, errnoIs(e))
	h.expect(askErrno, errnoIs(e)) // asking changes nothing
}

// connectBSD opens a stream to a new peer.
func (h *rawHost) connectBSD(fd int) tcpPeer {
	h.t.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(h.t, err)
	defer ln.Close()
	h.openFD(wire.SockStream, fd)
	h.expect(connectFD(fd, addrPort(ln.Addr()).Port()), connectOK)
	c, err := ln.Accept()
	require.NoError(h.t, err)
	h.t.Cleanup(func() { c.Close() })
	return tcpPeer{c, h.t}
}

// TestDescriptors: the lowest free one is given, and all lwIP sockets are
// shared with the slots.
func TestDescriptors(t *testing.T) {
	h := bsdHost(t, Config{})
	h.connect(0)
	h.openUDP(1, newUDPPeer(t))
	for i := range 8 {
		h.openFD(wire.SockStream+i%2, fd0+2+i)
	}
	h.fails(socketCmd(wire.SockStream), socketIs(wire.NoFD), wire.ENFILE)
	h.expect(startClient4(freePort(t), 2, 0), failedStart)
	h.expect(closeFD(fd0+3), closedIs(1))
	h.openFD(wire.SockDgram, fd0+3)
	h.expect(stop(0), stopped)
	h.openFD(wire.SockStream, fd0)
	h.expect(closeFD(fd0), closedIs(1))
	h.fails(closeFD(fd0), closedIs(0), wire.EBADF)
	h.connect(0)
	h.fails(socketCmd(9), socketIs(wire.NoFD), wire.EINVAL)
	h.fails(socketCmd(wire.SockRaw), socketIs(wire.NoFD), wire.ENOBUFS)
	require.NoError(t, h.Reset(true))
	require.NoError(t, h.Reset(false))
	h.openFD(wire.SockStream, fd0)
	assert.Empty(t, h.Misuses())
}

// TestBadDescriptor: every command checks it.
func TestBadDescriptor(t *testing.T) {
	h := bsdHost(t, Config{})
	for _, fd := range []int{0, 53, 54, 63, 255} {
		for _, c := range []struct{ request, reply string }{
			{closeFD(fd), closedIs(0)}, {bindFD(fd, 1), "e0f3010100ee"}, {listenFD(fd, 1), "e0f4010100ee"},
			{acceptFD(fd), noAccept}, {connectFD(fd, 1), noConnect}, {sendFD(fd, "x"), sentIs(0)},
			{recvFD(fd, 9), noRecv}, {sendToFD(fd, "7f000001", 1, "x"), sentToIs(0)},
			{recvFromFD(fd, 9), "e0fa03 0004 00000000 0002 0000 0000 ee"},
			{ioctlFD(fd, wire.FIONREAD, "00000000"), "e0fb0100ee"},
			{setOptFD(fd, wire.SOKeepAlive, "01000000"), "e0fd010100ee"},
			{getOptFD(fd, wire.SOType, 4), optIs("")},
			{slotCmd(wire.SocketGetPeerName, fd), "e0ff030100 0400000000 020000 ee"},
		} {
			h.fails(c.request, c.reply, wire.EBADF)
		}
	}
	h.fails(pollFD(53), pollIs(0), wire.EOK)
	h.fails(pollFD(54), pollIs(0x87), wire.EBADF)
	assert.Empty(t, h.Misuses())
	h.fails(pollFD(64), pollIs(0x87), wire.EINVAL)
	assert.Len(t, h.Misuses(), 1)
}

// TestBSDLinkLoss: connections and connects under way are closed with their
// descriptors; listeners and datagram sockets stay.
func TestBSDLinkLoss(t *testing.T) {
	h := bsdHost(t, Config{})
	h.connectBSD(fd0)
	h.openFD(wire.SockStream, fd0+1)
	h.expect(bindFD(fd0+1, freePort(t)), bindOK)
	h.expect(listenFD(fd0+1, 1), listenOK)
	h.openFD(wire.SockDgram, fd0+2)
	h.write(recvFD(fd0, 10)) // blocks
	h.silence()
	h.DropLink(wire.ReasonBeaconTimeout)
	require.Equal(t, noRecv, h.read(6))
	h.expect(askErrno, errnoIs(wire.ENOTCONN))
	h.fails(sendFD(fd0, "x"), sentIs(0), wire.EBADF)
	h.expect(pollFD(fd0+1), pollIs(0))
	h.expect(pollFD(fd0+2), pollIs(wire.PollWrite))
	h.fails(sendToFD(fd0+2, "7f000001", 9, "x"), sentToIs(0), wire.EHOSTUNREACH)
	h.openFD(wire.SockStream, fd0)
	h.fails(connectFD(fd0, 9), noConnect, wire.EHOSTUNREACH)
	for i := range 7 {
		h.openFD(wire.SockDgram, fd0+3+i) // nothing has leaked
	}
	h.fails(socketCmd(1), socketIs(wire.NoFD), wire.ENFILE)
}

// TestBlockedCommandEndsWithTheFirmware: a reset and a Close do not wait for
// it.
func TestBlockedCommandEndsWithTheFirmware(t *testing.T) {
	h := bsdHost(t, Config{})
	h.openFD(wire.SockDgram, fd0)
	h.write(recvFD(fd0, 10))
	h.silence()
	h.restart(bus.High)
	h.expect(askVersion, isVersion)
	h.openFD(wire.SockStream, fd0)
	h.write(recvFD(fd0, 10)) // lwIP waits even without a connection
	h.silence()
	start := time.Now()
	require.NoError(t, h.Close())
	assert.Less(t, time.Since(start), patience)
}

// TestNoBSDBefore150 tells the older firmware by the error frame.
func TestNoBSDBefore150(t *testing.T) {
	h := newHost(t, Config{Profile: Arduino148()})
	for c := wire.SocketSocket; c <= wire.SocketGetPeerName; c++ {
		h.expect(slotCmd(c, 1), "ef00ee00")
	}
}
