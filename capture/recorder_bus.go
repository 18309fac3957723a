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
	if !r.win.open {
		r.settle()
	}
	r.call = 0
	r.turns.Release(call)
}

// Reset implements [bus.Bus].
func (r *Recorder) Reset(asserted bool) error {
	err := r.bus.Reset(asserted)
	r.pin(PinReset, !asserted, err)
	return err
}

// DriveGPIO0 implements [bus.Bus].
func (r *Recorder) DriveGPIO0(d bus.Drive) error {
	err := r.bus.DriveGPIO0(d)
	if d == bus.Released {
		r.pin(PinFloat, false, err)
	} else {
		r.pin(PinStrap, d == bus.High, err)
	}
	return err
}

// Attention implements [bus.Bus]: changes of the level are written down.
func (r *Recorder) Attention() (bool, error) {
	high, err := r.bus.Attention()
	if err == nil && (high != r.gpio0 || !r.looked) {
		r.gpio0, r.looked = high, true
		r.pin(PinGPIO0, high, nil)
	}
	return high, err
}

// pin writes down a level, unless the bus failed to set it.
func (r *Recorder) pin(p Pin, high bool, err error) {
	if err != nil {
		return
	}
	if !r.win.open {
		r.settle()
	}
	r.mu.Lock()
	r.frames.pin(r.now(), p, high, r.call)
	r.unlock()
}

var (
	_ bus.Bus     = (*Recorder)(nil)
	_ bus.Arbiter = (*Recorder)(nil)
	_ bus.Tracer  = (*Recorder)(nil)
)
