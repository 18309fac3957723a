// Package diff says what one session did that another did not: the exchanges
// and driver calls of two traces, aligned.
//
// Two steps are equal if they say the same but for what is volatile, which
// package wire knows for each parameter: addresses that a network gave, numbers
// that the firmware gave out, the time. Slots and descriptors are named by the
// order in which they are opened, an address that a reply told before is the
// same as any other that one told, and ports from [FirstGivenPort] on are equal
// to each other. When something happened is no difference; neither is how often
// the host asked in vain before it did.
//
// Memory does not grow with the traces: [Window] steps of each are looked at at
// a time. A stretch in which more than [MaxEdits] steps differ within a window
// is told as different without a search for the smallest difference.
package diff

import (
	"time"

	"github.com/ninatrace/ninatrace/decode"
)

// Limits of the alignment.
const (
	Window   = 4096 // steps of each trace
	MaxEdits = 1000 // steps of both together that differ in it
)

// FirstGivenPort is the first port that operating systems give out by
// themselves: Linux has 32768 to 60999, IANA and lwIP begin at 49152.
const FirstGivenPort = 32768

// Options is what to compare. The zero value ignores all that is volatile.
type Options struct {
	All     bool          // compare volatile values and polls that found nothing too
	Times   time.Duration // tell where a wait differs by more than this; 0: nowhere
	Payload int           // how many bytes of each payload to show; all are compared
}

// Kind says what became of a step.
type Kind uint8

// The kinds of differences.
const (
	Equal   Kind = iota
	OnlyA        // only the first session did it
	OnlyB        // only the second did
	Changed      // both did it, with other values
	Slower       // both did the same, and the waits differ, see Options.Times
)

var kindNames = [...]string{"equal", "only-a", "only-b", "changed", "slower"}

// String returns the name used in JSON.
func (k Kind) String() string { return kindNames[min(k, Slower)] }

// A Step is one thing a session did: an exchange, the begin or the end of a
// driver call, a reset, a wait for READY in vain.
type Step struct {
	N    int           // number of the exchange in its trace; 0: no exchange
	Time time.Duration // since the start of its trace
	Wait time.Duration // of an exchange, see decode.Exchange
	Text string        // in words, safe to print

	key  uint64 // of what is compared
	kind uint64 // of the command and its socket
	call bool
}

// A Difference is a step of the first session, of the second, or of both. It is
// valid while it is told.
type Difference struct {
	Kind Kind  `json:"kind"`
	A    *Step `json:"a,omitempty"` // nil where that session has no such step
	B    *Step `json:"b,omitempty"`
}

// An Error says in which of the traces reading failed.
type Error struct {
	B   bool // the second; else the first
	Err error
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Compare reads both traces to their ends and tells all steps, the equal ones
// too, in order. It returns the error of tell, or an [Error].
func Compare(a, b *decode.Decoder, o Options, tell func(*Difference) error) (Summary, error) {
	c := comparison{a: newSide(a, &o), b: newSide(b, &o), o: o, tell: tell}
	err := c.run()
	c.sum.PollsA, c.sum.IncompleteA = c.a.polled, c.a.incomplete
	c.sum.PollsB, c.sum.IncompleteB = c.b.polled, c.b.incomplete
	return c.sum, err
}
