package emulator

import (
	"testing"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Slots and the host's own sockets take their descriptors from one table, the
// lowest that is free.
func TestSlotsAndSocketsShareDescriptors(t *testing.T) {
	h := udpHost(t)
	h.connect(0)
	h.serve(1)
	h.openUDP(2, newUDPPeer(t))
	h.openFD(wire.SockStream, fd0+3)
	h.openFD(wire.SockDgram, fd0+4)

	h.expect(stop(0), stopped)
	h.connectBSD(fd0)
	h.expect(closeFD(fd0+3), closedIs(1))
	h.expect(stop(2), stopped)
	h.openFD(wire.SockDgram, fd0+2)
	h.connect(5)
	h.openFD(wire.SockStream, fd0+5)

	for fd := fd0 + 6; fd < fd0+10; fd++ {
		h.openFD(wire.SockStream, fd)
	}
	h.expect(socketCmd(wire.SockStream), socketIs(wire.NoFD))
	h.expect(startClient4(80, 7, 0), "e0ad00ee")
	h.expect(stop(5), stopped)
	h.openFD(wire.SockStream, fd0+3)
}
