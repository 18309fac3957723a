package capture

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Kind says what a [Record] is about.
type Kind uint8

// The kinds of records.
const (
	KindStart  Kind = 1 + iota // a recording begins: Wall, Labels
	KindWindow                 // one chip-select window: Window
	KindPin                    // a line changed: Pin, High
	KindBegin                  // a driver call begins: ID, Call
	KindEnd                    // a driver call ends: ID, Call.Op, Result
	KindWait                   // a wait for READY to be High that no select followed: Window.Wait, Window.Status
	KindNote                   // a remark of the recorder's user: Text
	KindText                   // console text found between the frames: Text
	KindLoss                   // something is missing here: Loss
	KindRepeat                 // the exchange before happened again: Repeat
)

// A Record is one thing that happened, in the order in which it was written
// down: a window with its deselect, a wait with its end. Its slices are valid
// until the next call of [Reader.Next].
type Record struct {
	Kind   Kind
	Time   time.Duration // since the recording began, see [Reader]; a window's is its select
	Offset int64         // where in the file the frame of the record begins, or the text, or what is lost

	Window Window
	Pin    Pin
	High   bool
	ID     bus.CallID // begin, end, pin, wait: the driver call, 0: none
	Call   Call
	Result Result
	Text   []byte
	Loss   Loss
	Repeat Repeat
	Wall   time.Time // start: the wall clock at Time; zero: unknown
	Labels []Label
}

// A Window is what happened between two edges of chip select, and the wait
// before. Durations are exact to the tick of the recording.
type Window struct {
	Call    bus.CallID    // the driver call that was served, 0: none or unknown
	Wait    time.Duration // from the beginning of the wait for READY low to its end, shortly before the select
	Ack     time.Duration // from the select to READY high
	Dur     time.Duration // from READY high to the deselect
	Status  Status
	MOSI    []byte // what the host sent; the bytes of Masks read '*'
	MISO    []byte // what the coprocessor sent, as many; the bytes of MISOMasks read '*'
	Omitted int    // how many bytes of each direction were left out by choice at the end
	Masks   []Span // the parts of MOSI that were withheld, rising and apart

	MISOMasks []Span // the parts of MISO that were withheld, rising and apart
}

// Reads reports whether the host only read: what it sent is one byte over and
// over, and nothing was withheld. Any other window is one in which it said
// something. A window without clocks counts as reading.
func (w *Window) Reads() bool { return len(w.Masks) == 0 && isFill(w.MOSI) }

// End returns the time of the deselect of a window selected at start.
func (w *Window) End(start time.Duration) time.Duration { return start + w.Ack + w.Dur }

// A Span is a run of bytes.
type Span struct{ Off, Len int }

// Status holds what was out of order with a window.
type Status uint8

// The bits of a Status. Zero is a window as it should be.
const (
	WaitTimedOut Status = 1 << iota // READY did not take the level awaited before the select
	AckTimedOut                     // READY did not go high after it
	TxFailed                        // the bus reported an error that is no timeout: of the transfer or around it
	Unselected                      // bytes were clocked with chip select high
	HasMasks                        // bytes of MOSI were withheld
	Incomplete                      // bytes are missing: lost on the way, or more than MaxWindow
	HasMISOMasks                    // bytes of MISO were withheld
)

// Pin names a line of the link.
type Pin uint8

// The lines.
const (
	PinReady Pin = iota // READY, high: busy
	PinReset            // RESETN, high: released
	PinGPIO0            // GPIO0 as the coprocessor drives it, high: data to read
	PinStrap            // GPIO0 driven by the host
	PinFloat            // GPIO0 no longer driven by the host; High does not count
	pinCount
)

var pinNames = [pinCount]string{"READY", "RESETN", "GPIO0", "GPIO0 (host)", "GPIO0 (released)"}

// String returns the name of the line.
func (p Pin) String() string {
	if p < pinCount {
		return pinNames[p]
	}
	return "pin"
}

// A Call holds the arguments of a driver call as a trace keeps them: of
// payload and secrets only what a replay needs to know them again.
type Call struct {
	bus.Call
	SecretLen int           // length of the secret, which is not kept
	DataLen   int           // length of the payload
	DataSum   uint32        // its CRC-32 (IEEE), 0 for no payload
	Wait      time.Duration // until the deadline from the call's begin; 0: none

	DataMasked bool // the sum was withheld with the payload, DataSum is 0
	TextMasked bool // Text was withheld, an SSID: it reads '*', as many as it had bytes
}

// A Result holds what a driver call returned, as a trace keeps it.
type Result struct {
	bus.Result
	Err     string // text of the error, empty: none
	DataLen int
	DataSum uint32

	DataMasked bool // as in Call
}

// A Repeat says how often an exchange happened again, with the same bytes and
// for the same call, and was counted instead of recorded. The time of its
// record is the end of the last of them.
type Repeat struct {
	N    uint64
	Span time.Duration // from the end of the first
}

// A Label is a fact about a recording, such as "driver", "board", "source".
type Label struct{ Key, Value string }

// A Loss says what is missing from a trace, or from the one that it was copied
// from.
type Loss struct {
	Frames  uint64        // frames that never arrived, by their sequence numbers
	Bytes   int64         // bytes of the file that are neither a frame nor text
	Records uint64        // records the recorder itself had to drop
	Span    time.Duration // from the first of these Records to the last, which was at the time of this one
	Joined  bool          // from here on it is a recording of which the beginning is missing
	Cut     bool          // the file ends inside a frame
}

// None reports whether nothing is missing.
func (l Loss) None() bool { return l == Loss{} }
