package replay

import (
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Driver makes a fresh driver on a bus and a clock. The driver under replay
// comes in this way, so that a fork or another driver can be put there.
type Driver func(b bus.Bus, c bus.Clock) netdev.Device

// A Report is how a replay went.
type Report struct {
	Trace      string // name
	Calls      int    // driver calls in the trace; 0: replayed command by command
	Exchanges  int    // requests in the trace
	Took       time.Duration
	Damage     *Damage     // nil: the file is whole
	Divergence *Divergence // nil: the driver did what was recorded
}

// OK reports whether the trace is whole and the driver did what was recorded.
func (r *Report) OK() bool { return r.Damage == nil && r.Divergence == nil }

// A Damage says that a trace is not what was recorded. Such a trace is not
// replayed: what is missing can't be held against the driver.
type Damage struct {
	capture.Loss
	Offset int64 // of the first loss in the file
}

// Error returns the damage in one line.
func (d *Damage) Error() string {
	s := fmt.Sprintf("the trace is damaged at byte %d:", d.Offset)
	add := func(n int64, what string) {
		if n > 0 {
			s += fmt.Sprintf(" %d %s,", n, what)
		}
	}
	add(int64(d.Frames), "frames missing")
	add(d.Bytes, "bytes unreadable")
	add(int64(d.Records), "records dropped by the recorder")
	if d.Joined {
		s += " it begins in the middle,"
	}
	if d.Cut {
		s += " it ends inside a frame,"
	}
	return s[:len(s)-1]
}

// Replay replays the trace against a driver. Any number of goroutines may do
// so at once.
func (t *Trace) Replay(drive Driver) *Report {
	r := &Report{Trace: t.Name, Calls: len(t.calls), Exchanges: t.exchanges()}
	if !t.loss.None() {
		r.Damage = &Damage{t.loss, t.lossAt}
		return r
	}
	start := time.Now()
	if len(t.calls) > 0 {
		r.Divergence = t.reissue(drive)
	} else {
		r.Divergence = t.commands(drive)
	}
	r.Took = time.Since(start)
	return r
}

// exchanges counts the requests of the trace.
func (t *Trace) exchanges() int {
	n := 0
	for i := range t.records {
		if rec := &t.records[i]; rec.Kind == capture.KindWindow && request(&rec.Window) {
			n++
		}
	}
	return n
}
