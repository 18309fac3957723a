package replay

import (
	"bytes"
	"fmt"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// divergence makes a Divergence: a call, 0 for none, did something where the
// recording has rec, which is the next on the bus, or nil for its end.
func (b *Bus) divergence(id bus.CallID, what string, rec *capture.Record) *Divergence {
	d := &Divergence{What: what, At: -1, Call: b.callName(id), WantText: "the end of the recording"}
	d.Time, d.Offset = b.trace.end()
	if rec != nil {
		d.Time, d.Offset, d.WantText = rec.Time, rec.Offset, b.describeOwned(rec, id)
	}
	d.Exchange = b.number(b.next)
	return d
}

// number returns the number of the exchange at record i.
func (b *Bus) number(i int) int {
	if i < len(b.trace.numbers) {
		return b.trace.numbers[i]
	}
	return b.trace.exchanges()
}

// diverge ends the replay with a divergence and returns it as an error.
func (b *Bus) diverge(id bus.CallID, what string, rec *capture.Record) error {
	return b.stop(b.divergence(id, what, rec))
}

// divergeSent is diverge for n bytes that the driver clocks where the recording
// has no window of this call; no w is the reading of a reply.
func (b *Bus) divergeSent(rec *capture.Record, w []byte, n int) error {
	if w == nil {
		return b.diverge(b.turn, fmt.Sprintf("the driver reads %d bytes of a reply", n), rec)
	}
	d := b.divergence(b.turn, "the driver sends what is not in the recording", rec)
	d.Got = blanked(w)
	d.GotText = words(d.Got)
	return b.stop(d)
}

// divergeBytes is diverge for bytes of a window: w is what the driver sends
// from the current position on.
func (b *Bus) divergeBytes(what string, rec *capture.Record, at int, w []byte) error {
	win := &rec.Window
	d := b.divergence(b.turn, what, rec)
	sent := append(bytes.Clone(win.MOSI[:min(b.pos, len(win.MOSI))]), w...)
	switch asks := !win.Reads(); {
	case asks:
		d.At, d.Want, d.Got = at, win.MOSI, blanked(sent)
		d.GotText = words(d.Got)
	case len(w) > 0:
		d.Got = blanked(sent)
		d.GotText = words(d.Got)
	case at < len(win.MOSI):
		d.GotText = fmt.Sprintf("the reading of %d bytes", at)
	default:
		d.What, d.GotText = "the driver reads more of the reply", fmt.Sprintf("the reading of more than %d bytes", at)
	}
	return b.stop(d)
}

// blanked returns a request without its secrets.
func blanked(frame []byte) []byte {
	out := bytes.Clone(frame)
	for _, s := range wire.SecretSpans(nil, frame) {
		copy(out[s[0]:], bytes.Repeat([]byte{'*'}, s[1]))
	}
	return out
}

// divergeCall is diverge for a call that is not the recorded one, which is nil
// at the end of all calls; no call is one that never came.
func (b *Bus) divergeCall(rc *recordedCall, c *bus.Call) {
	d := b.divergence(0, "the call is not in the recording", nil)
	d.WantText = "no more calls"
	if rc != nil {
		d.Time, d.Offset, d.WantText = rc.begin.Time, rc.begin.Offset, describe(rc.begin)
		d.Exchange = b.number(rc.from)
	}
	if c == nil {
		d.What = "a recorded call never came"
	} else {
		d.GotText = describe(&capture.Record{Kind: capture.KindBegin, Call: kept(c)})
		if d.GotText == d.WantText {
			d.GotText += ", with other data"
		}
	}
	b.stop(d)
}

// kept returns a call as a recorder would keep it.
func kept(c *bus.Call) capture.Call {
	k := capture.Call{Call: *c, SecretLen: len(c.Secret), DataLen: len(c.Data)}
	k.Addr = keptAddr(c.Addr)
	if !c.Deadline.IsZero() {
		k.Wait = 1
	}
	return k
}

// divergeEarly is diverge for a call that is over before the recorded one.
func (b *Bus) divergeEarly(c *recordedCall, op bus.Op, r *bus.Result) {
	d := b.divergence(c.id, "the call returns before it has done all that was recorded", b.current())
	d.GotText = describe(returned(c.id, op, r))
	b.stop(d)
}

// divergeResult is diverge for what a call returned.
func (b *Bus) divergeResult(c *recordedCall, op bus.Op, r *bus.Result) {
	d := b.divergence(c.id, "the call returns something else", c.end)
	d.Exchange = b.number(c.to)
	d.WantText, d.GotText = describe(c.end), describe(returned(c.id, op, r))
	if d.WantText == d.GotText {
		d.GotText += ", with other data"
	}
	b.stop(d)
}

// returned makes a record of a result.
func returned(id bus.CallID, op bus.Op, r *bus.Result) *capture.Record {
	rec := &capture.Record{Kind: capture.KindEnd, ID: id}
	rec.Call.Op = op
	rec.Result = capture.Result{Result: *r, Err: errorText(r.Err), DataLen: len(r.Data)}
	rec.Result.Addr = keptAddr(r.Addr)
	return rec
}

// stop notes the first divergence and wakes everybody.
func (b *Bus) stop(d *Divergence) error {
	if b.found == nil && !b.closed {
		b.found = d
	}
	b.moved()
	if b.found == nil {
		return bus.ErrClosed
	}
	return b.found
}

// callName returns a call of the recording in words.
func (b *Bus) callName(id bus.CallID) string {
	if c := b.calls.byID[id]; c != nil {
		return describe(c.begin)
	}
	return ""
}

// describeOwned is describe, with the call that did it if that is not id.
func (b *Bus) describeOwned(rec *capture.Record, id bus.CallID) string {
	s := describe(rec)
	if owner := callOf(rec); owner != id && owner != 0 && rec.Kind != capture.KindBegin && rec.Kind != capture.KindEnd {
		s += ", in " + b.callName(owner)
	}
	return s
}

// describe returns a record in words.
func describe(rec *capture.Record) string {
	win := &rec.Window
	switch {
	case rec.Kind != capture.KindWindow:
		return decode.DescribeRecord(rec)
	case len(win.MOSI) == 0:
		return "a select without bytes"
	case !win.Reads():
		return words(win.MOSI)
	}
	return fmt.Sprintf("the reading of %d bytes", len(win.MOSI))
}

// words returns a request in words.
func words(frame []byte) string { return decode.DescribeRequest(frame) }
