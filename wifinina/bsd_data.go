package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// attempt begins an attempt of a call that may have waited: a turn, and the
// question whether it is worth trying, which costs one exchange where trying
// costs two. Without it the turn is over.
//
// A descriptor that the firmware has closed, as it does when it loses its
// network, may be ready for nothing, depending on the lwIP in it: now and then
// the attempt is made anyway.
func (o *op) attempt(bits uint8) (bool, error) {
	if err := o.acquire(); err != nil {
		return false, err
	}
	if o.pauses%triesEvery == 0 {
		return true, nil
	}
	is, err := o.ready(bits)
	if !is || err != nil {
		o.release()
	}
	return is && err == nil, o.fail(err)
}

// triesEvery is how many attempts there are to one that does not ask first.
const triesEvery = 64

// send implements engine.
func (bsdEngine) send(o op, p []byte) (int, time.Time, error) {
	if on, err := o.attempt(wire.PollWrite); !on {
		return 0, o.now, err
	}
	defer o.release()
	p = p[:min(len(p), segment)]
	v, err := o.first(wire.SocketSend, wire.Uint(o.handle), wire.Bytes(p))
	n := int(v.Uint16())
	switch {
	case err != nil:
		return 0, o.now, o.torn(err)
	case n > len(p):
		return 0, o.now, o.torn(ErrBadReply)
	case n > 0:
		return n, o.now, nil
	}
	e, err := o.errno()
	if err != nil || again(e) {
		return 0, o.now, o.fail(err)
	}
	return 0, o.now, o.broken(e)
}

// recv implements engine.
func (bsdEngine) recv(o op, p []byte) (int, time.Time, error) {
	if on, err := o.attempt(wire.PollRead); !on {
		return 0, o.now, err
	}
	defer o.release()
	p = p[:min(len(p), segment)]
	v, err := o.first(wire.SocketRecv, wire.Uint(o.handle), wire.Uint(len(p)))
	switch {
	case err != nil:
		return 0, o.now, o.torn(err)
	case len(v.Bytes()) > len(p):
		return 0, o.now, o.torn(ErrBadReply)
	case len(v.Bytes()) > 0:
		return copy(p, v.Bytes()), o.now, nil
	}
	switch e, err := o.errno(); {
	case err != nil || again(e):
		return 0, o.now, o.fail(err)
	case e == wire.EOK || e == wire.ENOTCONN: // lwIP's ERR_CLSD
		_ = o.change(func(s *socketState) { s.ended = true })
		return 0, o.now, endOfStream{}
	default:
		return 0, o.now, o.broken(e)
	}
}

// broken ends a connection that the firmware calls dead, within the turn. One
// that it has closed itself is how it shows that the network is gone.
func (o *op) broken(e wire.Errno) error {
	err := errnoError(e)
	if err == nil {
		err = netdev.ErrConnectionReset
	}
	err = o.fail(err)
	o.part(lost)
	_ = o.closeFD(o.handle) // if not now, then before one is made next
	if _, lerr := o.linkUp(); lerr != nil {
		return o.fail(lerr)
	}
	return err
}

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
