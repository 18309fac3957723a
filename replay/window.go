package replay

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Select implements [bus.Bus]. A select that the recording does not have fails
// when the driver sends something: then there is more to say about it.
func (b *Bus) Select() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.refusal(); err != nil || b.open {
		return err
	}
	if b.cutOff() {
		return b.refusal()
	}
	b.open, b.pos = true, 0
	rec := b.mine()
	b.stray = rec == nil || rec.Kind != capture.KindWindow || rec.Window.Status&capture.Unselected != 0
	if !b.stray {
		b.now = max(b.now, rec.Time)
	}
	b.changed.Broadcast() // for Bus.held
	return nil
}

// Deselect implements [bus.Bus].
func (b *Bus) Deselect() (time.Time, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.refusal(); err != nil || !b.open {
		return b.at(b.now), err
	}
	rec := b.current()
	b.open = false
	switch {
	case b.stray:
		return b.at(b.now), b.diverge(b.turn, "the driver selects the coprocessor and clocks nothing", rec)
	case b.pos < len(rec.Window.MOSI) && !b.free(&rec.Window):
		return b.at(b.now), b.divergeBytes("the driver stops clocking early", rec, b.pos, nil)
	}
	b.advance()
	return b.at(rec.Window.End(rec.Time)), nil
}

// WaitReady implements [bus.Bus]. The wait takes as long as it was recorded to
// take; one that took no time left nothing in the recording.
func (b *Bus) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.refusal(); err != nil {
		return 0, err
	}
	rec := b.mine()
	switch {
	case rec == nil || b.stray:
		return 0, nil
	case b.open:
		return rec.Window.Ack, fault(&rec.Window, capture.AckTimedOut)
	case rec.Kind == capture.KindWait && rec.High == (level == bus.Busy):
		b.advance()
		return rec.Window.Wait, fault(&rec.Window, capture.WaitTimedOut)
	case rec.Kind == capture.KindWindow && level == bus.Armed:
		return rec.Window.Wait, nil
	}
	return 0, nil
}

// fault returns the error of a wait: the timeout, or that of a bus which failed
// before anything was clocked.
func fault(win *capture.Window, timeout capture.Status) error {
	switch {
	case win.Status&timeout != 0:
		return bus.ErrReadyTimeout
	case win.Status&capture.TxFailed != 0 && len(win.MOSI) == 0:
		return bus.ErrLink
	}
	return nil
}

// Tx implements [bus.Bus]: it compares what the driver sends and gives what
// the coprocessor sent.
func (b *Bus) Tx(w, r []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := max(len(w), len(r))
	if err := b.refusal(); err != nil || n == 0 {
		return err
	}
	if !b.open {
		return b.unselected(w, r)
	}
	rec := b.current()
	if b.stray {
		return b.divergeSent(rec, w, n)
	}
	return b.transfer(rec, w, r, n)
}

// unselected transfers with nothing selected, if that is what was recorded:
// each transfer is a window of its own.
func (b *Bus) unselected(w, r []byte) error {
	rec := b.mine()
	if rec == nil || rec.Kind != capture.KindWindow || rec.Window.Status&capture.Unselected == 0 {
		return b.diverge(b.turn, "the driver transfers without a select", b.current())
	}
	b.pos = 0
	err := b.transfer(rec, w, r, max(len(w), len(r)))
	if b.found == nil && b.pos < len(rec.Window.MOSI) {
		return b.divergeBytes("the driver stops clocking early", rec, b.pos, nil)
	}
	if b.found == nil {
		b.advance()
	}
	return err
}

// transfer clocks n bytes of the window. A transfer that failed in the
// recording fails where the recorded bytes end.
func (b *Bus) transfer(rec *capture.Record, w, r []byte, n int) error {
	win := &rec.Window
	failed := win.Status&capture.TxFailed != 0
	at := mismatch(win, b.pos, w, n)
	if at >= 0 && !(at >= len(win.MOSI) && (failed || b.free(win))) {
		return b.divergeBytes("the driver sends another byte", rec, at, w)
	}
	clear(r[copy(r, win.MISO[min(b.pos, len(win.MISO)):]):])
	b.pos += n
	if failed && b.pos >= len(win.MOSI) {
		b.pos = len(win.MOSI)
		return bus.ErrLink
	}
	return nil
}

// free reports whether a window may be clocked for as long as the driver likes.
func (b *Bus) free(win *capture.Window) bool { return b.freeReads && win.Reads() }

// mismatch returns the offset in the window of the first of n bytes that are
// not the recorded ones, -1 if there is none. Where w has no byte, FF is sent.
func mismatch(win *capture.Window, pos int, w []byte, n int) int {
	for i := range n {
		at := pos + i
		if at >= len(win.MOSI) {
			return at
		}
		sent := byte(0xFF)
		if i < len(w) {
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
		if at >= m.Off && at-m.Off < m.Len {
			return true
		}
	}
	return false
}
