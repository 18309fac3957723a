package edit

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// End is the end of a cut that goes on to the end of the trace.
const End time.Duration = math.MaxInt64

// A Cutter is a [Sink] that gives what happened from one time to another to the
// next one, as a recording whose times count from the cut. It begins with what
// is needed to understand the rest: a start with the labels and the firmware's
// version, a remark, the levels of the lines, and the driver calls that go on.
//
// A window is there whole or not at all, and so is an exchange: a reply whose
// request is before the cut is left out, and the one to the last request is
// kept. Other records are there by their time; repeats of an exchange that is
// left out are a remark.
type Cutter struct {
	dst      Sink
	from, to time.Duration
	remark   string

	before  state
	tick    time.Duration
	open    bool // the head is written
	orphan  bool // the next window, if it reads, is a reply to what was left out
	pending bool // the last window kept is a request
	any     bool // a window was kept
	shifted capture.Record
}

// Cut returns a Cutter. Times are those of the trace; the remark stands at the
// beginning of the cut. Close it when the source has ended.
func Cut(dst Sink, from, to time.Duration, remark string) *Cutter {
	return &Cutter{dst: dst, from: from, to: to, remark: remark, before: newState(), tick: time.Nanosecond}
}

// Begin implements [Sink].
func (c *Cutter) Begin(tick, at time.Duration) error {
	c.tick = tick
	if c.open {
		return c.dst.Begin(tick, at-c.from)
	}
	c.before = newState()
	if c.from > at {
		c.from -= (c.from - at) % tick // so that no time is rounded
	}
	return nil
}

// Write implements [Sink].
func (c *Cutter) Write(rec *capture.Record) error {
	if rec.Time < c.from {
		c.early(rec)
		return nil
	}
	if c.late(rec) {
		return io.EOF
	}
	first := !c.open
	if first {
		if err := c.head(rec.Kind != capture.KindStart); err != nil {
			return err
		}
	}
	if rec.Kind == capture.KindWindow && c.reply(rec) {
		return nil
	}
	c.shifted = *rec
	c.shifted.Time -= c.from
	c.any = c.any || rec.Kind == capture.KindWindow
	if rec.Kind == capture.KindRepeat && !c.any {
		return c.dst.Write(repeatsOutside(&c.shifted))
	}
	if err := c.dst.Write(&c.shifted); err != nil {
		return err
	}
	if first && rec.Kind == capture.KindStart {
		return c.note(c.shifted.Time)
	}
	return nil
}

// repeatsOutside tells of repeats whose exchange is before the cut.
func repeatsOutside(rec *capture.Record) *capture.Record {
	text := fmt.Sprintf("the last exchange before the cut happened %d more times until here", rec.Repeat.N)
	return &capture.Record{Kind: capture.KindNote, Time: rec.Time, Text: []byte(text)}
}

// early takes up a record before the cut, also one that is written after others
// which are not.
func (c *Cutter) early(rec *capture.Record) {
	if !c.open {
		c.before.add(rec)
	}
	if rec.Kind == capture.KindWindow && len(rec.Window.MOSI) > 0 {
		c.orphan = !rec.Window.Reads()
	}
}

// late reports whether the cut has ended before the record. It goes on to the
// next window where a request has no reply yet.
func (c *Cutter) late(rec *capture.Record) bool {
	if rec.Window.End(rec.Time) <= c.to {
		return false
	}
	if !c.pending {
		return true
	}
	return rec.Kind == capture.KindWindow && !rec.Window.Reads() || rec.Kind == capture.KindPin && rec.Pin == capture.PinReset
}

// reply follows requests and replies, and reports whether the window is a reply
// to what was left out.
func (c *Cutter) reply(rec *capture.Record) bool {
	if len(rec.Window.MOSI) == 0 {
		return false
	}
	reads := rec.Window.Reads()
	orphan := c.orphan && reads
	c.orphan, c.pending = false, !reads
	return orphan
}

// head writes what is needed to understand the rest. A trace that goes on with
// a start brings its own.
func (c *Cutter) head(whole bool) error {
	c.open = true
	if err := c.dst.Begin(c.tick, 0); err != nil || !whole {
		return err
	}
	if err := c.dst.Write(c.before.start(c.from)); err != nil {
		return err
	}
	if err := c.note(0); err != nil {
		return err
	}
	for _, rec := range c.before.going(c.from, c.tick) {
		if err := c.dst.Write(&rec); err != nil {
			return err
		}
	}
	return nil
}

// note writes the remark.
func (c *Cutter) note(at time.Duration) error {
	return c.dst.Write(&capture.Record{Kind: capture.KindNote, Time: at, Text: []byte(c.remark)})
}

// Close writes the head of a cut in which nothing happened.
func (c *Cutter) Close() error {
	if c.open {
		return nil
	}
	return c.head(true)
}

// version returns what a window tells as the reply to GET_FW_VERSION, "" if it
// is none.
func version(win *capture.Window) string {
	if len(win.MISO) < 2 || win.MISO[1] != byte(wire.GetFWVersion)|wire.ReplyBit || !win.Reads() {
		return ""
	}
	vals, m := wire.ParseReply(nil, win.MISO, wire.GetFWVersion, wire.Arduino, 0)
	if m.Err != 0 || m.ErrorReply || len(vals) != 1 {
		return ""
	}
	text := vals[0].Bytes()
	for n := len(text); n > 0 && text[n-1] == 0; n-- {
		text = text[:n-1]
	}
	return string(text)
}
