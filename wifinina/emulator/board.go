package emulator

import "github.com/ninatrace/ninatrace/wifinina/bus"

// Reset implements [bus.Bus]. Asserting RESETN ends the firmware and every
// socket before it returns; releasing it boots. What boots depends on the
// pins: GPIO0 driven Low starts the ROM loader, chip select low the Bluetooth
// mode (reference §1.1), and in both READY never falls.
func (e *Emulator) Reset(asserted bool) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return bus.ErrClosed
	case asserted == e.inReset:
		return nil
	}
	e.catchUp()
	e.inReset = asserted
	if asserted {
		e.halt()
	} else {
		e.boot()
	}
	return nil
}

// DriveGPIO0 implements [bus.Bus]. A line left Released reads as high at boot:
// the chip pulls it up.
func (e *Emulator) DriveGPIO0(d bus.Drive) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return bus.ErrClosed
	}
	e.gpio0 = d
	return nil
}

// Attention implements [bus.Bus]. While the host drives GPIO0 it reads what
// the host drives; without a running firmware the chip's pull-up makes it true.
func (e *Emulator) Attention() (bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.catchUp()
	switch {
	case e.closed:
		return false, bus.ErrClosed
	case e.gpio0 != bus.Released:
		return e.gpio0 == bus.High, nil
	case e.fw == nil:
		return true, nil
	}
	return e.fw.attention.read(e.fw), nil
}

// boot starts what the strapping pins choose.
func (e *Emulator) boot() {
	if e.selected || e.gpio0 == bus.Low {
		return
	}
	e.fw = newFirmware(e, e.clock.Now())
}

// halt ends the firmware and waits for its goroutines. It is called with the
// lock held and lets it go while it waits.
func (e *Emulator) halt() {
	if e.fw != nil {
		e.fw.die()
	}
	e.mu.Unlock()
	e.tasks.Wait()
	e.mu.Lock()
}
