package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/netdev"
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
// done and the link is in order. fresh tells that it did.
func (o *op) start() (fresh bool, err error) {
	if err := o.turn(); err != nil {
		return false, err
	}
	defer o.release()
	d := o.d
	if err := o.current(); !unstarted(err) && (err != nil || !d.doubt) {
		return false, err
	}
	if err := d.reset(); err != nil {
		return true, err
	}
	return true, o.identify()
}

// unstarted reports whether err says that no firmware was started yet.
func unstarted(err error) bool {
	e, ok := err.(netdev.Error)
	return ok && e == netdev.ErrNotConnected
}

// reset runs the reset sequence: GPIO0 is high while RESETN is released, so
// that the ESP32 boots its firmware, and then belongs to the firmware. Nothing
// of what the old firmware knew is left.
func (d *Device) reset() error {
	d.disownAll()
	d.doubt, d.strays = false, 0
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

// identify waits until the firmware has booted and notes which it is. Silence
// is ErrNoFirmware.
func (o *op) identify() error {
	d := o.d
	_, err := d.bus.WaitReady(bus.Armed, bootLimit)
	var v wire.Value
	if err == nil {
		v, err = o.first(wire.GetFWVersion)
	}
	if silent(err) {
		return ErrNoFirmware
	}
	if err != nil {
		return err
	}
	d.learn(v.Bytes())
	d.mu.Lock()
	defer d.mu.Unlock()
	d.started = true
	return nil
}

// silent reports whether err says that nothing came from the coprocessor.
func silent(err error) bool {
	switch e := err.(type) {
	case bus.Fault:
		return e == bus.ErrReadyTimeout
	case wire.Error:
		return e == wire.ErrIdle
	}
	return false
}

// learn notes what firmware runs, within the turn.
func (d *Device) learn(version []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fw = profileOf(version)
}
