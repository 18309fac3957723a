package emulator

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A FaultKind is something that goes wrong in the chip, on the link, or in the
// world around.
type FaultKind uint8

// The kinds of faults. In parentheses is what the fields of [Fault] that are
// not about when it strikes mean to it; it ignores the others.
//
// Conditions last for the time For; negative: they end. With zero those of the
// chip last until the next reset, which ends them all.
const (
	ReadyHigh   FaultKind = 1 + iota // READY is read high (For)
	ReadyLow                         // READY is read low (For)
	RefuseSends                      // sends accept no more than N bytes each (For, N)
	DeadDNS                          // no server answers: a lookup holds READY for 7 s and fails (For)
)

// Conditions of the world around outlive the chip: with a For of zero they last
// until they are ended.
const (
	LoseAP        FaultKind = DeadDNS + 1 + iota // networks of the name SSID are out of reach; no name: all (For, SSID)
	FailScans                                    // scans fail (For)
	NoRoute                                      // Addr is [Unreachable] on the [Memory] network (For, Addr)
	Silence                                      // Addr is a [BlackHole] on the [Memory] network (For, Addr)
	lastCondition = Silence
)

// Events happen and are over.
const (
	Reboot      FaultKind = lastCondition + 1 + iota // the chip resets itself, after N more edges of chip select (N)
	Crash                                            // the firmware dies; READY is high until the next reset
	LoseSlot                                         // the firmware forgets what slot N is, or closes descriptor N (N)
	ResetPeer                                        // the peer of slot or descriptor N resets the connection (N)
	ResetPeers                                       // the peers of all connections do, or those at Addr (Addr)
	ReadyGlitch                                      // READY has the wrong level for a moment, zero: 27 µs; a command at work takes twice that longer (For)
	DropLink                                         // the access point sends the station away for reason N; zero: 1 (N)
	RestoreLink                                      // the station joins the network it was last told to join
	Stations                                         // N stations have joined the soft-AP (N)
	lastEvent   = Stations
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
	LoseAP:      "lose access point",
	FailScans:   "fail scans",
	NoRoute:     "no route",
	Silence:     "black hole",
	Reboot:      "reboot",
	Crash:       "crash",
	LoseSlot:    "lose slot",
	ResetPeer:   "reset peer",
	ResetPeers:  "reset peers",
	ReadyGlitch: "READY glitch",
	DropLink:    "drop link",
	RestoreLink: "restore link",
	Stations:    "stations",
	ReadyLate:   "READY late",
	ErrorReply:  "error reply",
	WrongEcho:   "wrong echo",
	FlipBit:     "flip bit",
	Truncate:    "truncate",
	Overlong:    "overlong",
}

// FaultKinds returns all kinds, in the order of their numbers. The caller owns
// the slice.
func FaultKinds() []FaultKind {
	all := make([]FaultKind, 0, faultKinds-1)
	for k := FaultKind(1); k < faultKinds; k++ {
		all = append(all, k)
	}
	return all
}

// String returns the name of the kind in words.
func (k FaultKind) String() string {
	if int(k) < len(faultNames) && faultNames[k] != "" {
		return faultNames[k]
	}
	return fmt.Sprintf("fault %d", uint8(k))
}

// IsCondition reports whether the kind lasts, so that For may be negative.
func (k FaultKind) IsCondition() bool { return k >= ReadyHigh && k <= lastCondition }

// IsDamage reports whether the kind needs the reply of a command.
func (k FaultKind) IsDamage() bool { return k > lastEvent && k < faultKinds }

// ofWorld reports whether it outlives the chip.
func (k FaultKind) ofWorld() bool { return k >= LoseAP && k <= lastCondition }

// A Fault says what goes wrong, and when. One that names neither Command nor
// Nth strikes at once, or when After has passed, unless it is a damage, which
// needs a reply to be done to. All others strike when a command has been
// received, before it is executed.
type Fault struct {
	Kind    FaultKind
	Command wire.Command  // which commands count; zero: all
	Nth     int           // which of them is struck first, counted from Inject or After on; zero and 1: the next
	Times   int           // how many in a row are struck; zero: one, or with Every no end; negative: no end
	After   time.Duration // time on the Clock from Inject on after which it strikes, or begins to count commands; zero: now, or Every
	Every   time.Duration // time after which it does so again, at least 10 ms; zero: it does not. Times counts all strikes
	For     time.Duration // see the kinds
	N       int           // see the kinds
	SSID    string        // see the kinds
	Addr    netip.Addr    // IPv4; see the kinds. Zero: all peers, or for a path the module itself
}

// WaitsForCommand reports whether the fault strikes a command and not a time.
func (f Fault) WaitsForCommand() bool {
	return f.Kind.IsDamage() || f.Command != 0 || f.Nth != 0
}

// lasting is the condition the fault brings when it strikes at a time.
func (f Fault) lasting(at time.Time) condition {
	c := condition{on: f.For >= 0}
	if f.For > 0 {
		c.until = at.Add(f.For)
	}
	return c
}
