//go:build tinygo

package board

import (
	"machine"

	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// SPI is a peripheral of package machine, such as machine.SPI0.
type SPI interface {
	bus.SPI
	Configure(machine.SPIConfig) error
}

// Wiring says which pins go to the coprocessor. The zero value of a pin is the
// first pin of the chip and not "none": that is machine.NoPin.
type Wiring struct {
	SPI           SPI
	SCK, SDO, SDI machine.Pin // all zero: TinyGo's default for the board
	CS            machine.Pin // chip select
	ACK           machine.Pin // READY, also called BUSY
	RESETN        machine.Pin // NoPin: not wired, and nothing can reset the coprocessor
	GPIO0         machine.Pin // NoPin: not wired, as on most breakouts
	// ResetActiveHigh says that a high level at RESETN resets.
	ResetActiveHigh bool
}

// AirLift returns the wiring of an AirLift breakout, shield or FeatherWing on
// the default pins of spi, GPIO0 not wired. ready is the pin that Adafruit
// calls BUSY.
func AirLift(spi SPI, cs, ready, reset machine.Pin) Wiring {
	return Wiring{SPI: spi, CS: cs, ACK: ready, RESETN: reset, GPIO0: machine.NoPin}
}

// frequency is what every genuine host clocks at (reference §1.2).
const frequency = 8_000_000

// Config prepares the pins and the SPI peripheral and returns a configuration
// of the driver for them. If the peripheral refuses its pins, the first
// transfer returns its error.
func (w Wiring) Config() wifinina.Config {
	pins := w.pins()
	return wifinina.Config{Bus: bus.NewPins(w.spi(), pins, nil)}
}

func (w Wiring) spi() bus.SPI {
	err := w.SPI.Configure(machine.SPIConfig{
		Frequency: frequency, Mode: 0, LSBFirst: false,
		SCK: w.SCK, SDO: w.SDO, SDI: w.SDI,
	})
	if err != nil {
		return failedSPI{err}
	}
	return w.SPI
}

// pins leaves the coprocessor running and not selected. Chip select comes
// first: it must be high whenever the ESP32 boots, or it boots for Bluetooth
// (reference §1.1), and to configure RESETN may reset it.
func (w Wiring) pins() bus.Pins {
	output(w.CS, true)
	// The line floats until the firmware drives it; pulled up it says busy.
	w.ACK.Configure(machine.PinConfig{Mode: machine.PinInputPullup})
	p := bus.Pins{Select: w.CS.Set, Ready: w.ACK.Get, ResetActiveHigh: w.ResetActiveHigh}
	if w.RESETN != machine.NoPin {
		output(w.RESETN, !w.ResetActiveHigh)
		p.Reset = w.RESETN.Set
	}
	if w.GPIO0 != machine.NoPin {
		// Firmware that runs drives it: an output only during a reset.
		input(w.GPIO0)
		p.GPIO0 = func(high bool) { output(w.GPIO0, high) }
		p.FloatGPIO0 = func() { input(w.GPIO0) }
		p.Attention = w.GPIO0.Get
	}
	return p
}

// output drives pin. The level is set on both sides: the SAM chips take it
// before, so that there is no glitch, and the RP2040 after, because to
// configure a pin clears it.
func output(pin machine.Pin, high bool) {
	pin.Set(high)
	pin.Configure(machine.PinConfig{Mode: machine.PinOutput})
	pin.Set(high)
}

func input(pin machine.Pin) {
	pin.Configure(machine.PinConfig{Mode: machine.PinInput})
}

// failedSPI is a peripheral that could not be configured.
type failedSPI struct{ err error }

func (s failedSPI) Tx(w, r []byte) error { return s.err }
