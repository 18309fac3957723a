package wifinina

import "github.com/ninatrace/ninatrace/wifinina/wire"

// bindTo binds the op's handle to a port, within the turn.
func (o *op) bindTo(port uint16) error {
	return o.granted(wire.SocketBind, wire.Uint(o.handle), wire.Uint(port))
}

// granted runs one exchange, within the turn, whose reply is 1 for yes and
// where errno tells why not.
func (o *op) granted(c wire.Command, vals ...wire.Value) error {
	v, err := o.first(c, vals...)
	if err == nil && v.Int() != 1 {
		err = o.why(ErrRefused)
	}
	return err
}

// listen implements engine. SO_REUSEADDR lets a port be listened on again
// while connections of its last listener linger.
func (bsdEngine) listen(o op, port uint16, backlog int) error {
	return o.serve(listening, wire.SockStream, func() error {
		reuse := option{name: wire.SOReuseAddr, size: 4, value: [8]byte{1}}
		if err := o.apply(&reuse); err != nil {
			return err
		}
		if err := o.bindTo(port); err != nil {
			return err
		}
		return o.granted(wire.SocketListen, wire.Uint(o.handle), wire.Uint(uint8(min(max(backlog, 1), 255))))
	})
}

// bind implements engine.
func (bsdEngine) bind(o op, port uint16) error {
	return o.serve(bound, wire.SockDgram, func() error { return o.bindTo(port) })
}

// serve opens a socket and sets it up, in one turn.
func (o *op) serve(p phase, stype uint8, setUp func() error) error {
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	was := o.handle
	err := o.open(p, stype)
	if err == nil {
		if err = setUp(); err == nil {
			return nil
		}
	}
	err = o.fail(err)
	if o.handle != was {
		fd := o.handle
		o.revert()
		_ = o.closeFD(fd) // if not now, then before one is made next
	}
	return err
}
