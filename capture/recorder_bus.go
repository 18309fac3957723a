package capture

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Acquire implements [bus.Arbiter].
func (r *Recorder) Acquire(call bus.CallID, until time.Time) error {
	if err := r.turns.Acquire(call, until); err != nil {
		return err
	}
	r.call = uint32(call)
	return nil
}

// Release implements [bus.Arbiter].
func (r *Recorder) Release(call bus.CallID) {
	r.call = 0
	r.turns.Release(call)
}

// Select implements [bus.Bus].
func (r *Recorder) Select() error {
	err := r.bus.Select()
	r.selected = r.now()
	r.open = true
	return err
}

// Deselect implements [bus.Bus]: it writes the window down.
func (r *Recorder) Deselect() (time.Time, error) {
	t, err := r.bus.Deselect()
	end := max(r.ticks(t.Sub(r.start)), r.selected)
	if r.open {
		r.record(end)
	}
	return r.at(end), err
}

// record writes the open window, which ends now.
func (r *Recorder) record(end uint64) {
	w := &r.win
	w.end = end
	w.ack = min(w.ack, end-r.selected)
	w.dur = end - r.selected - w.ack
	w.call = r.call
	r.mu.Lock()
	if r.pieces {
		r.frames.finish(w)
	} else {
		r.frames.short(&r.short, w)
	}
	r.unlock()
	r.forget()
}

// forget clears what was kept of a window.
func (r *Recorder) forget() {
	r.win = timing{}
	r.short = shortWindow{}
	r.open, r.pieces, r.staged = false, false, false
}

// WaitReady implements [bus.Bus]. A wait that times out is a record of its
// own; any other belongs to the window around or after it.
func (r *Recorder) WaitReady(level bus.Ready, timeout time.Duration) (time.Duration, error) {
	waited, err := r.bus.WaitReady(level, timeout)
	ticks := r.ticks(waited)
	switch {
	case r.open:
		r.win.ack += ticks
		if err != nil {
			r.win.status |= AckTimedOut
		}
	case err != nil:
		r.win.wait, r.win.status = 0, WaitTimedOut
		r.mu.Lock()
		r.frames.waited(r.now(), level == bus.Busy, ticks)
		r.unlock()
	default:
		r.win.wait, r.win.status = ticks, 0
	}
	return waited, err
}

// Tx implements [bus.Bus]. A first short transfer is kept until the window
// ends; a longer or a second one goes to the frame at once.
func (r *Recorder) Tx(w, rd []byte) error {
	err := r.bus.Tx(w, rd)
	if err != nil {
		r.win.status |= TxFailed
	}
	if len(w) != len(rd) || len(w) == 0 {
		return err
	}
	masks := r.secrets(w)
	if !r.staged && !r.pieces && len(w) <= shortBytes && len(masks) == 0 {
		r.staged = true
		r.short.n = uint8(len(w))
		copy(r.short.mosi[:], w)
		copy(r.short.miso[:], rd)
	} else {
		r.stream(w, rd, masks)
	}
	if !r.open {
		r.stray()
	}
	return err
}

// secrets returns the spans of w to withhold. Only the first transfer of a
// window can hold a request.
func (r *Recorder) secrets(w []byte) [][2]int {
	if r.mask == nil || r.staged || r.pieces {
		return nil
	}
	if spans := r.mask(r.masks[:0], w); len(spans) > 0 {
		return tidy(spans, len(w))
	}
	return nil
}

// stream writes bytes of the open window to the frame, after the staged ones.
func (r *Recorder) stream(w, rd []byte, masks [][2]int) {
	r.mu.Lock()
	if r.staged {
		n := r.short.n
		r.frames.pieces(r.short.mosi[:n], r.short.miso[:n], nil, r.call, !r.pieces)
		r.staged, r.pieces = false, true
	}
	r.frames.pieces(w, rd, masks, r.call, !r.pieces)
	r.pieces = true
	r.unlock()
}

// stray writes down bytes that were clocked with nothing selected.
func (r *Recorder) stray() {
	r.selected = r.now()
	r.win.status |= Unselected
	r.record(r.selected)
}

// Reset implements [bus.Bus].
func (r *Recorder) Reset(asserted bool) error {
	err := r.bus.Reset(asserted)
	r.pin(PinReset, !asserted)
	return err
}

// DriveGPIO0 implements [bus.Bus].
func (r *Recorder) DriveGPIO0(d bus.Drive) error {
	err := r.bus.DriveGPIO0(d)
	if d == bus.Released {
		r.pin(PinFloat, false)
	} else {
		r.pin(PinStrap, d == bus.High)
	}
	return err
}

// Attention implements [bus.Bus]: changes of the level are written down.
func (r *Recorder) Attention() (bool, error) {
	high, err := r.bus.Attention()
	if err == nil && (high != r.attn || !r.seen) {
		r.attn, r.seen = high, true
		r.pin(PinGPIO0, high)
	}
	return high, err
}

func (r *Recorder) pin(p Pin, high bool) {
	r.mu.Lock()
	r.frames.pin(r.now(), p, high)
	r.unlock()
}

// Begin implements [bus.Tracer].
func (r *Recorder) Begin(c bus.Call) bus.CallID {
	r.mu.Lock()
	r.nextID++
	id := r.nextID
	now := r.now()
	kept := Call{Call: c, SecretLen: len(c.Secret), DataLen: len(c.Data), DataSum: sum(c.Data)}
	if !c.Deadline.IsZero() {
		left := c.Deadline.Sub(r.at(now)) + r.tick - 1
		kept.Wait = max(left/r.tick*r.tick, r.tick)
	}
	r.frames.begin(now, id, &kept, r.tick)
	r.unlock()
	return bus.CallID(id)
}

// End implements [bus.Tracer].
func (r *Recorder) End(id bus.CallID, op bus.Op, res bus.Result) {
	kept := Result{Result: res, DataLen: len(res.Data), DataSum: sum(res.Data)}
	if res.Err != nil {
		kept.Err = errorText(res.Err)
	}
	r.mu.Lock()
	r.frames.finished(r.now(), uint32(id), op, &kept)
	r.unlock()
}

// errorText returns what an error says, and never nothing.
func errorText(err error) string {
	if s := err.Error(); s != "" {
		return s
	}
	return "error"
}

var (
	_ bus.Bus     = (*Recorder)(nil)
	_ bus.Arbiter = (*Recorder)(nil)
	_ bus.Tracer  = (*Recorder)(nil)
)
