package emulator

import (
	"fmt"
	"net/netip"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// nobody returns an address of the peer where nobody listens.
func (d *demo) nobody() netip.AddrPort { return netip.AddrPortFrom(peerAddr, 1) }

var bsdQuirks = map[Quirk]demonstration{
	EndIsENOTCONN: {
		act: func(d *demo) string {
			ln, err := d.peer.Listen(0)
			require.NoError(d.t, err)
			defer ln.Close()
			d.openFD(wire.SockStream, fd0)
			d.expect(connectFDTo(fd0, addrPort(ln.Addr())), connectOK)
			require.NoError(d.t, d.accepted(ln).CloseWrite())
			d.settle()
			d.expect(recvFD(fd0, 10), noRecv)
			return d.sees(askErrno, 6)
		},
		with:    errnoIs(wire.ENOTCONN),
		without: errnoIs(wire.EOK),
	},
	RefusedIsReset: {
		act: func(d *demo) string {
			d.lan.Node(peerAddr)
			d.openFD(wire.SockStream, fd0)
			d.expect(connectFDTo(fd0, d.nobody()), noConnect)
			return d.sees(askErrno, 6)
		},
		with:    errnoIs(wire.ECONNRESET),
		without: errnoIs(wire.ECONNREFUSED),
	},
	PollFailsFull: {
		act:     func(d *demo) string { return d.sees(pollFD(fd0), 6) },
		with:    pollIs(wire.PollRead | wire.PollWrite | wire.PollError | wire.PollFail),
		without: pollIs(wire.PollFail),
	},
}

// connectFDTo is the command to connect a descriptor to an address.
func connectFDTo(fd int, to netip.AddrPort) string {
	return padded(fmt.Sprintf("e076 03 01 %02x 04 %x 02 %04x ee", fd, to.Addr().As4(), to.Port()))
}
