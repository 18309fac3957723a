package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// sendTo implements engine.
func (bsdEngine) sendTo(o op, p []byte, to endpoint) (bool, time.Time, error) {
	if on, err := o.attempt(wire.PollWrite); !on {
		return false, o.now, err
	}
	defer o.release()
	ip, port := to.values()
	v, err := o.first(wire.SocketSendTo, wire.Uint(o.handle), ip, port, wire.Bytes(p))
	if err != nil || int(v.Uint16()) == len(p) && len(p) > 0 {
		return err == nil, o.now, o.fail(err)
	}
	switch e, err := o.errno(); {
	case err != nil || again(e):
		return false, o.now, o.fail(err)
	case e == wire.EOK:
		return true, o.now, nil // an empty datagram
	default:
		return false, o.now, o.datagramError(e)
	}
}

// datagramError returns the error of a UDP socket, within the turn. One that
// the firmware does not know any more is lost.
func (o *op) datagramError(e wire.Errno) error {
	err := errnoError(e)
	if err == nil {
		err = ErrRefused
	}
	if e == wire.EBADF {
		o.part(lost)
	}
	if is(err, netdev.ErrConnectionReset) || is(err, netdev.ErrHostUnreachable) {
		_, _ = o.linkUp() // that is how the network goes
	}
	return o.fail(err)
}

// recvFrom implements engine. A datagram larger than the buffer loses its end
// in the firmware: one byte more is asked for, so that this shows.
func (bsdEngine) recvFrom(o op, p []byte) (int, endpoint, time.Time, error) {
	none := endpoint{}
	if on, err := o.attempt(wire.PollRead); !on {
		return 0, none, o.now, err
	}
	defer o.release()
	reply, err := o.exchange(wire.SocketRecvFrom, wire.Uint(o.handle), wire.Uint(min(len(p)+1, segment)))
	if err != nil || len(reply) < 3 {
		return 0, none, o.now, o.fail(err)
	}
	from := endpoint{reply[0].IP(), reply[1].Uint16()}
	data := reply[2].Bytes()
	if len(data) > min(len(p)+1, segment) {
		return 0, none, o.now, o.fail(ErrBadReply)
	}
	if copy(p, data) > 0 {
		return len(data), from, o.now, nil
	}
	switch e, err := o.errno(); {
	case err != nil || again(e):
		return 0, none, o.now, o.fail(err)
	case e == wire.EOK:
		return 0, from, o.now, nil // an empty datagram
	default:
		return 0, none, o.now, o.datagramError(e)
	}
}
