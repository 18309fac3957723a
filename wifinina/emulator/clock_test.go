package emulator

import (
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A handClock stands still but for its sleepers, who move it on.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

var _ bus.Clock = (*handClock)(nil)

func newHandClock(start time.Time) *handClock { return &handClock{now: start} }

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) Sleep(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.now = c.now.Add(d)
	}
}
