package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// ackTimeout bounds the time from a select until READY goes high. The
// firmware's interrupt takes some 15 µs (nina-observed "Handshake").
const ackTimeout = 100 * time.Millisecond

// settle brings the firmware back in step after an exchange that failed. If it
// has a reply armed that nobody came for, a select without clocks ends that;
// if it waits for a request, such a select means nothing (reference §2.5). A
// call whose deadline passes meanwhile sends nothing any more: what it would
// have to give up in the middle is a stream.
func (o *op) settle() error {
	d := o.d
	if !d.doubt {
		return nil
	}
	d.count(func(s *Stats) { s.Resyncs++ })
	err := o.choose(d.cfg.ReplyTimeout)
	if err == nil {
		if err = o.deselect(nil); err == nil {
			d.doubt = false
			err = o.late()
		}
		return err
	}
	if damaged(err) {
		o.failed(true)
	}
	return err
}

// transact clocks a request out in one select and its reply in in a second,
// and returns the reply's bytes, which are in buf.
func (o *op) transact(c wire.Command, req, buf []byte) ([]byte, error) {
	d := o.d
	if err := o.choose(d.cfg.ReplyTimeout); err != nil {
		return nil, err
	}
	o.unsure = true
	if err := o.deselect(d.bus.Tx(req, nil)); err != nil {
		return nil, err
	}
	limit := d.cfg.ReplyTimeout
	if wire.Slow(c, d.fw.family) {
		limit = d.cfg.SlowTimeout
	}
	if err := o.choose(limit); err != nil {
		return nil, err
	}
	frame, err := d.readReply(c, buf)
	return frame, o.deselect(err)
}

// choose waits until the firmware is armed, selects it, and waits until it has
// seen that. From the select on the link is in doubt. After an error the
// firmware is not selected.
func (o *op) choose(limit time.Duration) error {
	d := o.d
	if err := o.await(limit); err != nil {
		return err
	}
	d.doubt = true
	err := d.bus.Select()
	if err == nil {
		var waited time.Duration
		waited, err = d.bus.WaitReady(bus.Busy, ackTimeout)
		o.waited += waited
	}
	if err != nil {
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
	need := wire.FirstRead(c, d.fw.family)
	for {
		if need > len(buf) {
			return nil, wire.ErrTooLong
		}
		if err := d.bus.Tx(nil, buf[n:need]); err != nil {
			return nil, err
		}
		n = need
		var done bool
		if need, done = wire.ReplySize(buf[:n], c, d.fw.family); done {
			return buf[:n], nil
		}
	}
}
