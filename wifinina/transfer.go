package wifinina

import "github.com/ninatrace/ninatrace/wifinina/wire"

// push sends as much of p as a frame takes, by a command of either engine and
// within the turn, and returns how much of it the firmware took.
func (o *op) push(c wire.Command, p []byte) (int, error) {
	p = p[:min(len(p), segment)]
	v, err := o.first(c, wire.Uint(o.handle), wire.Bytes(p))
	n := int(v.Uint16())
	if err == nil && n > len(p) {
		err = ErrBadReply
	}
	if err != nil {
		return 0, o.torn(err)
	}
	return n, nil
}

// pull reads what there is of a stream, at most what fits p and a frame, by a
// command of either engine and within the turn.
func (o *op) pull(c wire.Command, p []byte) (int, error) {
	p = p[:min(len(p), segment)]
	v, err := o.first(c, wire.Uint(o.handle), wire.Uint(len(p)))
	if err == nil && len(v.Bytes()) > len(p) {
		err = ErrBadReply
	}
	if err != nil {
		return 0, o.torn(err)
	}
	return copy(p, v.Bytes()), nil
}

// torn returns the error of a transfer on a stream, within the turn. When
// nobody knows what became of its bytes, the stream is lost: it must not go on
// with a hole.
func (o *op) torn(err error) error {
	if e, ok := err.(Error); o.unsure || ok && e == ErrBadReply {
		o.d.abandon(o.bsd, o.handle)
		o.part(lost)
	}
	return o.fail(err)
}
