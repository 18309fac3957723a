package fidelity

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A worldClock is the time of the recording on the time of package time, which
// is the bubble's.
type worldClock struct{ ahead time.Duration }

var _ bus.Clock = worldClock{}

// Now implements [bus.Clock].
func (c worldClock) Now() time.Time { return time.Now().Add(c.ahead) }

// Sleep implements [bus.Clock].
func (worldClock) Sleep(d time.Duration) { time.Sleep(d) }

// clock finds out what time it was when the recording began, and when the
// module had learned it.
func (in *inference) clock(r *Recording) {
	first, last := time.Duration(0), time.Duration(1<<63-1) // the Unix time of the beginning lies between
	var joined, unset, set time.Duration
	for _, x := range in.xs {
		at := r.Steps[x.command].At
		switch {
		case joined == 0 && in.joins[x.n]:
			joined = at
		case x.cmd != wire.GetTime || !x.tells(1):
		case x.vals[0].Int() == 0:
			unset = at
		default:
			told := time.Duration(x.vals[0].Int()) * time.Second
			first, last = max(first, told-at), min(last, told-at+time.Second)
			if set == 0 {
				set = at
			}
		}
	}
	began := time.Unix(0, int64(first+max(last-first, 0)/2))
	if set == 0 {
		began = time.Now()
	}
	in.cfg.Clock = worldClock{time.Until(began)}
	if set > 0 && joined < unset && unset < set {
		in.cfg.SyncTime = (unset+set)/2 - joined
	}
}
