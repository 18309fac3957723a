package replay

import (
	"runtime"
	"time"
)

// epoch is when virtual time begins.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Now implements [bus.Clock]: the time of the recording, counted from the
// beginning of the year 2000.
func (b *Bus) Now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return epoch.Add(b.now)
}

// Sleep implements [bus.Clock]. It costs no time: what the driver does next
// moves the clock.
func (b *Bus) Sleep(time.Duration) { runtime.Gosched() }

// at returns a virtual time as the call that has the bus sees it. A program may
// have set its deadlines by another clock; for its calls the time is moved so
// that it stands to the deadline as it stood in the recording.
func (b *Bus) at(t time.Duration) time.Time {
	return epoch.Add(t).Add(b.calls.shift(b.turn))
}
