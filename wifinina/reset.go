package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// resetPulse is how long RESETN is held, as all genuine hosts do (reference
// §1.3).
const resetPulse = 10 * time.Millisecond

// Limits of booting: how long the firmware may take to become ready after
// BootTime (on its first start it formats its file system), and how long one
// turn waits for that.
const (
	bootLimit = 10 * time.Second
	bootSlice = 50 * time.Millisecond
)

// start resets the coprocessor and identifies its firmware, unless that was
// done and the link is in order. fresh tells that it did.
func (o *op) start() (fresh bool, err error) {
	err = o.step(func() error {
		o.d.mu.Lock()
		defer o.d.mu.Unlock()
		fresh = o.d.life != started || o.d.doubt
		return nil
	})
	if err != nil || !fresh {
		return false, err
	}
	if err := o.reset(); err != nil {
		return true, err
	}
	return true, o.identify()
}

// step does something in a turn that needs no running firmware.
func (o *op) step(f func() error) error {
	if err := o.turn(); err != nil {
		return err
	}
	defer o.release()
	if err := o.session.lasts(o.d); err != nil {
		return err
	}
	return f()
}

// reset runs the reset sequence: GPIO0 is high while RESETN is released, so
// that the ESP32 boots its firmware, and then belongs to the firmware. Nothing
// of what the old firmware knew is left. Nobody else uses the bus while it
// sleeps, because the device is not started.
func (o *op) reset() error {
	d := o.d
	err := o.step(func() error {
		d.disownAll()
		d.forget()
		d.live(booting)
		d.count(func(s *Stats) { s.Resets++ })
		if err := d.bus.DriveGPIO0(bus.High); err != nil {
			return err
		}
		return d.bus.Reset(true)
	})
	if err != nil {
		return err
	}
	d.clock.Sleep(resetPulse)
	if err := o.step(func() error { return d.bus.Reset(false) }); err != nil {
		return err
	}
	d.clock.Sleep(d.cfg.BootTime)
	return o.step(func() error { return d.bus.DriveGPIO0(bus.Released) })
}

// forget drops, within the turn, what the driver owes and is owed.
func (d *Device) forget() {
	d.doubt, d.owed, d.failures = false, time.Time{}, 0
	d.strays, d.orphans, d.astray = 0, 0, false
}

// identify waits until the firmware has booted and notes which it is. Silence
// is ErrNoFirmware.
func (o *op) identify() error {
	err := o.boot()
	if err == nil {
		err = o.step(func() error {
			v, err := o.first(wire.GetFWVersion)
			if err == nil {
				o.d.learn(v.Bytes())
				o.d.live(started)
			}
			return err
		})
	}
	if silent(err) {
		return ErrNoFirmware
	}
	return err
}

// boot waits until the firmware arms its first transaction.
func (o *op) boot() (err error) {
	for left := bootLimit; left > 0; left -= bootSlice {
		err = o.step(func() error {
			_, err := o.d.bus.WaitReady(bus.Armed, bootSlice)
			return err
		})
		if f, ok := err.(bus.Fault); !ok || f != bus.ErrReadyTimeout {
			return err
		}
	}
	return err
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

// A life is how far the coprocessor has come.
type life uint8

const (
	unknown life = iota // nobody has reset it: it may run
	booting             // it is, or was left, in the middle of a reset
	started             // its firmware runs and is known
)

// live notes, within the turn, how far the coprocessor has come.
func (d *Device) live(l life) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.life = l
}
