package bus

import "time"

// SPI is what a Bus needs of an SPI peripheral. TinyGo's drivers.SPI and
// machine.SPI fit. Configure it for mode 0, MSB first, up to 8 MHz.
type SPI interface {
	Tx(w, r []byte) error
}

// Pins are the lines of a board besides SPI, as functions, so that any pin
// type fits: on TinyGo `Pins{Select: cs.Set, Ready: ack.Get, …}`.
type Pins struct {
	// Select sets the level of the chip-select pin: false selects.
	Select func(high bool)
	// Ready reads the level of READY.
	Ready func() bool
	// Reset sets the level of the RESETN pin. May be nil where the board
	// does not wire it.
	Reset func(high bool)
	// ResetActiveHigh says that the board inverts RESETN (MKR WiFi 1010).
	ResetActiveHigh bool
	// GPIO0 sets the level of the GPIO0 pin, as an output. May be nil.
	GPIO0 func(high bool)
	// FloatGPIO0 makes the GPIO0 pin an input. May be nil.
	FloatGPIO0 func()
	// Attention reads the level of GPIO0 as an input. May be nil: the Bus
	// then always reports attention.
	Attention func() bool
}

// PinBus is a [Bus] made of an SPI peripheral and pins. One goroutine at a
// time may use it, as for any Bus.
type PinBus struct {
	spi   SPI
	pins  Pins
	clock Clock
}

// NewPins returns a Bus on spi and pins. Pins.Select and Pins.Ready are
// required. A nil clock is [System].
func NewPins(spi SPI, pins Pins, clock Clock) *PinBus {
	if clock == nil {
		clock = System{}
	}
	pins.Select(true)
	return &PinBus{spi: spi, pins: pins, clock: clock}
}

// Select implements [Bus].
func (b *PinBus) Select() error {
	b.pins.Select(false)
	return nil
}

// Deselect implements [Bus].
func (b *PinBus) Deselect() (time.Time, error) {
	b.pins.Select(true)
	return b.clock.Now(), nil
}

// spinFor is how long WaitReady looks without sleeping: trivial commands are
// answered within it, and a scheduler tick costs more than the wait.
const spinFor = 500 * time.Microsecond

// WaitReady implements [Bus]. It spins for the half millisecond in which
// trivial commands are answered and then looks every quarter of one.
func (b *PinBus) WaitReady(level Ready, timeout time.Duration) (time.Duration, error) {
	want := level == Busy
	if b.pins.Ready() == want {
		return 0, nil
	}
	start := b.clock.Now()
	for {
		waited := b.clock.Now().Sub(start)
		if b.pins.Ready() == want {
			return waited, nil
		}
		if waited >= timeout {
			return waited, ErrReadyTimeout
		}
		if waited >= spinFor {
			b.clock.Sleep(spinFor / 2)
		}
	}
}

// Tx implements [Bus]. Reading fills r with FF first and transfers it in
// place, because TinyGo's SPI sends 00 when it is given nothing to send.
func (b *PinBus) Tx(w, r []byte) error {
	switch {
	case len(w) == 0 && len(r) == 0:
		return nil
	case w == nil:
		for i := range r {
			r[i] = 0xFF
		}
		return b.spi.Tx(r, r)
	}
	return b.spi.Tx(w, r)
}

// Reset implements [Bus].
func (b *PinBus) Reset(asserted bool) error {
	if b.pins.Reset != nil {
		b.pins.Reset(asserted == b.pins.ResetActiveHigh)
	}
	return nil
}

// DriveGPIO0 implements [Bus].
func (b *PinBus) DriveGPIO0(d Drive) error {
	switch {
	case d == Released && b.pins.FloatGPIO0 != nil:
		b.pins.FloatGPIO0()
	case d != Released && b.pins.GPIO0 != nil:
		b.pins.GPIO0(d == High)
	}
	return nil
}

// Attention implements [Bus].
func (b *PinBus) Attention() (bool, error) {
	if b.pins.Attention == nil {
		return true, nil
	}
	return b.pins.Attention(), nil
}

var _ Bus = (*PinBus)(nil)
