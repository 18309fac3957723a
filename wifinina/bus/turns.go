package bus

import (
	"sync"
	"time"
)

// CallID identifies one call of the driver's public face in a trace. Zero
// means work that belongs to no call.
type CallID uint32

// An Arbiter decides which driver call has the bus next. Every exchange with
// the coprocessor happens between an Acquire and its Release; a turn is one
// exchange and no longer, and nobody sleeps through one without need.
//
// It is a seam of its own because the order of turns is the one thing that
// makes several goroutines on one bus differ from run to run: a recorder
// writes the order down and a replay enforces it.
type Arbiter interface {
	// Acquire waits until call may use the bus. With a non-zero until it
	// gives up at that time with [ErrTurnTimeout].
	Acquire(call CallID, until time.Time) error
	// Release ends the turn of the call that holds it.
	Release(call CallID)
}

// Turns is the plain Arbiter: first come, first served as far as the
// scheduler's mutex is fair. Create it with [NewTurns].
type Turns struct {
	clock Clock
	mu    sync.Mutex
}

// NewTurns returns an Arbiter that measures its timeouts on clock.
func NewTurns(clock Clock) *Turns { return &Turns{clock: clock} }

// turnPoll is how often a caller with a deadline looks whether the bus is
// free. It bounds by how much such a deadline can be overrun.
const turnPoll = time.Millisecond

// Acquire implements [Arbiter].
func (t *Turns) Acquire(_ CallID, until time.Time) error {
	if until.IsZero() {
		t.mu.Lock()
		return nil
	}
	for !t.mu.TryLock() {
		left := until.Sub(t.clock.Now())
		if left <= 0 {
			return ErrTurnTimeout
		}
		t.clock.Sleep(min(left, turnPoll))
	}
	return nil
}

// Release implements [Arbiter].
func (t *Turns) Release(CallID) { t.mu.Unlock() }

var _ Arbiter = (*Turns)(nil)

// ArbiterOf returns the Arbiter that b is, or a plain one on clock.
func ArbiterOf(b Bus, clock Clock) Arbiter {
	if a, ok := b.(Arbiter); ok {
		return a
	}
	return NewTurns(clock)
}
