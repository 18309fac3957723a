package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// established is the only state but 0 that GET_CLIENT_STATE_TCP reports.
const established = int64(wire.StateEstablished)

// send implements engine. The firmware may take less than it is given; when it
// takes nothing, the state of the connection tells a full buffer from a dead
// peer.
func (slotEngine) send(o op, p []byte) (int, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, o.now, err
	}
	defer o.release()
	n, err := o.push(wire.SendDataTCP, p)
	if err != nil || n > 0 || !o.asks() {
		return n, o.now, err
	}
	return 0, o.now, o.ended()
}

// recv implements engine. With GPIO0 low there are no data, but there may be an
// end.
func (slotEngine) recv(o op, p []byte) (int, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, o.now, err
	}
	defer o.release()
	if o.quiet {
		return 0, o.now, o.ended()
	}
	n, err := o.pull(wire.GetDatabufTCP, p)
	if err != nil || n > 0 || !o.asks() {
		return n, o.now, err
	}
	return 0, o.now, o.ended()
}

// ended asks for the state of a connection that gives or takes nothing, within
// the turn, and returns nil when it is alive. When it is not, the slot is free
// from then on: on most firmware by the question itself, on some (reference
// §4.0, quirk 4) by the stop that follows, which does nothing to a free slot.
//
// The firmware closes its connections when it loses the network (quirk 5), and
// that is not the end of a stream.
func (o *op) ended() error {
	v, err := o.first(wire.GetClientStateTCP, wire.Uint(o.handle))
	switch {
	case err != nil:
		return o.fail(err)
	case v.Int() == established:
		return nil
	case v.Int() != int64(wire.StateClosed):
		return o.fail(ErrBadReply)
	}
	_ = o.stop(o.handle) // if not now, then before a slot is taken next
	up, err := o.linkUp()
	if err == nil && up {
		o.part(drained)
		return endOfStream{}
	}
	o.part(lost) // only now: who asks meanwhile must not be told what may not be so
	if err == nil {
		err = netdev.ErrConnectionReset
	}
	return o.fail(err)
}
