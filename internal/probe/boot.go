package probe

import (
	"errors"
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// link asks the other end of the link what it is.
func link(p *prober) (string, error) {
	if p.cfg.Ident == nil {
		return "", skipped("the bus does not say what it leads to")
	}
	text, err := p.cfg.Ident()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%q", text), nil
}

const (
	resetPulse = 10 * time.Millisecond // as genuine hosts have it (reference §1.3)
	bootLimit  = 10 * time.Second      // the first boot formats the file system
	// steady is for how long READY must stay low to be no glitch: that of the
	// genuine firmware lasts 27 µs (nina-observed "Handshake"), and over a link
	// it takes a while to see that it is over.
	steady = 50 * time.Millisecond
)

// boot resets the coprocessor and watches READY, without the driver, which
// does not look before it must.
func boot(p *prober) (detail string, err error) {
	err = p.inTurn(func() (err error) { detail, err = p.boot(); return err })
	return detail, err
}

func (p *prober) boot() (string, error) {
	wasLow, err := p.reset()
	if err != nil {
		return "", err
	}
	took, glitches, err := p.armed()
	if errors.Is(err, bus.ErrReadyTimeout) {
		return "", fmt.Errorf("READY did not fall and stay low within %v of the reset: no firmware, no power, or not wired", bootLimit)
	}
	if err != nil {
		return "", err
	}
	if err := p.bus.DriveGPIO0(bus.Released); err != nil {
		return "", err
	}
	switch {
	case wasLow:
		return "READY is low already during the reset, so nobody can tell how long the boot takes", nil
	case glitches > 0:
		return fmt.Sprintf("READY after %v; before that it was low by mistake, %s", milliseconds(took), times(glitches)), nil
	}
	return fmt.Sprintf("READY after %v", milliseconds(took)), nil
}

// reset runs the reset sequence, GPIO0 high for the firmware to boot, and
// reports whether READY was low while RESETN was asserted.
func (p *prober) reset() (wasLow bool, err error) {
	if err := p.bus.DriveGPIO0(bus.High); err != nil {
		return false, err
	}
	if err := p.bus.Reset(true); err != nil {
		return false, err
	}
	time.Sleep(resetPulse)
	_, err = p.bus.WaitReady(bus.Armed, 0)
	if wasLow = err == nil; !wasLow && !errors.Is(err, bus.ErrReadyTimeout) {
		return false, err
	}
	return wasLow, p.bus.Reset(false)
}

// armed waits until READY is low to stay. It returns when that began, counted
// from now, and how often the line was low for a moment before.
func (p *prober) armed() (took time.Duration, glitches int, err error) {
	for start := time.Now(); ; glitches++ {
		if _, err := p.bus.WaitReady(bus.Armed, max(bootLimit-time.Since(start), 0)); err != nil {
			return 0, 0, err
		}
		took = time.Since(start)
		_, err := p.bus.WaitReady(bus.Busy, steady)
		if errors.Is(err, bus.ErrReadyTimeout) {
			return took, glitches, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

// milliseconds rounds a time to what a user wants to know.
func milliseconds(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// times returns "once" or "3 times".
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
