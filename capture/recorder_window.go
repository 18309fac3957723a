package capture

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// openWindow is what a Recorder knows of the window that is open, or of the
// wait before the next one.
type openWindow struct {
	timing
	short    shortWindow // bytes that are in no frame yet
	size     int         // bytes so far
	omitted  int         // bytes left out by choice
	selected uint64      // time of the select
	open     bool        // between Select and Deselect
	pieces   bool        // bytes of this window are in a frame
	busy     bool        // the level that the wait was for
}

// Select implements [bus.Bus].
func (r *Recorder) Select() error {
	err := r.bus.Select()
	if !r.win.open {
		r.win.selected = r.now()
		r.win.open = true
	}
	r.win.failed(err)
	return err
}

// failed marks the window if there is an error.
func (w *openWindow) failed(err error) {
	if err != nil {
		w.status |= TxFailed
	}
}

// Deselect implements [bus.Bus]: it writes the window down.
func (r *Recorder) Deselect() (time.Time, error) {
	t, err := r.bus.Deselect()
	end := max(r.ticks(t.Sub(r.start)), r.win.selected)
	if r.win.open {
		r.win.failed(err)
		r.record(end)
	}
	return r.at(end), err
}

// record writes the window down, which ends at end.
func (r *Recorder) record(end uint64) {
	w := &r.win
	w.end = end
	w.ack = min(w.ack, end-w.selected)
	w.dur = end - w.selected - w.ack
	w.call = r.call
	r.mu.Lock()
	switch {
	case w.pieces || w.omitted > 0 && !r.leave(w):
		r.unstage()
		r.frames.finish(&w.timing, w.omitted)
	case w.omitted == 0:
		r.frames.short(&w.short, &w.timing)
	}
	r.fault(w.status)
	r.unlock()
	*w = openWindow{selected: end}
}

// unstage sends the staged bytes as a piece. The frames are locked.
func (r *Recorder) unstage() {
	w := &r.win
	if n := w.short.n; n > 0 {
		r.frames.pieces(lanes{mosi: w.short.mosi[:n], miso: w.short.miso[:n], n: int(n)}, r.call)
		w.short.n, w.pieces = 0, true
	}
}

// WaitReady implements [bus.Bus]. A wait inside a window and the good one
// before it belong to the window; any other is a record of its own, except for
// one that took no time.
func (r *Recorder) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	waited, err := r.bus.WaitReady(level, timeout)
	if !r.win.open {
		r.settle()
	}
	if waited <= 0 && err == nil {
		return 0, nil
	}
	ticks := r.ticks(waited)
	if r.win.open {
		r.win.ack += ticks
		r.win.status |= waitStatus(err, AckTimedOut)
	} else {
		r.waited(ticks, level == bus.Busy, err)
	}
	return r.span(ticks), err
}

// waited takes down a wait that no window is around. A good one is kept for
// the window that should follow.
func (r *Recorder) waited(ticks uint64, busy bool, err error) {
	w := &r.win
	w.end, w.wait, w.busy = r.now(), ticks, busy
	if err != nil {
		w.status = waitStatus(err, WaitTimedOut)
		r.lone()
	}
}

// settle forgets the wait that is kept, because no select followed it, and
// writes it down.
func (r *Recorder) settle() {
	if r.win.wait > 0 {
		r.lone()
	}
	r.win.status = 0
}

// lone writes a wait down as a record of its own.
func (r *Recorder) lone() {
	w := &r.win
	r.mu.Lock()
	r.frames.waited(w.end, w.busy, w.status, w.wait, r.call)
	r.fault(w.status)
	r.unlock()
	w.wait = 0
}

// waitStatus returns what an error of a wait means: a timeout, or a bus that
// failed.
func waitStatus(err error, timeout Status) Status {
	if err == nil {
		return 0
	}
	if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
		return timeout
	}
	return TxFailed
}
