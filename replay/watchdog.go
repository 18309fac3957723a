package replay

import (
	"strings"
	"time"
)

// patience is how long, in real time, somebody may wait while nothing happens
// before a replay is called stuck. Nobody ever waits for anything but the
// driver and the program above it.
const patience = 10 * time.Second

// A watchdog ends a replay in which everybody waits. It runs while somebody
// does, so that a Bus that is never finished leaves nothing behind.
type watchdog struct {
	moves   int // counts progress
	seen    int // moves when the timer was set
	waiting int // how many goroutines wait
	timer   *time.Timer
}

// wait waits for progress; c is the call that does, nil for none. The caller
// holds the lock.
func (b *Bus) wait(c *recordedCall) {
	w := &b.watch
	if c != nil {
		c.waiting = true
		defer func() { c.waiting = false }()
	}
	if w.waiting++; w.waiting == 1 {
		b.watchOver()
	}
	b.changed.Wait()
	if w.waiting--; w.waiting == 0 {
		w.timer.Stop()
	}
}

// watchOver sets the timer.
func (b *Bus) watchOver() {
	w := &b.watch
	w.seen = w.moves
	if w.timer == nil {
		w.timer = time.AfterFunc(b.trace.patience, b.look)
	} else {
		w.timer.Reset(b.trace.patience)
	}
}

// look ends the replay if nothing has happened since the timer was set.
func (b *Bus) look() {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := &b.watch
	switch {
	case w.waiting == 0 || b.over():
	case w.moves != w.seen:
		b.watchOver()
	default:
		b.divergeStuck()
	}
}

// divergeStuck says for whom the replay waits.
func (b *Bus) divergeStuck() {
	d := b.divergence(0, "nothing goes on: nobody does what the recording has next", b.current())
	var waiting []string
	for _, c := range b.calls.order[b.calls.old:] {
		if c.waiting {
			waiting = append(waiting, describe(c.begin))
		}
	}
	d.GotText = "no call waits for the bus"
	if len(waiting) > 0 {
		d.GotText = "waiting for their turn: " + strings.Join(waiting[:min(len(waiting), 5)], "; ")
	}
	b.stop(d)
}
