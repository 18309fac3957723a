package wifinina

import (
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
	o.unsure = false
	if err := o.settle(); err != nil {
		return nil, wire.Message{}, err
	}
	d.doubt = true
	written := wire.DataLen(req, d.fw.family)
	frame, err := o.transact(c, req, buf)
	if err != nil {
		return nil, wire.Message{}, err
	}
	vals, msg := wire.ParseReply(d.vals[:0], frame, c, d.fw.family, written)
	if msg.Err != 0 {
		return nil, msg, msg.Err
	}
	d.doubt, o.unsure = false, false
	return vals, msg, nil
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
