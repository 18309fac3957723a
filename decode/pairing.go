package decode

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// request makes the window the pending request, after the one before, if that
// was not answered.
func (d *Decoder) request(ev *Event, rec *capture.Record) bool {
	if d.pending {
		return d.unanswered(ev)
	}
	d.open(rec.Time)
	d.ex.Request = d.keep(rec)
	if b := d.ex.Request.Bytes; len(b) > 1 {
		d.ex.Cmd = wire.Command(b[1])
	}
	d.pending, d.hasReady, d.doubt = true, false, false
	return false
}

// unanswered makes the pending request an event and keeps the record for the
// next.
func (d *Decoder) unanswered(ev *Event) bool {
	d.held = true
	d.finish(ev)
	return true
}

// open begins an exchange.
func (d *Decoder) open(at time.Duration) {
	d.n++
	d.ex = Exchange{N: d.n, Time: at, Family: d.family, Firmware: d.firmware}
	d.findings = d.findings[:0]
}

// keep copies a request out of the reader's memory.
func (d *Decoder) keep(rec *capture.Record) Transaction {
	w := rec.Window
	d.mosi = append(d.mosi[:0], w.MOSI...)
	d.miso = append(d.miso[:0], w.MISO...)
	d.masks = append(d.masks[:0], w.Masks...)
	d.misoMasks = append(d.misoMasks[:0], w.MISOMasks...)
	w.MOSI, w.MISO, w.Masks, w.MISOMasks = d.mosi, d.miso, d.masks, d.misoMasks
	return Transaction{Window: w, Time: rec.Time, Offset: rec.Offset, Bytes: d.mosi}
}

// reply takes the window as the reply to the pending request, or as one nobody
// asked for.
func (d *Decoder) reply(ev *Event, rec *capture.Record) bool {
	if !d.pending {
		d.open(rec.Time)
		if b := rec.Window.MISO; len(b) > 1 && b[0] == wire.StartByte {
			d.ex.Cmd = wire.Command(b[1] &^ wire.ReplyBit)
		}
	}
	d.ex.Reply = Transaction{Window: rec.Window, Time: rec.Time, Offset: rec.Offset, Bytes: rec.Window.MISO}
	if d.pending {
		d.ex.Wait = d.wait()
	}
	d.finish(ev)
	return true
}

// wait returns how long the coprocessor took. Where the trace has the edge of
// READY, that is exact. Else it is the time to the reply's select, when READY
// was low. For a host that saw READY high before (the Window.Wait of the reply
// is not 0), that is as exact as it polls; for one that came late and found
// READY low it is the most that the coprocessor can have taken.
func (d *Decoder) wait() time.Duration {
	until := d.ex.Reply.Time
	if d.hasReady {
		until = min(until, d.ready)
	}
	return max(until-d.ex.Request.End(), 0)
}

// finish makes the exchange an event: with all that is known of it.
func (d *Decoder) finish(ev *Event) {
	d.pending = false
	d.judge()
	d.ex.Findings = nil
	if len(d.findings) > 0 {
		d.ex.Findings = d.findings
	}
	*ev = Event{Exchange: d.ex}
}
