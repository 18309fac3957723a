package replay

import (
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
// The Bus methods keep the rule of bus.Bus, one goroutine at a time; all
// others may be called by any.
type Bus struct {
	trace *Trace

	mu      sync.Mutex
	changed *sync.Cond
	next    int           // the record that must come next
	now     time.Duration // virtual time
	found   *Divergence
	calls   callBook
	watch   watchdog
	turn    bus.CallID // who has the bus
	busy    bool       // somebody has it

	// Of the open window.
	open  bool
	pos   int  // bytes clocked
	gpio0 bool // last recorded level
	n     int  // requests seen

	freeReads bool // how much of a reply is clocked does not count
}

// NewBus returns a Bus that plays t from its beginning. Finish it.
func NewBus(t *Trace) *Bus {
	b := &Bus{trace: t, gpio0: true, calls: newCallBook(t)}
	b.changed = sync.NewCond(&b.mu)
	b.skipCalls()
	b.watch.start(b)
	return b
}

// current returns the record that must come next, nil at the end. Records of
// calls are not in the way: they were taken out by skipCalls.
func (b *Bus) current() *capture.Record {
	if b.next < len(b.trace.records) {
		return &b.trace.records[b.next]
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
		switch {
		case rec.Kind == capture.KindBegin || rec.Kind == capture.KindEnd:
			b.now = max(b.now, rec.Time)
		default:
			return
		}
		b.next++
	}
}

// moved notes progress and wakes everybody who waits for it.
func (b *Bus) moved() {
	b.watch.moves++
	b.changed.Broadcast()
}

// expect returns the current record if it is of the kind and of the call that
// has the bus, and diverges otherwise. The caller holds the lock.
func (b *Bus) expect(kind capture.Kind, what string) (*capture.Record, error) {
	if b.found != nil {
		return nil, b.found
	}
	rec := b.mine()
	if rec == nil || rec.Kind != kind {
		return nil, b.diverge(what, b.current())
	}
	return rec, nil
}

// mine returns the current record if the call that has the bus did it.
func (b *Bus) mine() *capture.Record {
	if rec := b.current(); rec != nil && callOf(rec) == b.turn {
		return rec
	}
	return nil
}

// Select implements [bus.Bus].
func (b *Bus) Select() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	rec, err := b.expect(capture.KindWindow, "the driver selects the coprocessor")
	if err != nil {
		return err
	}
	b.open, b.pos = true, 0
	b.now = max(b.now, rec.Time)
	if request(&rec.Window) {
		b.n++
	}
	return nil
}

// Deselect implements [bus.Bus].
func (b *Bus) Deselect() (time.Time, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.found != nil || !b.open {
		return b.at(b.now), b.err()
	}
	b.open = false
	rec := b.current()
	if b.pos < len(rec.Window.MOSI) && !b.free(&rec.Window) {
		return b.at(b.now), b.divergeBytes("the driver stops clocking early", rec, b.pos, nil)
	}
	b.advance()
	return b.at(rec.Window.End(rec.Time)), nil
}

// err returns the divergence as an error.
func (b *Bus) err() error {
	if b.found != nil {
		return b.found
	}
	return nil
}

// WaitReady implements [bus.Bus]. It takes as long as it was recorded to take.
func (b *Bus) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.found != nil {
		return 0, b.found
	}
	rec := b.mine()
	switch {
	case b.open:
		if rec.Window.Status&capture.AckTimedOut != 0 {
			return rec.Window.Ack, bus.ErrReadyTimeout
		}
		return rec.Window.Ack, nil
	case rec != nil && rec.Kind == capture.KindWait && rec.High == (level == bus.Busy):
		b.advance()
		if rec.Window.Status != 0 {
			return rec.Window.Wait, bus.ErrReadyTimeout
		}
		return rec.Window.Wait, nil
	case rec != nil && rec.Kind == capture.KindWindow && level == bus.Armed:
		return rec.Window.Wait, nil
	}
	return 0, b.diverge("the driver waits for READY", b.current())
}

// Tx implements [bus.Bus]: it compares what the driver sends and gives what
// the coprocessor sent.
func (b *Bus) Tx(w, r []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.found != nil {
		return b.found
	}
	n := max(len(w), len(r))
	if n == 0 {
		return nil
	}
	rec := b.current()
	if !b.open {
		return b.diverge("the driver transfers without a select", rec)
	}
	win := &rec.Window
	if at := mismatch(win, b.pos, w, n); at >= 0 && !(b.free(win) && at >= len(win.MOSI)) {
		return b.divergeBytes("the driver sends another byte", rec, at, w)
	}
	clear(r[copy(r, win.MISO[min(b.pos, len(win.MISO)):]):])
	b.pos += n
	if win.Status&capture.TxFailed != 0 && b.pos == len(win.MOSI) {
		return bus.ErrLink
	}
	return nil
}

// free reports whether a window may be clocked for as long as the driver likes.
func (b *Bus) free(win *capture.Window) bool { return b.freeReads && !request(win) }

// mismatch returns the offset in the window of the first of n bytes that are
// not the recorded ones, -1 if there is none. No w is FF throughout.
func mismatch(win *capture.Window, pos int, w []byte, n int) int {
	for i := range n {
		at := pos + i
		if at >= len(win.MOSI) {
			return at
		}
		sent := byte(0xFF)
		if w != nil {
			sent = w[i]
		}
		if sent != win.MOSI[at] && !masked(win, at) {
			return at
		}
	}
	return -1
}

// masked reports whether the recorder withheld a byte.
func masked(win *capture.Window, at int) bool {
	for _, m := range win.Masks {
		if at >= m.Off && at < m.Off+m.Len {
			return true
		}
	}
	return false
}

// request reports whether a window carries a request: the reading of a reply
// sends one byte over and over.
func request(win *capture.Window) bool {
	for _, c := range win.MOSI {
		if c != win.MOSI[0] {
			return true
		}
	}
	return false
}

// Reset implements [bus.Bus].
func (b *Bus) Reset(asserted bool) error {
	what := "the driver releases RESETN"
	if asserted {
		what = "the driver asserts RESETN"
	}
	return b.drive(what, capture.PinReset, !asserted)
}

// DriveGPIO0 implements [bus.Bus].
func (b *Bus) DriveGPIO0(d bus.Drive) error {
	if d == bus.Released {
		return b.drive("the driver releases GPIO0", capture.PinFloat, false)
	}
	return b.drive("the driver drives GPIO0", capture.PinStrap, d == bus.High)
}

// drive compares what the driver does to a line.
func (b *Bus) drive(what string, pin capture.Pin, high bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	rec, err := b.expect(capture.KindPin, what)
	if err != nil {
		return err
	}
	if rec.Pin != pin || rec.High != high {
		return b.diverge(what, rec)
	}
	b.advance()
	return nil
}

// Attention implements [bus.Bus]: the recorded changes of the level, one a
// reading.
func (b *Bus) Attention() (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.found != nil {
		return false, b.found
	}
	if rec := b.mine(); rec != nil && rec.Kind == capture.KindPin && rec.Pin == capture.PinGPIO0 {
		b.gpio0 = rec.High
		b.advance()
	}
	return b.gpio0, nil
}

var (
	_ bus.Bus     = (*Bus)(nil)
	_ bus.Arbiter = (*Bus)(nil)
	_ bus.Tracer  = (*Bus)(nil)
	_ bus.Clock   = (*Bus)(nil)
)
