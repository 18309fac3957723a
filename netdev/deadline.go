//go:build !tinygo

package netdev

import (
	"os"
	"sync/atomic"
	"time"
)

// slice is how long a call waits inside the device at most before it looks
// whether its deadline is another now, or its descriptor closed. The device can
// only be told when a call begins.
const slice = 20 * time.Millisecond

// A deadline may be changed while calls wait for it. The zero value is none.
// Any goroutine may use it.
type deadline struct{ at atomic.Pointer[time.Time] }

func (d *deadline) set(t time.Time) { d.at.Store(&t) }

// next returns the end of the next slice, or os.ErrDeadlineExceeded when the
// deadline has passed.
func (d *deadline) next() (time.Time, error) {
	now := time.Now()
	end := now.Add(slice)
	if at := d.at.Load(); at != nil && !at.IsZero() {
		if !now.Before(*at) {
			return now, os.ErrDeadlineExceeded
		}
		if at.Before(end) {
			end = *at
		}
	}
	return end, nil
}
