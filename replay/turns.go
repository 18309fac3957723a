package replay

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Acquire implements [bus.Arbiter]: it waits until the recording has the call
// on the bus.
func (b *Bus) Acquire(call bus.CallID, until time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.found == nil {
		rec := b.current()
		switch {
		case !b.busy && rec != nil && callOf(rec) == call:
			b.busy, b.turn = true, call
			return nil
		case b.calls.over(call, b.next) && !until.IsZero():
			// The recorded call did not get the bus any more either.
			return bus.ErrTurnTimeout
		case !b.busy && b.calls.over(call, b.next):
			// A turn in which the driver leaves the bus alone is nothing
			// that a trace shows; if it does not, that is the divergence.
			b.busy, b.turn = true, call
			return nil
		}
		b.wait()
	}
	return b.found
}

// Release implements [bus.Arbiter].
func (b *Bus) Release(bus.CallID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = false
	b.moved()
}

// callOf returns the call that a record of the bus belongs to.
func callOf(rec *capture.Record) bus.CallID {
	if rec.Kind == capture.KindWindow {
		return rec.Window.Call
	}
	return rec.ID
}

// wait waits for progress. The caller holds the lock.
func (b *Bus) wait() {
	b.watch.waiting++
	b.changed.Wait()
	b.watch.waiting--
}

// patience is how long, in real time, nothing may happen before a replay is
// called stuck. It never waits for anything but the driver.
const patience = 10 * time.Second

// A watchdog ends a replay in which everybody waits.
type watchdog struct {
	moves   int // counts progress
	waiting int // how many goroutines wait for it
	seen    int
	timer   *time.Timer
	done    bool
}

// start looks after b until stopped.
func (w *watchdog) start(b *Bus) {
	w.timer = time.AfterFunc(patience, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if w.done || b.found != nil {
			return
		}
		if w.waiting > 0 && w.moves == w.seen {
			b.diverge("nothing goes on: the driver does not do what the recording has next", b.current())
			return
		}
		w.seen = w.moves
		w.timer.Reset(patience)
	})
}

// stop ends the watch. The caller holds the lock of the Bus.
func (w *watchdog) stop() {
	w.done = true
	w.timer.Stop()
}
