package replay

import (
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Acquire implements [bus.Arbiter]: it waits until the recording has the call
// on the bus.
//
// A call that has nothing left to do there wants a turn in which it leaves the
// bus alone, because it finds its socket closed. Such a turn is not in a
// trace. The call gets it when those who may have closed the socket have come
// as far.
func (b *Bus) Acquire(call bus.CallID, until time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.calls.byID[call]
	if c != nil && !c.reached {
		c.reached = true
		b.moved()
	}
	for {
		if err := b.refusal(); err != nil {
			return err
		}
		switch {
		case !b.calls.used(call, b.next):
			if !b.busy && callOf(b.current()) == call {
				b.take(call)
				return nil
			}
		case c != nil && !until.IsZero() && c.gaveUp():
			return bus.ErrTurnTimeout
		case !b.busy && b.idleTurn(c):
			b.take(call)
			return nil
		}
		b.wait(c)
	}
}

// take gives the bus to a call.
func (b *Bus) take(call bus.CallID) { b.busy, b.turn = true, call }

// Release implements [bus.Arbiter].
func (b *Bus) Release(bus.CallID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = false
	b.moved()
}

// gaveUp reports whether the recorded call ended for its deadline. Then it got
// no more turn: one that finds its socket closed ends otherwise.
func (c *recordedCall) gaveUp() bool {
	return c.end != nil && (strings.Contains(c.end.Result.Err, netdev.ErrTimeout.Error()) ||
		strings.Contains(c.end.Result.Err, bus.ErrTurnTimeout.Error()))
}

// idleTurn reports whether a call that has nothing left to do on the bus may
// have a turn: everything that was recorded before its end has happened, and
// every call that had begun by then has settled. A call that the recording ends
// before goes on waiting for ever, as it did.
//
// Nor does work that belongs to no call: the driver's own goroutines may have
// more to do than was recorded, which shows in nothing.
func (b *Bus) idleTurn(c *recordedCall) bool {
	switch {
	case c == nil:
		return b.calls.zero < 0
	case c.end == nil || b.next <= c.to:
		return false
	}
	for b.calls.old < len(b.calls.order) && b.calls.order[b.calls.old].done {
		b.calls.old++
	}
	for _, other := range b.calls.order[b.calls.old:] {
		if other.from > c.to {
			break
		}
		if !b.settled(other) {
			return false
		}
	}
	return true
}

// cutOff waits for the end of the replay if the recording is at its end and
// the call that has the bus was not. It reports whether it did.
func (b *Bus) cutOff() bool {
	c := b.calls.byID[b.turn]
	if b.current() != nil || c == nil || c.end != nil {
		return false
	}
	b.busy = false
	b.moved()
	for !b.over() {
		b.wait(c)
	}
	return true
}
