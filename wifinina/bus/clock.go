package bus

import "time"

// A Clock tells time and sleeps. Several goroutines may use one at once.
// Drivers take theirs from outside, so that a replay or a simulation can run
// hours of a session in milliseconds.
type Clock interface {
	// Now returns the current time. It never goes backwards.
	Now() time.Time
	// Sleep returns after d at the earliest; zero or less returns at once.
	Sleep(d time.Duration)
}

// System is the Clock of the machine the program runs on. Its zero value is
// ready for use.
type System struct{}

// Now returns time.Now.
func (System) Now() time.Time { return time.Now() }

// Since returns time.Since(t): on most machines half as dear as Now, because it
// reads one clock instead of two. A Clock need not have it.
func (System) Since(t time.Time) time.Duration { return time.Since(t) }

// Sleep calls time.Sleep.
func (System) Sleep(d time.Duration) { time.Sleep(d) }

var _ Clock = System{}
