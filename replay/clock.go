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

// Sleep implements [bus.Clock]: it moves the virtual time and costs no real
// one.
func (b *Bus) Sleep(d time.Duration) {
	b.doze(d)
	runtime.Gosched()
}

func (b *Bus) doze(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = max(b.now, b.now+max(d, 0)) // the sum may overflow
	_ = b.refusal()                     // counts for a driver that sleeps and tries again for ever
}

// at returns a virtual time as the call that has the bus sees it. A program may
// have set its deadlines by another clock; for its calls the time is moved so
// that it stands to the deadline as it stood in the recording.
func (b *Bus) at(t time.Duration) time.Time {
	at := epoch.Add(t)
	if c := b.calls.byID[b.turn]; c != nil {
		at = at.Add(c.shift)
	}
	return at
}
