package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// resetPulse is how long RESETN is held, as all genuine hosts do (reference
// §1.3).
const resetPulse = 10 * time.Millisecond

// bootLimit bounds how long the firmware may take to become ready after
// BootTime: on its first start it formats its file system.
const bootLimit = 10 * time.Second

// start resets the coprocessor and identifies its firmware, unless that was
// done.
func (o *op) start() error {
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	d := o.d
	if d.started {
		return nil
	}
	if err := d.reset(); err != nil {
		return err
	}
	d.owed = false
	if _, err := d.bus.WaitReady(bus.Armed, bootLimit); err != nil {
		return ErrNoFirmware
	}
	v, err := o.first(wire.GetFWVersion)
	if err != nil {
		return err
	}
	d.identify(v.Bytes())
	return nil
}

// reset runs the reset sequence: GPIO0 is high while RESETN is released, so
// that the ESP32 boots its firmware, and then belongs to the firmware.
func (d *Device) reset() error {
	if err := d.bus.DriveGPIO0(bus.High); err != nil {
		return err
	}
	if err := d.bus.Reset(true); err != nil {
		return err
	}
	d.clock.Sleep(resetPulse)
	if err := d.bus.Reset(false); err != nil {
		return err
	}
	d.clock.Sleep(d.cfg.BootTime)
	return d.bus.DriveGPIO0(bus.Released)
}

// identify notes what firmware runs, and that none of the old sockets is left.
func (d *Device) identify(version []byte) {
	d.learn(version)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.started = true
	d.parked = [wire.MaxSlots]uint16{}
	for i := range d.sockets {
		if s := &d.sockets[i]; s.phase != unused {
			s.gen++
			s.phase, s.handle = drained, noHandle
		}
	}
}

// learn notes what firmware runs, within the turn.
func (d *Device) learn(version []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version, d.family = wire.ParseVersion(string(version))
}
