package stats

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Time says what the time of a trace was spent on. Each moment counts once,
// so that the parts sum to Whole exactly.
type Time struct {
	Whole    time.Duration `json:"whole_ns"`    // from the start of the trace to the end of its last record
	Clocking time.Duration `json:"clocking_ns"` // in windows, from READY high to the deselect
	Ready    time.Duration `json:"ready_ns"`    // waiting for READY: low before a select, high after it, in vain
	Between  time.Duration `json:"between_ns"`  // the host's, between request and reply: READY was low or not looked at
	Polling  time.Duration `json:"polling_ns"`  // the host's, before a command that asks whether something happened
	Host     time.Duration `json:"host_ns"`     // the host's, before any other and at the end
	Boot     time.Duration `json:"boot_ns"`     // from RESETN low to the first select
	Folded   time.Duration `json:"folded_ns"`   // with exchanges that were counted and not recorded
	Missing  time.Duration `json:"missing_ns"`  // between windows where records are missing, and between recordings
}

// A clock gives the time of a trace to its parts, record by record.
type clock struct {
	Time
	at       time.Duration // what is before has been given
	edge     time.Duration // when READY went low since the last window
	hasEdge  bool
	asked    bool // a request has had no reply yet
	booting  bool
	missing  bool // something is lost since the last window
	recorded bool // a recording has begun
}

// spend gives the time until then to a part. What is already given stays.
func (c *clock) spend(part *time.Duration, until time.Duration) {
	if until > c.at {
		*part += until - c.at
		c.at = until
	}
}

// record takes up a record. They come in the order of the trace.
func (c *clock) record(rec *capture.Record) {
	c.Whole = max(c.Whole, rec.Window.End(rec.Time))
	switch rec.Kind {
	case capture.KindWindow:
		c.window(rec)
	case capture.KindWait:
		c.spend(c.pause(false), rec.Time-rec.Window.Wait)
		c.spend(c.or(&c.Ready), rec.Time)
	case capture.KindPin:
		c.pin(rec)
	case capture.KindRepeat:
		c.spend(&c.Folded, rec.Time)
	case capture.KindStart:
		if c.recorded {
			c.spend(&c.Missing, rec.Time)
		}
		c.recorded, c.asked, c.booting = true, false, false
	case capture.KindLoss:
		c.missing = true
	}
}

// pin takes up what changes on a line: READY gets low, a reset begins.
func (c *clock) pin(rec *capture.Record) {
	switch {
	case rec.High:
	case rec.Pin == capture.PinReady && !c.hasEdge:
		c.edge, c.hasEdge = rec.Time, true
	case rec.Pin == capture.PinReset:
		c.spend(c.pause(false), rec.Time)
		c.booting, c.asked = true, false
	}
}

// window takes up a window and what was before it.
func (c *clock) window(rec *capture.Record) {
	w := &rec.Window
	c.before(rec)
	c.spend(&c.Ready, rec.Time+w.Ack)
	c.spend(&c.Clocking, w.End(rec.Time))
	if len(w.MOSI) > 0 {
		c.asked = !w.Reads()
	}
	c.hasEdge, c.booting, c.missing = false, false, false
}

// before gives the time before a select. A host that waited for READY says so.
// Where the line itself was recorded, the coprocessor worked until it fell.
func (c *clock) before(rec *capture.Record) {
	w := &rec.Window
	polls := len(w.MOSI) > 1 && !w.Reads() && wire.PollOf(wire.Command(w.MOSI[1])) != wire.NoPoll
	if c.asked && c.hasEdge {
		c.spend(c.or(&c.Ready), min(c.edge, rec.Time))
	}
	c.spend(c.pause(polls), rec.Time-w.Wait)
	if !c.hasEdge || !c.asked {
		c.spend(c.or(&c.Ready), rec.Time)
	}
	c.spend(c.pause(polls), rec.Time)
}

// pause returns the part to which time belongs in which the host did nothing.
func (c *clock) pause(polls bool) *time.Duration {
	switch {
	case c.asked:
		return c.or(&c.Between)
	case polls:
		return c.or(&c.Polling)
	}
	return c.or(&c.Host)
}

// or returns the part, unless what happens is not known or a reset goes on.
func (c *clock) or(part *time.Duration) *time.Duration {
	switch {
	case c.missing:
		return &c.Missing
	case c.booting:
		return &c.Boot
	}
	return part
}

// total returns how the time was spent.
func (c *clock) total() Time {
	end := *c
	end.spend(end.pause(false), end.Whole)
	return end.Time
}
