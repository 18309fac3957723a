package emulator

import (
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A FaultKind is something that goes wrong in the chip or on the link.
type FaultKind uint8

// The kinds of faults. In parentheses is what the fields of [Fault] that are
// not about when it strikes mean to it; it ignores the others.
//
// Conditions last for the time For; zero: until the next reset. A reset ends
// them all.
const (
	ReadyHigh   FaultKind = 1 + iota // READY is read high (For)
	ReadyLow                         // READY is read low (For)
	RefuseSends                      // sends accept no more than N bytes each (For, N)
	DeadDNS                          // no server answers: a lookup holds READY for 7 s and fails (For)
)

// Events happen and are over.
const (
	Reboot    FaultKind = DeadDNS + 1 + iota // the chip resets itself, after N more edges of chip select (N)
	Crash                                    // the firmware dies; READY is high until the next reset
	LoseSlot                                 // the firmware forgets what slot N is (N)
	ResetPeer                                // the peer of slot N resets the connection (N)
	lastEvent = ResetPeer
)

// Damages are done to the reply of the command they strike.
const (
	ReadyLate  FaultKind = lastEvent + 1 + iota // it is armed that much later (For)
	ErrorReply                                  // it is the error frame EF; the command is not executed
	WrongEcho                                   // it repeats N for the number of the command (N)
	FlipBit                                     // bit N is inverted on MISO, counted from the first on the wire, round and round (N)
	Truncate                                    // it has only N bytes; idle level follows (N)
	Overlong                                    // its first parameter announces N bytes more than it has (N)
	faultKinds
)

var faultNames = [...]string{
	ReadyHigh:   "READY high",
	ReadyLow:    "READY low",
	RefuseSends: "refuse sends",
	DeadDNS:     "dead DNS",
	Reboot:      "reboot",
	Crash:       "crash",
	LoseSlot:    "lose slot",
	ResetPeer:   "reset peer",
	ReadyLate:   "READY late",
	ErrorReply:  "error reply",
	WrongEcho:   "wrong echo",
	FlipBit:     "flip bit",
	Truncate:    "truncate",
	Overlong:    "overlong",
}

// String returns the name of the kind in words.
func (k FaultKind) String() string {
	if int(k) < len(faultNames) && faultNames[k] != "" {
		return faultNames[k]
	}
	return fmt.Sprintf("fault %d", uint8(k))
}

// A Fault says what goes wrong, and when. One that names neither Command nor
// Nth strikes at once, unless it is a damage, which needs a reply to be done to.
// All others strike when a command has been received, before it is executed.
type Fault struct {
	Kind    FaultKind
	Command wire.Command  // which commands count; zero: all
	Nth     int           // which of them is struck first, counted from Inject on; zero and 1: the next
	Times   int           // how many in a row are struck; zero: one, negative: all that follow
	For     time.Duration // see the kinds
	N       int           // see the kinds
}

// atOnce reports whether the fault waits for no command.
func (f *Fault) atOnce() bool { return f.Kind <= lastEvent && f.Command == 0 && f.Nth == 0 }

// strikes counts a command that was received and reports whether the fault
// strikes it.
func (f *Fault) strikes(c wire.Command) bool {
	if f.Command != 0 && f.Command != c {
		return false
	}
	if f.Nth > 1 {
		f.Nth--
		return false
	}
	f.Times--
	return true
}

// Inject makes something go wrong, now or at a command to come. Faults wait
// for their command through resets. Without a running firmware one that strikes
// at once does nothing.
func (e *Emulator) Inject(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !f.atOnce():
		if f.Times == 0 {
			f.Times = 1
		}
		e.faults = append(e.faults, f)
	case e.fw != nil:
		e.fw.now = e.clock.Now()
		e.fw.strike(f)
		e.nudge()
	}
}

// ClearFaults forgets the faults that wait for a command, and ends chaos. What
// has struck stays struck.
func (e *Emulator) ClearFaults() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults, e.chaos = nil, nil
}
