package replay

import (
	"runtime"
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Bus is a coprocessor made of a trace. It is a [bus.Bus], a [bus.Arbiter]
// that lets the driver's calls take turns in the recorded order, a
// [bus.Tracer] that compares the calls themselves, and a [bus.Clock] of
// virtual time. Give it to a driver as both bus and clock, and call Finish
// when the driver is done.
//
// From the first divergence on every method fails with that *Divergence, and
// after Finish with bus.ErrClosed: whoever waits is woken.
//
// The Bus methods keep the rule of bus.Bus, one goroutine at a time; all
// others may be called by any.
type Bus struct {
	trace *Trace

	mu      sync.Mutex
	changed *sync.Cond
	next    int           // the record that must come next
	now     time.Duration // virtual time
	found   *Divergence
	closed  bool // Finish was called
	calls   callBook
	watch   watchdog
	crew    crew
	turn    bus.CallID // who has the bus
	busy    bool       // somebody has it

	// Of the open window.
	open  bool
	stray bool // the recording has no such window
	pos   int  // bytes clocked
	gpio0 bool // last recorded level

	freeReads bool // how much of a reply is clocked does not count
}

// NewBus returns a Bus that plays t from its beginning. Damage of t does not
// count: what is missing will be a divergence.
func NewBus(t *Trace) *Bus {
	b := &Bus{trace: t, gpio0: true, calls: newCallBook(t)}
	b.changed = sync.NewCond(&b.mu)
	b.skipCalls()
	return b
}

// current returns the record that must come next, nil at the end. Records of
// calls are not in the way: skipCalls has passed them.
func (b *Bus) current() *capture.Record {
	if b.next < len(b.trace.records) {
		return &b.trace.records[b.next]
	}
	return nil
}

// mine returns the current record if the call that has the bus did it.
func (b *Bus) mine() *capture.Record {
	if rec := b.current(); rec != nil && callOf(rec) == b.turn {
		return rec
	}
	return nil
}

// advance takes the current record as done at its end.
func (b *Bus) advance() {
	rec := b.current()
	b.now = max(b.now, rec.Window.End(rec.Time))
	b.next++
	b.skipCalls()
	b.moved()
}

// skipCalls passes over records that are no action of the bus.
func (b *Bus) skipCalls() {
	for rec := b.current(); rec != nil; rec = b.current() {
		if rec.Kind != capture.KindBegin && rec.Kind != capture.KindEnd {
			return
		}
		b.now = max(b.now, rec.Time)
		b.next++
	}
}

// moved notes progress and wakes everybody who waits for it.
func (b *Bus) moved() {
	b.watch.moves++
	b.changed.Broadcast()
}

// over reports whether the replay has ended, by a divergence or by Finish.
func (b *Bus) over() bool { return b.found != nil || b.closed }

// refusal returns the error of every method once the replay is over, and nil
// before.
func (b *Bus) refusal() error {
	switch {
	case b.found != nil:
		b.crew.refuse()
		return b.found
	case b.closed:
		b.crew.refuse()
		return bus.ErrClosed
	}
	return nil
}

// Finish ends the replay and returns the first divergence, nil if there is
// none: what is left of the recording counts as one. It may be called again.
func (b *Bus) Finish() *Divergence {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch rec := b.current(); {
	case b.over():
	case rec != nil:
		b.diverge(0, "the driver is done, and the recording is not", rec)
	case b.stray:
		b.diverge(b.turn, "the driver selects the coprocessor", nil)
	default:
		if c := b.calls.unbegun(); c != nil {
			b.divergeCall(c, nil)
		}
	}
	b.closed = true
	if b.crew.quit != nil {
		b.crew.quit = runtime.Goexit // a test that is over can't fail any more
	}
	b.moved()
	return b.found
}

var (
	_ bus.Bus     = (*Bus)(nil)
	_ bus.Arbiter = (*Bus)(nil)
	_ bus.Tracer  = (*Bus)(nil)
	_ bus.Clock   = (*Bus)(nil)
)
