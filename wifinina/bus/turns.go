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

// Turns is the plain Arbiter: first come, first served. Create it with
// [NewTurns].
type Turns struct {
	clock Clock

	mu    sync.Mutex // never held for longer than it takes to look
	freed sync.Cond  // busy or queue has changed
	busy  bool
	last  uint32   // ticket given out last
	queue []uint32 // tickets of those who wait, the first one's first
}

// queueRoom is how many callers can wait before the queue is enlarged.
const queueRoom = 16

// NewTurns returns an Arbiter that measures its timeouts on clock.
func NewTurns(clock Clock) *Turns {
	t := &Turns{clock: clock, queue: make([]uint32, 0, queueRoom)}
	t.freed.L = &t.mu
	return t
}

// A caller with a deadline can't wait to be woken, so it looks whether it is
// its turn, first after lookMin and then less and less often down to lookMax,
// which bounds by how much the deadline is overrun.
const (
	lookMin = 100 * time.Microsecond
	lookMax = 4 * time.Millisecond
)

// Acquire implements [Arbiter].
func (t *Turns) Acquire(_ CallID, until time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.busy && len(t.queue) == 0 {
		t.busy = true
		return nil
	}
	t.last++
	ticket := t.last
	t.queue = append(t.queue, ticket)
	if until.IsZero() {
		for t.busy || t.queue[0] != ticket {
			t.freed.Wait()
		}
	} else if !t.look(ticket, until) {
		t.leave(ticket)
		return ErrTurnTimeout
	}
	t.leave(ticket)
	t.busy = true
	return nil
}

// look waits for the turn of a ticket until a time, under mu, and reports
// whether it came.
func (t *Turns) look(ticket uint32, until time.Time) bool {
	for pause := lookMin; t.busy || t.queue[0] != ticket; pause = min(2*pause, lookMax) {
		left := until.Sub(t.clock.Now())
		if left <= 0 {
			return false
		}
		t.mu.Unlock()
		t.clock.Sleep(min(left, pause))
		t.mu.Lock()
	}
	return true
}

// leave takes a ticket out of the queue, under mu.
func (t *Turns) leave(ticket uint32) {
	for i, q := range t.queue {
		if q == ticket {
			t.queue = append(t.queue[:i], t.queue[i+1:]...)
			break
		}
	}
	t.freed.Broadcast()
}

// Release implements [Arbiter].
func (t *Turns) Release(CallID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = false
	if len(t.queue) > 0 {
		t.freed.Broadcast()
	}
}

var _ Arbiter = (*Turns)(nil)

// ArbiterOf returns the Arbiter that b is, or a plain one on clock.
func ArbiterOf(b Bus, clock Clock) Arbiter {
	if a, ok := b.(Arbiter); ok {
		return a
	}
	return NewTurns(clock)
}
