package decode

import (
	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// The findings an exchange can have. Each is a fact about what was clocked,
// not a judgement of who is to blame. Package lint has a rule for each, which
// says why it matters.
const (
	FindOrphan       = "reply without a request"
	FindZeroClock    = "zero-clock select"                         // while the reply was due
	FindReadyLow     = "READY did not go low before the select"    // capture.WaitTimedOut
	FindReadyHigh    = "READY did not go high after the select"    // capture.AckTimedOut
	FindTransfer     = "transfer failed"                           // capture.TxFailed
	FindUnselected   = "bytes clocked without a select"            // capture.Unselected
	FindIncomplete   = "incomplete window"                         // capture.Incomplete: bytes are missing in the trace
	FindWithheld     = "request withheld"                          // masks hide its structure, so it is not judged
	FindOmitted      = "cut by choice"                             // the recorder was told to leave out the rest
	FindUnknown      = "unknown command"                           // of no firmware
	FindUnreleased   = "command of no released firmware"           // wire.Unreleased
	FindForeign      = "command of the other firmware family"      // wire.Since is 0
	FindUnaligned    = "request is not a multiple of 4 bytes"      // reference §2.4: the firmware may lose the tail
	FindPadBytes     = "padding with other bytes than FF"          // CircuitPython's leftovers
	FindPadLength    = "more bytes after the request than padding" // a multiple of 4 nevertheless
	FindCount        = "parameter count is not what the request holds"
	FindReplyPadding = "reply padding is not 00"
	FindCut          = "cut reply" // the host stopped clocking before the end byte
	FindEcho         = "reply to another command"
)

// What is wrong with a request or a reply that can't be read, by wire.Error.
const (
	FindRequestStart   = "request: no start byte"
	FindRequestCommand = "request: command number above 0x7f"
	FindRequestShort   = "request: ends too early"
	FindRequestLength  = "request: wrong length of a parameter"
	FindRequestEnd     = "request: no end byte"
	FindReplyIdle      = "reply: idle bytes"
	FindReplyStart     = "reply: no start byte"
	FindReplyCount     = "reply: wrong number of parameters"
	FindReplyLength    = "reply: wrong length of a parameter"
	FindReplyEnd       = "reply: no end byte"
)

var requestFindings = [...]string{
	wire.ErrIdle:      FindRequestStart, // of no window that is a request: one of idle bytes reads a reply
	wire.ErrStart:     FindRequestStart,
	wire.ErrCommand:   FindRequestCommand,
	wire.ErrTruncated: FindRequestShort,
	wire.ErrCount:     FindCount,
	wire.ErrLength:    FindRequestLength,
	wire.ErrEnd:       FindRequestEnd,
}

var replyFindings = [...]string{
	wire.ErrIdle:      FindReplyIdle,
	wire.ErrStart:     FindReplyStart,
	wire.ErrCommand:   FindEcho,
	wire.ErrTruncated: FindCut,
	wire.ErrCount:     FindReplyCount,
	wire.ErrLength:    FindReplyLength,
	wire.ErrEnd:       FindReplyEnd,
	wire.ErrPadding:   FindReplyPadding,
}

var windowFindings = [...]struct {
	bit  capture.Status
	text string
}{
	{capture.WaitTimedOut, FindReadyLow},
	{capture.AckTimedOut, FindReadyHigh},
	{capture.TxFailed, FindTransfer},
	{capture.Unselected, FindUnselected},
	{capture.Incomplete, FindIncomplete},
}

// find notes a finding of the current exchange, once.
func (d *Decoder) find(text string) {
	for _, f := range d.findings {
		if f == text {
			return
		}
	}
	d.findings = append(d.findings, text)
}

// findWindow notes what was out of order with a window.
func (d *Decoder) findWindow(s capture.Status) {
	for _, w := range windowFindings {
		if s&w.bit != 0 {
			d.find(w.text)
		}
	}
}

// findCommand notes a command that no firmware has, and, once it is known
// whose firmware this is, one of the other's.
func (d *Decoder) findCommand(m *wire.Message) {
	switch since := wire.Since(m.Cmd, m.Family); {
	case m.Spec() == nil:
		d.find(FindUnknown)
	case since == wire.Unreleased:
		d.find(FindUnreleased)
	case since == 0 && d.firmware != 0:
		d.find(FindForeign)
	}
}

// findPadding notes what is out of order behind the end byte of a request.
func (d *Decoder) findPadding(req *Transaction) {
	m := &req.Message
	switch {
	case len(req.Bytes)%4 != 0:
		d.find(FindUnaligned)
	case m.Err == wire.ErrPadding:
		d.find(FindPadLength)
	}
	for _, b := range m.Pad {
		if b != 0xFF {
			d.find(FindPadBytes)
			return
		}
	}
}
