package replay

import (
	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Reset implements [bus.Bus].
func (b *Bus) Reset(asserted bool) error {
	if asserted {
		return b.drive("the driver asserts RESETN", capture.PinReset, false)
	}
	return b.drive("the driver releases RESETN", capture.PinReset, true)
}

// DriveGPIO0 implements [bus.Bus].
func (b *Bus) DriveGPIO0(d bus.Drive) error {
	switch d {
	case bus.Released:
		return b.drive("the driver releases GPIO0", capture.PinFloat, false)
	case bus.High:
		return b.drive("the driver drives GPIO0 high", capture.PinStrap, true)
	}
	return b.drive("the driver drives GPIO0 low", capture.PinStrap, false)
}

// drive compares what the driver does to a line.
func (b *Bus) drive(what string, pin capture.Pin, high bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.refusal(); err != nil {
		return err
	}
	if b.cutOff() {
		return b.refusal()
	}
	rec := b.mine()
	if rec == nil || rec.Kind != capture.KindPin || rec.Pin != pin || pin != capture.PinFloat && rec.High != high {
		return b.diverge(b.turn, what, b.current())
	}
	b.advance()
	return nil
}

// Attention implements [bus.Bus]: the recorded changes of the level, one a
// reading. How often the driver reads between two changes is not in a trace.
func (b *Bus) Attention() (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.refusal(); err != nil {
		return false, err
	}
	if rec := b.mine(); rec != nil && rec.Kind == capture.KindPin && rec.Pin == capture.PinGPIO0 {
		b.gpio0 = rec.High
		b.advance()
	}
	return b.gpio0, nil
}
