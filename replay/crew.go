package replay

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

// A crew is the goroutines that a replay runs a driver in. A replay waits for
// them only as long as it goes on, and a moment longer: a driver that does not
// come back from a bus which refuses everything is left behind.
type crew struct {
	running int
	refused int    // calls of the bus after the end
	quit    func() // ends the goroutine that calls it; nil: it goes on
	late    bool   // the moment is over
}

// maxRefused is how often a driver may try a bus that refuses everything. A
// loop that ignores errors ends there.
const maxRefused = 10000

// grace is how long after its end a replay waits for its goroutines.
const grace = time.Second

// refuse counts a call that the bus has refused. The caller holds the lock, in
// a way that Goexit undoes.
func (c *crew) refuse() {
	if c.refused++; c.refused > maxRefused && c.quit != nil {
		c.quit()
	}
}

// start runs f in a goroutine. A panic in it is a divergence.
func (b *Bus) start(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.crew.quit = runtime.Goexit
	b.crew.running++
	go func() {
		defer b.left()
		f()
	}()
}

// left notes that a goroutine has come to its end.
func (b *Bus) left() {
	failure := recover()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.crew.running--
	if failure != nil {
		d := b.divergence(b.turn, fmt.Sprintf("the driver panics: %v", failure), b.current())
		d.Stack = debug.Stack()
		b.stop(d)
	}
	b.moved()
}

// run runs f in a goroutine and reports whether it came to its end before the
// replay did.
func (b *Bus) run(f func()) bool {
	done := false
	b.start(func() {
		f()
		b.mu.Lock()
		defer b.mu.Unlock()
		done = true
		b.moved()
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	for !done && !b.over() {
		b.wait(nil)
	}
	return done
}

// dismiss waits for the goroutines after the end, for a moment.
func (b *Bus) dismiss() {
	b.mu.Lock()
	defer b.mu.Unlock()
	timer := time.AfterFunc(min(grace, b.trace.patience), func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.crew.late = true
		b.changed.Broadcast()
	})
	defer timer.Stop()
	for b.crew.running > 0 && !b.crew.late {
		b.changed.Wait()
	}
}

// stopped reports whether the replay has ended.
func (b *Bus) stopped() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.over()
}
