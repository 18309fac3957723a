package replay

import (
	"fmt"
	"strings"
	"time"
)

// A Divergence is the first thing in which a replay differs from the
// recording. It is an error; [Divergence.Report] says all of it.
type Divergence struct {
	What     string        // what the driver did, or did not do
	Exchange int           // number of the exchange that the recording has there, as the decoder counts; 0: before the first
	Time     time.Duration // of what the recording has there
	Offset   int64         // of its frame in the file
	Call     string        // the driver call it happened in, "" if none is known
	At       int           // offset of the first byte that differs, -1: not about bytes
	Want     []byte        // the recorded request, or a recorded reply that is damaged; nil if it is about neither
	Got      []byte        // the driver's, nil if it is not about one; secrets are blanked
	WantText string        // what the recording has, in words
	GotText  string        // what the driver did, in words; "" if What says it all
	Stack    []byte        // of a driver that panicked
}

// Error returns the divergence in one line.
func (d *Divergence) Error() string {
	s := fmt.Sprintf("replay: exchange %d at %.6fs: %s", d.Exchange, d.Time.Seconds(), d.What)
	s += d.place()
	if d.Call != "" {
		s += " (in " + d.Call + ")"
	}
	return s
}

// place says which byte differs. What is wrong with the recording itself has
// nothing to be held against.
func (d *Divergence) place() string {
	switch {
	case d.At < 0:
		return ""
	case d.Got == nil:
		return fmt.Sprintf(", byte %d: %s", d.At, byteAt(d.Want, d.At))
	}
	return fmt.Sprintf(", byte %d: want %s, got %s", d.At, byteAt(d.Want, d.At), byteAt(d.Got, d.At))
}

// byteAt returns a byte in hexadecimal.
func byteAt(p []byte, at int) string {
	if at < len(p) {
		return fmt.Sprintf("%02X", p[at])
	}
	return "no more"
}

// Report returns the divergence in a few lines: where, in which call, and what
// was wanted and what came, in words and in hexadecimal with the first
// different byte in brackets.
func (d *Divergence) Report() string {
	var b strings.Builder
	b.WriteString(d.What)
	b.WriteString(d.place())
	fmt.Fprintf(&b, "\n  where  exchange %d, at %.6f s, frame at byte %d of the file\n", d.Exchange, d.Time.Seconds(), d.Offset)
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-6s %s\n", label, text)
		}
	}
	line("call", d.Call)
	line("want", d.WantText)
	line("", hexAround(d.Want, d.At))
	line("got", d.GotText)
	line("", hexAround(d.Got, d.At))
	if len(d.Stack) > 0 {
		fmt.Fprintf(&b, "%s\n", d.Stack)
	}
	return b.String()
}

// hexAround shows bytes with the one at an offset in brackets, and no more than
// what is around it. Without an offset it shows the first of them.
func hexAround(p []byte, at int) string {
	if len(p) == 0 {
		return ""
	}
	const before, after = 24, 16
	from := min(max(at-before, 0), len(p))
	to := min(max(at, before)+after, len(p))
	var b strings.Builder
	if from > 0 {
		fmt.Fprintf(&b, "(%d bytes) ", from)
	}
	for i := from; i < to; i++ {
		if i == at {
			fmt.Fprintf(&b, "[%02X] ", p[i])
		} else {
			fmt.Fprintf(&b, "%02X ", p[i])
		}
	}
	if at == len(p) {
		b.WriteString("[end]")
	}
	if to < len(p) {
		fmt.Fprintf(&b, "(%d more)", len(p)-to)
	}
	return strings.TrimSpace(b.String())
}
