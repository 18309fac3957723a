package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// accept implements engine.
func (bsdEngine) accept(o op) (int, netip.AddrPort, time.Time, error) {
	none := netip.AddrPort{}
	if on, err := o.attempt(wire.PollRead); !on {
		return -1, none, o.now, err
	}
	defer o.release()
	reply, err := o.exchange(wire.SocketAccept, wire.Uint(o.handle))
	if err != nil || len(reply) < 3 {
		o.d.astray = o.d.astray || o.unsure
		return -1, none, o.now, o.fail(err)
	}
	if reply[0].Uint8() == wire.NoFD {
		return -1, none, o.now, o.notAccepted()
	}
	fd, err := o.validFD(reply[0].Uint8())
	if err != nil {
		return -1, none, o.now, o.fail(err)
	}
	peer := endpoint{reply[1].IP(), reply[2].Uint16()}
	sockfd, err := o.greetFD(fd)
	return sockfd, peer.addrPort(), o.now, o.fail(err)
}

// notAccepted tells why there was no connection, within the turn: nil when it
// has gone again.
func (o *op) notAccepted() error {
	e, err := o.errno()
	switch {
	case err != nil:
		return o.fail(err)
	case e == wire.EBADF:
		o.part(lost)
		_, _ = o.linkUp() // that is how the network goes
		return o.fail(netdev.ErrConnectionReset)
	case e == wire.ENFILE || e == wire.ENOMEM:
		return o.fail(netdev.ErrNoMoreSockets)
	}
	return nil
}

// greetFD gives a connection of the firmware a descriptor of ours. One that
// nobody can use is closed.
func (o *op) greetFD(fd uint8) (int, error) {
	o.d.disown(true, fd)
	err := o.nonBlocking(fd)
	if err == nil {
		var sockfd int
		sockfd, err = o.d.allot(socketState{phase: connected, proto: netdev.IPPROTO_TCP, bsd: true, handle: fd})
		if err == nil {
			return sockfd, nil
		}
	}
	cmd := o.cmd
	_ = o.closeFD(fd) // if not now, then before one is made next
	o.cmd = cmd
	return -1, err
}
