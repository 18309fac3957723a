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
	n, err := o.push(wire.SocketSend, p)
	if err != nil || n > 0 {
		return n, o.now, err
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
	n, err := o.pull(wire.SocketRecv, p)
	if err != nil || n > 0 {
		return n, o.now, err
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
