package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// SetHostname sets the name under which the module asks for its address at the
// next join, as ConnectParams.Hostname does. ErrTooLong beyond 32 bytes.
func (d *Device) SetHostname(name string) error {
	if len(name) > wire.MaxHostname {
		return d.refuse(wire.SetHostname, ErrTooLong)
	}
	return d.set(wire.SetHostname, wire.Text(name))
}

// SetPowerSave lets the radio sleep between beacons, which makes receiving
// slower, or not.
func (d *Device) SetPowerSave(on bool) error { return d.set(wire.SetPowerMode, wire.Flag(on)) }

// SetDebug switches the firmware's log on the ESP32's own serial port on or
// off. On takes GPIO 1 and 3 of the ESP32 for it.
func (d *Device) SetDebug(on bool) error { return d.set(wire.SetDebug, wire.Flag(on)) }

// Temperature returns the temperature of the ESP32 in °C, in steps of 5/9.
func (d *Device) Temperature() (float32, error) {
	v, err := d.query(wire.GetTemperature)
	return v.Float32(), err
}

// Time returns the time the firmware has from a time server, in UTC, to the
// second. The servers are asked after the first join: ErrTimeNotSet until one
// has answered.
func (d *Device) Time() (time.Time, error) {
	o := d.command(wire.GetTime)
	v, err := o.query(wire.GetTime)
	if err == nil && v.Int() == 0 {
		err = ErrTimeNotSet
	}
	if err != nil {
		return time.Time{}, o.end(bus.Result{Err: o.fail(err)})
	}
	return time.Unix(v.Int(), 0).UTC(), o.end(bus.Result{})
}
