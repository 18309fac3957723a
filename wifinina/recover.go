package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// The ladder on a fault of the link. A call whose exchange fails returns what
// went wrong. The next exchange brings the firmware back in step first, see
// settle. When that does not help the coprocessor is given up: its sockets are
// lost, and the supervisor resets it and joins its network again.

// maxFailures is how many exchanges in a row may fail before the coprocessor is
// given up.
const maxFailures = 3

// failed notes, within the turn, that an exchange was damaged. hopeless says
// that the firmware does not even let itself be brought back in step.
func (o *op) failed(hopeless bool) {
	d := o.d
	if d.failures++; hopeless || d.failures >= maxFailures {
		d.failures = 0
		d.disownAll()
		d.alarm()
	}
}

// overrun is by how much a turn may overrun the deadline of its call: longer
// than any exchange takes that the firmware answers at once.
const overrun = 15 * time.Millisecond

// await waits until the firmware is armed, at most for limit and until the limit
// of the turn. If that comes first, it fails with ErrTimeout, and
// the exchanges that follow wait for what is left of the limit: the firmware is
// only to blame when it has had that.
func (o *op) await(limit time.Duration) error {
	d := o.d
	if !d.owed.IsZero() {
		limit = max(d.owed.Sub(d.clock.Now()), 0)
	}
	wait := limit
	if !o.deadline.IsZero() {
		wait = min(limit, max(o.limit.Sub(d.clock.Now()), 0))
	}
	waited, err := d.bus.WaitReady(bus.Armed, wait)
	o.waited += waited
	if f, ok := err.(bus.Fault); ok && f == bus.ErrReadyTimeout && wait < limit {
		if d.owed.IsZero() {
			d.owed = d.clock.Now().Add(limit - wait)
		}
		return netdev.ErrTimeout
	}
	d.owed = time.Time{}
	return err
}
