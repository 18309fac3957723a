package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// temperature is what the sensor of the emulated chip reads, in °C: 128 °F, as
// in the recordings.
const temperature float32 = (128 - 32) / 1.8

// getFWVersion answers the version with the NUL that ends it.
func getFWVersion(f *firmware) {
	f.answer(wire.Bytes(append(append(f.scratch[:0], f.e.cfg.Profile.Version...), 0)))
}

func getTemperature(f *firmware) { f.answer(wire.Float(temperature)) }

// year2000 is the Unix time below which the firmware takes its clock for
// unset (nina-fw WiFi.cpp getTime).
const year2000 = 946684800

// getTime answers the Clock's time once a station link has let SNTP set it.
func getTime(f *firmware) {
	now := f.now.Unix()
	if !reached(f.radio.synced, f.now) || now < year2000 {
		now = 0
	}
	width := 4
	if f.quirk(WideTime) {
		width = 8
	}
	f.answer(wire.Sized(now, width))
}

// A pin is a GPIO of the chip. Nothing is connected to it: an output reads
// back what was written, an input with pull-up reads high.
type pin struct {
	mode  uint8
	level uint8
}

// pin returns the pin whose number is at offset 4.
func (f *firmware) pin() *pin {
	n := int(f.u8(4))
	if n >= len(f.pins) {
		f.misuse("pin %d", n)
		return new(pin)
	}
	return &f.pins[n]
}

func setPinMode(f *firmware) {
	p := f.pin()
	p.mode = f.u8(6)
	if p.mode == wire.PinInputPullUp {
		p.level = 1
	}
	f.answer(wire.Flag(true))
}

func digitalWrite(f *firmware) {
	f.pin().level = min(f.u8(6), 1)
	f.answer(wire.Flag(true))
}

func analogWrite(f *firmware) {
	f.pin().level = f.u8(6) >> 7
	f.answer(wire.Flag(true))
}

func digitalRead(f *firmware) { f.answer(wire.Uint(f.pin().level)) }

func analogRead(f *firmware) { f.answer(wire.Uint(voltage(f.u8(4)))) }

// analogReadPin is Adafruit's: by GPIO, and -1 for one without a converter. The
// attenuation does not matter here.
func analogReadPin(f *firmware) {
	channel, ok := wire.ADC1Channel(f.u8(4))
	if !ok {
		f.answer(wire.Int(-1))
		return
	}
	f.answer(wire.Int(int64(voltage(channel))))
}

// voltage only depends on the ADC channel, as that of the bench of the
// recordings does.
func voltage(channel uint8) uint16 { return (0x400 + 0x111*uint16(channel)) & 0xFFF }
