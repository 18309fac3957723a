package replay

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Divergence is the first thing in which a replay differs from the
// recording. It is an error; [Divergence.Report] says all of it.
type Divergence struct {
	What     string        // what the driver did, or did not do
	Exchange int           // number of the exchange as the decoder counts, 0: before the first
	Time     time.Duration // of what the recording has there
	Offset   int64         // of its frame in the file
	Call     string        // the driver call it happened in, "" if none is known
	At       int           // offset of the first byte that differs, -1: not about bytes
	Want     []byte        // the recorded request
	Got      []byte        // the driver's
	WantText string        // the same in words, or what else the recording has
	GotText  string
}

// Error returns the divergence in one line.
func (d *Divergence) Error() string {
	s := fmt.Sprintf("exchange %d at %.6fs: %s", d.Exchange, d.Time.Seconds(), d.What)
	if d.At >= 0 {
		s += fmt.Sprintf(" at offset %d", d.At)
		if d.At < len(d.Want) && d.At < len(d.Got) {
			s += fmt.Sprintf(": want %02X, got %02X", d.Want[d.At], d.Got[d.At])
		}
	}
	if d.Call != "" {
		s += " (in " + d.Call + ")"
	}
	return s
}

// Report returns the divergence in a few lines: where, in which call, and what
// was wanted and what came, in words and in hexadecimal with the first
// different byte in brackets.
func (d *Divergence) Report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.What)
	fmt.Fprintf(&b, "  where  exchange %d, %.6f s, frame at byte %d\n", d.Exchange, d.Time.Seconds(), d.Offset)
	if d.Call != "" {
		fmt.Fprintf(&b, "  call   %s\n", d.Call)
	}
	if d.WantText != "" {
		fmt.Fprintf(&b, "  want   %s\n", d.WantText)
	}
	if len(d.Want) > 0 {
		fmt.Fprintf(&b, "         %s\n", hexAround(d.Want, d.At))
	}
	if d.GotText != "" {
		fmt.Fprintf(&b, "  got    %s\n", d.GotText)
	}
	if len(d.Got) > 0 {
		fmt.Fprintf(&b, "         %s\n", hexAround(d.Got, d.At))
	}
	return b.String()
}

// hexAround shows bytes with the one at an offset in brackets, and no more than
// what is around it.
func hexAround(p []byte, at int) string {
	const before, after = 24, 16
	from, to := max(at-before, 0), min(max(at, before)+after, len(p))
	var b strings.Builder
	if from > 0 {
		fmt.Fprintf(&b, "…%d bytes… ", from)
	}
	for i := from; i < to; i++ {
		if i == at {
			fmt.Fprintf(&b, "[%02X] ", p[i])
		} else {
			fmt.Fprintf(&b, "%02X ", p[i])
		}
	}
	if at == len(p) {
		b.WriteString("[end]")
	}
	if to < len(p) {
		fmt.Fprintf(&b, "…%d more", len(p)-to)
	}
	return strings.TrimSpace(b.String())
}

// diverge ends the replay: the driver did something and the recording has rec,
// nil for its end. It returns the divergence as an error.
func (b *Bus) diverge(what string, rec *capture.Record) error {
	d := &Divergence{What: what, Exchange: b.n, At: -1, Time: b.trace.end(), Call: b.callName(b.turn), WantText: "the end of the recording"}
	if rec != nil {
		d.Time, d.Offset, d.WantText = rec.Time, rec.Offset, describe(rec)
	}
	return b.stop(d)
}

// divergeBytes is diverge for bytes of a window: w is what the driver sends
// from the current position on.
func (b *Bus) divergeBytes(what string, rec *capture.Record, at int, w []byte) error {
	win := &rec.Window
	d := &Divergence{What: what, Exchange: b.n, At: at, Time: rec.Time, Offset: rec.Offset, Call: b.callName(b.turn)}
	d.Want = win.MOSI
	d.Got = append(bytes.Clone(win.MOSI[:b.pos]), w...)
	if request(win) {
		d.WantText, d.GotText = words(d.Want), words(d.Got)
	} else {
		d.WantText = fmt.Sprintf("the reading of a reply of %d bytes", len(win.MOSI))
	}
	return b.stop(d)
}

// divergeCall is diverge for a call that is not the recorded one; no call is
// one that never came.
func (b *Bus) divergeCall(rc *recordedCall, c *bus.Call) {
	d := &Divergence{What: "the call is not in the recording", Exchange: b.n, At: -1, Time: b.trace.end()}
	if rc != nil {
		d.Time, d.Offset, d.WantText = rc.begin.Time, rc.begin.Offset, describe(rc.begin)
	}
	if c == nil {
		d.What = "a recorded call never came"
	} else {
		d.GotText = describe(&capture.Record{Kind: capture.KindBegin, Call: kept(c)})
	}
	b.stop(d)
}

// kept returns a call as a recorder would keep it.
func kept(c *bus.Call) capture.Call {
	return capture.Call{Call: *c, SecretLen: len(c.Secret), DataLen: len(c.Data)}
}

// divergeResult is diverge for what a call returned.
func (b *Bus) divergeResult(c *recordedCall, op bus.Op, r *bus.Result) {
	got := capture.Record{Kind: capture.KindEnd, ID: c.end.ID}
	got.Call.Op = op
	got.Result = capture.Result{Result: *r, Err: errorText(r.Err), DataLen: len(r.Data)}
	d := &Divergence{
		What: "the call returns something else", Exchange: b.n, At: -1, Time: c.end.Time, Offset: c.end.Offset,
		Call: b.callName(c.end.ID), WantText: describe(c.end), GotText: describe(&got),
	}
	if d.WantText == d.GotText {
		d.GotText += ", with other data"
	}
	b.stop(d)
}

// stop notes the first divergence and wakes everybody.
func (b *Bus) stop(d *Divergence) error {
	if b.found == nil {
		b.found = d
	}
	b.moved()
	return b.found
}

// callName returns a call of the recording in words.
func (b *Bus) callName(id bus.CallID) string {
	if c := b.calls.byID[id]; c != nil && c.begin != nil {
		return describe(c.begin)
	}
	return ""
}

// describe returns a record in words.
func describe(rec *capture.Record) string {
	if rec.Kind == capture.KindWindow {
		if request(&rec.Window) {
			return words(rec.Window.MOSI)
		}
		return fmt.Sprintf("the reading of a reply of %d bytes", len(rec.Window.MOSI))
	}
	return decode.DescribeRecord(rec)
}

// words returns a request in words.
func words(frame []byte) string { return decode.DescribeRequest(frame) }
