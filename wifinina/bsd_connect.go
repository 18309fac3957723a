package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// connect implements engine. The firmware connects by itself, and the call
// polls: meanwhile others have the bus.
func (bsdEngine) connect(o op, _ uint8, _ string, peer netip.AddrPort) error {
	to, err := endpointOf(peer)
	if err != nil {
		return err
	}
	o.deadline = o.d.clock.Now().Add(o.d.cfg.SlowTimeout)
	defer o.stir()
	done, err := o.dial(to)
	for !done && err == nil {
		if err = o.pause(); err == nil {
			done, err = o.established()
		}
	}
	if err != nil {
		return o.hangUp(err)
	}
	return nil
}

// dial begins to connect, in one turn.
func (o *op) dial(to endpoint) (done bool, err error) {
	if err := o.acquire(); err != nil {
		return false, err
	}
	defer o.release()
	if err := o.open(connecting, wire.SockStream); err != nil {
		return false, o.fail(err)
	}
	if local := o.port(); local != 0 {
		if err := o.bindTo(local); err != nil {
			return false, o.fail(err)
		}
	}
	ip, port := to.values()
	v, err := o.first(wire.SocketConnect, wire.Uint(o.handle), ip, port)
	if err != nil {
		return false, o.fail(err)
	}
	if v.Int() == 1 {
		return true, o.change(func(s *socketState) { s.phase = connected })
	}
	e, err := o.errno()
	if err != nil {
		return false, o.fail(err)
	}
	return false, o.refused(e)
}

// established asks, in a turn, whether the connection stands. An error of the
// attempt makes the descriptor writable too, and is in SO_ERROR.
func (o *op) established() (bool, error) {
	if err := o.acquire(); err != nil {
		return false, err
	}
	defer o.release()
	if is, err := o.ready(wire.PollWrite); !is || err != nil {
		return false, o.fail(err)
	}
	v, err := o.first(wire.SocketGetSockOpt, wire.Uint(o.handle), wire.Uint(uint32(wire.SOError)), wire.Uint(uint8(4)))
	if err != nil {
		return false, o.fail(err)
	}
	if len(v.Bytes()) == 0 { // the firmware has closed it: the network is gone
		return false, o.fail(o.orNetwork(netdev.ErrConnectionReset))
	}
	switch e := wire.Errno(v.Bytes()[0]); e {
	case wire.EOK:
		return true, o.change(func(s *socketState) { s.phase = connected })
	default:
		return false, o.refused(e)
	}
}

// refused is refusal within the turn. Where there is no way there may be no
// network.
func (o *op) refused(e wire.Errno) error {
	err := refusal(e)
	if is(err, netdev.ErrHostUnreachable) {
		err = o.orNetwork(err)
	}
	return o.fail(err)
}

// refusal returns why a connection was not made, nil while it is being made.
// lwIP reports a refused one as reset (nina-observed "Low-level sockets"), and
// one that nobody answers as aborted (tcp_slowtmr).
func refusal(e wire.Errno) error {
	switch e {
	case wire.EINPROGRESS, wire.EALREADY, wire.EAGAIN:
		return nil
	case wire.ECONNRESET:
		return netdev.ErrConnectionRefused
	case wire.ECONNABORTED:
		return netdev.ErrTimeout
	}
	if err := errnoError(e); err != nil {
		return err
	}
	return netdev.ErrConnectionRefused
}

// hangUp closes what an attempt to connect has made, and returns its error. The
// descriptor is good for another.
func (o *op) hangUp(err error) error {
	o.deadline = time.Time{}
	cmd := o.cmd
	if o.acquire() == nil {
		if o.handle != noHandle {
			o.revert()
			_ = o.closeFD(o.handle) // if not now, then before one is made next
		}
		o.release()
	}
	o.cmd = cmd
	return o.fail(err)
}

// port returns the local port of the op's socket, 0 if nobody chose one.
func (o *op) port() uint16 {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	return o.sock.local
}
