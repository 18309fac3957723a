package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// exchange sends a request and reads its reply, within the turn. The reply has
// the parameters the command's row of the table says, of the right sizes, or
// there is an error. The values are views of the device's buffer and valid for
// the turn.
func (o *op) exchange(c wire.Command, vals ...wire.Value) ([]wire.Value, error) {
	o.cmd, o.unsure = c, false
	req := wire.AppendRequestTo(o.d.buf[:0], o.d.fw.family, c, vals...)
	if len(req) == 0 {
		return nil, wire.CheckRequestTo(o.d.fw.family, c, vals...).Err()
	}
	reply, msg, err := o.converse(c, req, o.d.buf[:])
	if err == nil && msg.ErrorReply {
		err = ErrUnsupported
	}
	return reply, err
}

// converse clocks a request out and reads its reply into buf. Until that is in
// order the link is in doubt.
func (o *op) converse(c wire.Command, req, buf []byte) ([]wire.Value, wire.Message, error) {
	d := o.d
	o.unsure, o.waited = false, 0
	if err := o.settle(); err != nil {
		return nil, wire.Message{}, err
	}
	written := wire.DataLen(req, d.fw.family)
	frame, err := o.transact(c, req, buf)
	o.tally(len(req), len(frame))
	var vals []wire.Value
	var msg wire.Message
	if err == nil {
		if vals, msg = wire.ParseReply(d.vals[:0], frame, c, d.fw.family, written); msg.Err != 0 {
			vals, err = nil, msg.Err
		}
	}
	switch {
	case err == nil:
		d.doubt, d.failures, o.unsure = false, 0, false
	case !is(err, netdev.ErrTimeout):
		o.failed(false)
	}
	return vals, msg, err
}

// tally counts an exchange.
func (o *op) tally(sent, received int) {
	d := o.d
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stats.Exchanges++
	d.stats.Sent += uint64(sent)
	d.stats.Received += uint64(received)
	d.stats.Waited += o.waited
}

// first runs one exchange within the turn and returns the reply's first value,
// which is zero when there is none. Bytes in it are valid for the turn.
func (o *op) first(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	reply, err := o.exchange(c, vals...)
	if err != nil || len(reply) == 0 {
		return wire.Value{}, err
	}
	return reply[0], nil
}

// accepted runs one exchange within the turn whose reply is 1 for yes.
func (o *op) accepted(c wire.Command, vals ...wire.Value) error {
	v, err := o.first(c, vals...)
	if err == nil && v.Int() != 1 {
		err = ErrRefused
	}
	return err
}

// inquire is first for what may be said twice: a question that changes nothing
// in the firmware, or DISCONNECT. It is said again if the reply is damaged.
func (o *op) inquire(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	v, err := o.first(c, vals...)
	if o.unsure && damaged(err) && o.current() == nil {
		o.d.count(func(s *Stats) { s.Retries++ })
		v, err = o.first(c, vals...)
	}
	return v, err
}

// ask is inquire in a turn of its own, for replies without bytes.
func (o *op) ask(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	if err := o.acquire(); err != nil {
		return wire.Value{}, err
	}
	defer o.release()
	return o.inquire(c, vals...)
}

// once runs one exchange in a turn of its own, for replies without bytes.
func (o *op) once(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	if err := o.acquire(); err != nil {
		return wire.Value{}, err
	}
	defer o.release()
	return o.first(c, vals...)
}

// acceptedOnce runs one exchange in a turn of its own whose reply is 1 for yes.
func (o *op) acceptedOnce(c wire.Command, vals ...wire.Value) error {
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	return o.accepted(c, vals...)
}
