package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// ackTimeout bounds the time from a select until READY goes high. The
// firmware's interrupt takes some 15 µs (nina-observed "Handshake").
const ackTimeout = 100 * time.Millisecond

// exchange sends a request and reads its reply, within the turn. The values
// are views of the device's buffer and valid for the turn.
func (o *op) exchange(c wire.Command, vals ...wire.Value) ([]wire.Value, error) {
	d := o.d
	o.cmd = c
	req := wire.AppendRequest(d.buf[:0], c, vals...)
	if len(req) == 0 {
		return nil, wire.CheckRequest(c, vals...).Err()
	}
	frame, err := o.transact(c, req, d.buf[:])
	if err != nil {
		return nil, err
	}
	reply, msg := wire.ParseReply(d.vals[:0], frame, c, d.family, 0)
	switch {
	case msg.Err != 0:
		return nil, msg.Err
	case msg.ErrorReply:
		return nil, ErrUnsupported
	}
	return reply, nil
}

// transact clocks a request out and its reply in, and returns the reply's
// bytes, which are in buf.
func (o *op) transact(c wire.Command, req, buf []byte) ([]byte, error) {
	d := o.d
	if err := o.settle(); err != nil {
		return nil, err
	}
	if err := o.window(d.cfg.ReplyTimeout, req, nil); err != nil {
		return nil, err
	}
	d.owed = true
	limit := d.cfg.ReplyTimeout
	if wire.Slow(c, d.family) {
		limit = d.cfg.SlowTimeout
	}
	if err := o.choose(limit); err != nil {
		return nil, err
	}
	d.owed = false
	frame, err := d.readReply(c, buf)
	return frame, o.deselect(err)
}

// settle ends the reply the firmware still owes to a request that was given up
// on: a select without clocks ends an armed reply, and the firmware listens
// again (reference §2.5).
func (o *op) settle() error {
	if !o.d.owed {
		return nil
	}
	if err := o.window(o.d.cfg.ReplyTimeout, nil, nil); err != nil {
		return err
	}
	o.d.owed = false
	return nil
}

// window runs one chip-select window: wait for READY, select, wait until the
// firmware has seen it, transfer, deselect.
func (o *op) window(limit time.Duration, w, r []byte) error {
	if err := o.choose(limit); err != nil {
		return err
	}
	return o.deselect(o.d.bus.Tx(w, r))
}

// choose waits until the firmware is armed, selects it, and waits until it has
// seen that.
func (o *op) choose(limit time.Duration) error {
	d := o.d
	if _, err := d.bus.WaitReady(bus.Armed, limit); err != nil {
		return err
	}
	if err := d.bus.Select(); err != nil {
		return err
	}
	if _, err := d.bus.WaitReady(bus.Busy, ackTimeout); err != nil {
		return o.deselect(err)
	}
	return nil
}

// deselect ends the window and keeps its time. It returns err, or else its own
// error.
func (o *op) deselect(err error) error {
	now, derr := o.d.bus.Deselect()
	o.now = now
	if err != nil {
		return err
	}
	return derr
}

// readReply clocks a reply in: first as much as it takes to know its size, then
// the rest.
func (d *Device) readReply(c wire.Command, buf []byte) ([]byte, error) {
	n := 0
	need := wire.FirstRead(c, d.family)
	for {
		if need > len(buf) {
			return nil, wire.ErrTooLong
		}
		if err := d.bus.Tx(nil, buf[n:need]); err != nil {
			return nil, err
		}
		n = need
		var done bool
		if need, done = wire.ReplySize(buf[:n], c, d.family); done {
			return buf[:n], nil
		}
	}
}
