package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// maxGPIO is the highest GPIO number of an ESP32.
const maxGPIO = 39

// PinMode makes a GPIO of the ESP32, by its number there, an input, an output
// or an input with pull-up: wire.PinInput, wire.PinOutput, wire.PinInputPullUp.
// Adafruit's firmware has the last since 1.7.3. netdev.ErrInvalidArgument for a
// number or a mode there is not.
//
// The firmware lets a host take the very pins its bus is on: see the board's
// schematic first.
func (d *Device) PinMode(gpio, mode uint8) error {
	if mode > wire.PinInputPullUp {
		return d.refuse(wire.SetPinMode, netdev.ErrInvalidArgument)
	}
	return d.setPin(wire.SetPinMode, gpio, mode)
}

// DigitalWrite sets the level of a GPIO of the ESP32. Errors as of PinMode.
func (d *Device) DigitalWrite(gpio uint8, high bool) error {
	level := uint8(0)
	if high {
		level = 1
	}
	return d.setPin(wire.SetDigitalWrite, gpio, level)
}

// AnalogWrite makes a GPIO of the ESP32 a pulse-width output: value is the duty
// cycle in steps of 1/256. Errors as of PinMode.
func (d *Device) AnalogWrite(gpio, value uint8) error {
	return d.setPin(wire.SetAnalogWrite, gpio, value)
}

func (d *Device) setPin(c wire.Command, gpio, value uint8) error {
	if gpio > maxGPIO {
		return d.refuse(c, netdev.ErrInvalidArgument)
	}
	return d.set(c, wire.Uint(gpio), wire.Uint(value))
}

// DigitalRead returns the level of a GPIO of the ESP32. ErrUnsupported before
// Arduino 1.4.5 and Adafruit 1.5.0; other errors as of PinMode.
func (d *Device) DigitalRead(gpio uint8) (bool, error) {
	if gpio > maxGPIO {
		return false, d.refuse(wire.GetDigitalRead, netdev.ErrInvalidArgument)
	}
	v, err := d.query(wire.GetDigitalRead, wire.Uint(gpio))
	return v.Int() != 0, err
}

// AnalogRead returns what the ESP32's converter reads on a GPIO, 0 to 4095.
// The pins that have it are GPIO 32 to 39; others are
// netdev.ErrInvalidArgument. Arduino's firmware knows but one attenuation,
// wire.Attenuation11dB. ErrUnsupported for another, and before Arduino 1.4.5
// and Adafruit 1.5.0.
func (d *Device) AnalogRead(gpio uint8, a wire.Attenuation) (int, error) {
	o := d.command(wire.GetAnalogRead)
	n, err := o.analogRead(gpio, a)
	return n, o.end(bus.Result{Err: o.fail(err)})
}

func (o *op) analogRead(gpio uint8, a wire.Attenuation) (int, error) {
	channel, ok := wire.ADC1Channel(gpio)
	if !ok || a > wire.Attenuation11dB {
		return 0, netdev.ErrInvalidArgument
	}
	if err := o.acquireFor(wire.GetAnalogRead); err != nil {
		return 0, err
	}
	defer o.release()
	var v wire.Value
	var err error
	switch {
	case o.d.fw.adcByPin:
		v, err = o.first(wire.GetAnalogRead, wire.Uint(gpio), wire.Uint(a))
	case a != wire.Attenuation11dB:
		return 0, ErrUnsupported
	default:
		v, err = o.first(wire.GetAnalogRead, wire.Uint(channel))
	}
	if err == nil && v.Int() < 0 {
		err = netdev.ErrInvalidArgument
	}
	return int(max(v.Int(), 0)), err
}
