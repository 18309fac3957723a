package replay

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A recordedCall is a driver call of the trace and how far the replay is with
// it.
type recordedCall struct {
	id    bus.CallID
	begin *capture.Record
	end   *capture.Record // nil if the trace ends before the call does
	from  int             // index of begin
	to    int             // index of end, or past all records
	last  int             // index of its last record on the bus, -1: none
	hold  int             // of a Close: index of the window until which it must wait, -1: none

	begun   bool
	reached bool // it has asked for the bus
	waiting bool
	done    bool
	blind   bool          // its payload is not in the trace: only the length counts
	shift   time.Duration // by how much its deadline is off the virtual time
}

// A callBook holds the calls of a trace.
type callBook struct {
	order []*recordedCall // by their begins
	byID  map[bus.CallID]*recordedCall
	zero  int // index of the last record of the bus that belongs to no call, -1: none
	fresh int // every call in order before this one has begun
	old   int // every call in order before this one is done
	ended int // every call that ended before this record is done
}

func newCallBook(t *Trace) callBook {
	book := callBook{byID: make(map[bus.CallID]*recordedCall, len(t.calls)), zero: -1}
	windows := map[int]int{} // by socket: index of the last window that served it
	for i := range t.records {
		rec := &t.records[i]
		c := book.byID[callOf(rec)]
		switch {
		case rec.Kind == capture.KindBegin:
			if c == nil {
				c = &recordedCall{id: rec.ID, begin: rec, from: i, to: len(t.records), last: -1, hold: -1}
				book.order, book.byID[rec.ID] = append(book.order, c), c
			}
		case rec.Kind == capture.KindEnd:
			if c != nil && c.end == nil {
				c.holdUntil(windows)
				c.end, c.to = rec, i
			}
		case c != nil:
			c.holdUntil(windows)
			c.last = i
			if c.hasSocket() {
				windows[c.begin.Call.Sock] = i
			}
		case callOf(rec) == 0:
			book.zero = i
		}
	}
	return book
}

// holdUntil notes, before the first thing the call does on the bus, how long a
// Close must wait: as long as others use its socket. They could do so after
// the Close had begun, so it had not yet come to take the socket away.
func (c *recordedCall) holdUntil(windows map[int]int) {
	at, used := windows[c.begin.Call.Sock]
	if c.begin.Call.Op == bus.OpClose && c.last < 0 && used && at > c.from {
		c.hold = at
	}
}

// hasSocket reports whether the call works on a descriptor.
func (c *recordedCall) hasSocket() bool {
	args := c.begin.Call.Op.Spec().Args
	return len(args) > 0 && args[0].Slot == bus.SlotSock
}

// used reports whether a call has nothing more to do on the bus from record
// next on.
func (b *callBook) used(id bus.CallID, next int) bool {
	if c := b.byID[id]; c != nil {
		return c.last < next
	}
	return b.zero < next
}

// unbegun returns the first call that has not begun, nil if all have.
func (b *callBook) unbegun() *recordedCall {
	for ; b.fresh < len(b.order); b.fresh++ {
		if c := b.order[b.fresh]; !c.begun {
			return c
		}
	}
	return nil
}

// find returns the first call that has not begun and is c.
func (b *callBook) find(c *bus.Call) *recordedCall {
	b.unbegun()
	for _, rc := range b.order[b.fresh:] {
		if !rc.begun && rc.same(c) {
			return rc
		}
	}
	return nil
}

// Begin implements [bus.Tracer]: it finds the call in the recording, the first
// one if several are equal, and waits until what was recorded before it has
// happened.
func (b *Bus) Begin(call bus.Call) bus.CallID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.calls.order) == 0 || b.refusal() != nil {
		return 0
	}
	c := b.calls.find(&call)
	if c == nil {
		b.divergeCall(b.calls.unbegun(), &call)
		return 0
	}
	c.begun = true
	if !call.Deadline.IsZero() {
		c.shift = call.Deadline.Sub(epoch.Add(c.begin.Time + c.begin.Call.Wait))
	}
	b.moved()
	for !b.over() && (!b.happened(c.from) || b.held(c)) {
		b.wait(c)
	}
	return c.id
}

// End implements [bus.Tracer]: it compares what the call returned.
func (b *Bus) End(id bus.CallID, op bus.Op, r bus.Result) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.calls.byID[id]
	if b.refusal() != nil || c == nil || c.done {
		return
	}
	c.done = true
	switch {
	case c.last >= b.next:
		b.divergeEarly(c, op, &r)
	case c.end != nil && !sameResult(op, &c.end.Result, &r):
		b.divergeResult(c, op, &r)
	}
	b.moved()
}

// happened reports whether everything that was recorded before record i has:
// the bus has come there, and the calls that had ended have.
func (b *Bus) happened(i int) bool { return b.next > i && b.endedBefore(i) }

// held reports whether a call has to wait for others on its socket.
func (b *Bus) held(c *recordedCall) bool {
	return b.next < c.hold || b.next == c.hold && !b.open
}

// settled reports whether a call has come as far as it does without the bus.
func (b *Bus) settled(c *recordedCall) bool { return c.done || c.reached || b.held(c) }

// endedBefore reports whether every call that had ended before record i has.
func (b *Bus) endedBefore(i int) bool {
	for ; b.calls.ended < i; b.calls.ended++ {
		rec := &b.trace.records[b.calls.ended]
		if c := b.calls.byID[rec.ID]; rec.Kind == capture.KindEnd && c != nil && !c.done {
			return false
		}
	}
	return true
}
