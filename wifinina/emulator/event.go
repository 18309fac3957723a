package emulator

import (
	"sync"
	"time"
)

// An event wakes all who wait for it. It is guarded by the lock its waiters
// hold, which they let go of while they wait. A goroutine that waits is durably
// blocked in the sense of testing/synctest.
type event struct {
	fired chan struct{} // nil: nobody waits
}

// fire wakes whoever waits.
func (e *event) fire() {
	if e.fired != nil {
		close(e.fired)
		e.fired = nil
	}
}

// wait returns when e is fired, at the latest at the time until, unless that is
// zero.
func (e *event) wait(mu *sync.Mutex, until time.Time) {
	if e.fired == nil {
		e.fired = make(chan struct{})
	}
	fired := e.fired
	var alarm <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		alarm = timer.C
	}
	mu.Unlock()
	defer mu.Lock()
	select {
	case <-fired:
	case <-alarm:
	}
}

// earliest returns the first of two times, where zero means never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// reached reports whether a time that is not never has come.
func reached(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }
