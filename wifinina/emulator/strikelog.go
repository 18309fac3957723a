package emulator

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Strike says that a fault has struck, whoever has sent it: Inject, chaos, or
// one of the methods that change the world.
type Strike struct {
	No      uint64        // counts strikes since [New], from 1: what is missing was dropped
	Fault   Fault         // as it struck, also with what chaos has drawn
	Command wire.Command  // the one it struck; zero: none
	Count   uint64        // commands received since New, that one included
	At      time.Duration // since New, on the Clock
	Missed  bool          // it found nothing to strike: no running firmware, no link, no such connection
}

// Struck returns how many strikes there were since [New]. Those that
// Config.Strikes was not given had no room in it.
func (e *Emulator) Struck() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.catchUp()
	return e.struck
}

// tell numbers a strike and passes it on. It is called with the lock held, and
// so waits for nobody.
func (e *Emulator) tell(f Fault, cmd wire.Command, at time.Time, missed bool) {
	e.struck++
	if e.cfg.Strikes == nil {
		return
	}
	s := Strike{No: e.struck, Fault: f, Command: cmd, Count: e.received, At: at.Sub(e.born), Missed: missed}
	select {
	case e.cfg.Strikes <- s:
	default:
	}
}
