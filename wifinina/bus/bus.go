// Package bus is the electrical contract between a WiFiNINA host and its
// ESP32 coprocessor: chip select, the READY line, full-duplex transfers,
// RESETN and GPIO0, the clock, and who has the bus next.
//
// Nothing in here knows a command. Everything that must be swapped to run the
// same driver on a board, on the emulator, under a recorder or under a replay
// is one of four interfaces:
//
//   - [Bus] moves bytes and levels,
//   - [Clock] tells time and sleeps,
//   - [Arbiter] decides which driver call has the bus next,
//   - [Tracer] is told of the driver calls themselves.
//
// A Bus may also be an Arbiter and a Tracer; [ArbiterOf] and [TracerOf] find
// out. A recorder is all of them, pins are only a Bus.
//
// The package belongs to the device set: it compiles with TinyGo, imports no
// fmt and allocates nothing after construction.
package bus

import "time"

// A Bus is one link to one coprocessor.
//
// The methods are called by one goroutine at a time: whoever holds the turn
// given by the [Arbiter]. Implementations need no locking of their own.
//
// One request is two selects (nina-fw SPIS.cpp, reference §2): wait until the
// coprocessor is Armed, Select, wait until it is Busy (it has seen the
// select), Tx the request, Deselect; and the same again to read the reply.
type Bus interface {
	// Select drives chip select low. The coprocessor acknowledges by
	// raising READY.
	Select() error

	// Deselect drives chip select high, which ends the transaction, and
	// returns the time at which that happened on the clock of this bus.
	// Deciding about deadlines by this time, and by no later reading,
	// makes a driver repeatable.
	Deselect() (time.Time, error)

	// WaitReady waits until READY has the given level, at most for
	// timeout, and returns how long that took: zero when the level was
	// there at the first look. A timeout is reported as [ErrReadyTimeout];
	// a timeout of zero looks once.
	WaitReady(level Ready, timeout time.Duration) (time.Duration, error)

	// Tx clocks len(w) bytes out while clocking as many into r, 8 bits
	// each, MSB first, SPI mode 0. One of them may be nil: without w, FF is
	// clocked out for every byte of r; without r, what comes in is dropped.
	// Otherwise they have the same length and do not overlap. Neither is
	// kept. No bytes at all do nothing.
	Tx(w, r []byte) error

	// Reset asserts (true) or releases (false) RESETN, whatever its
	// polarity on the board. Asserted, the coprocessor is dead and its
	// sockets with it.
	Reset(asserted bool) error

	// DriveGPIO0 drives or releases the GPIO0 line. High while RESETN is
	// released boots the firmware, Low the ROM loader; after boot the line
	// belongs to the coprocessor and must be Released.
	DriveGPIO0(d Drive) error

	// Attention reads GPIO0 after boot: true means at least one socket slot
	// has something to read or accept. The firmware refreshes it every
	// 10 ms at best. Boards without the line always say true.
	Attention() (bool, error)
}

// Ready is a level of the READY line (also called ACK, BUSY or SLAVEREADY).
type Ready uint8

// The levels of READY, by what they mean.
const (
	Armed Ready = iota // low: a transaction is armed, the host may select
	Busy               // high: at work, or the select has been seen
)

// Drive is what the host does to the GPIO0 line.
type Drive uint8

// The three states of the host's GPIO0 pin.
const (
	Released Drive = iota // input: the coprocessor drives the line
	Low                   // driven low
	High                  // driven high
)

// A Fault is an error of the link itself, as opposed to one the coprocessor
// reports. It is an integer so that a comparison costs nothing on a board.
type Fault uint8

// The faults of a bus. The zero value is no fault and is never returned.
const (
	ErrReadyTimeout Fault = 1 + iota // READY did not take the awaited level in time
	ErrTurnTimeout                   // the bus stayed with other callers until the deadline
	ErrLink                          // the transport below the bus failed
	ErrClosed                        // the bus is closed
)

var faultText = [...]string{
	ErrReadyTimeout: "READY did not change in time",
	ErrTurnTimeout:  "the bus was busy with other calls until the deadline",
	ErrLink:         "the link to the coprocessor failed",
	ErrClosed:       "the bus is closed",
}

// Error describes the fault in one sentence without a period.
func (f Fault) Error() string {
	if int(f) < len(faultText) && faultText[f] != "" {
		return faultText[f]
	}
	return "unknown bus fault"
}

// Timeout reports whether the fault is a wait that took too long.
func (f Fault) Timeout() bool { return f == ErrReadyTimeout || f == ErrTurnTimeout }
