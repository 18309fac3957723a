package replay

import (
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Driver makes a fresh driver on a bus and a clock. The driver under replay
// comes in this way, so that a fork or another driver can be put there. It must
// take its turns from the bus and tell it of its calls, see [bus.ArbiterOf] and
// [bus.TracerOf]; what a driver does without that is in no call.
type Driver func(b bus.Bus, c bus.Clock) netdev.Device

// A Report is how a replay went.
type Report struct {
	Trace      string // name
	Calls      int    // driver calls in the trace; 0: replayed command by command
	Exchanges  int    // exchanges in the trace
	Took       time.Duration
	Damage     *Damage     // nil: the file is whole
	Divergence *Divergence // nil: the driver did what was recorded
}

// OK reports whether the trace is whole and the driver did what was recorded.
func (r *Report) OK() bool { return r.Damage == nil && r.Divergence == nil }

// Replay replays the trace against a driver. Any number of goroutines may do
// so at once. It always returns: a driver that hangs is a divergence after ten
// seconds in which nothing happened, one that panics is one too, and a
// goroutine that never comes back from the driver is left behind.
func (t *Trace) Replay(drive Driver) *Report {
	r := &Report{Trace: t.Name, Calls: len(t.calls), Exchanges: t.exchanges()}
	if !t.damage.none() {
		damage := t.damage
		r.Damage = &damage
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
