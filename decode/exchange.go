// Package decode turns the records of a trace into what happened: exchanges (a
// request and its reply), and between them driver calls, line changes, console
// text and losses, in one pass and in bounded memory.
//
// It knows the protocol from package wire and nothing of any driver, so that
// the traffic of every host decodes.
//
// [Decoder] makes [Event]s of a trace, [AppendJSON] and [AppendText] show
// them, [Summary] counts them.
package decode

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Status says how an exchange ended.
type Status uint8

// The ways an exchange ends.
const (
	OK          Status = iota // a reply of the shape the command has
	Error                     // the firmware's error frame
	NoReply                   // the host asked something else, reset, or the trace ends
	Malformed                 // request or reply is no frame, or not of that command
	statusCount = 4
)

var statusNames = [statusCount]string{"ok", "error", "no-reply", "malformed"}

// String returns the name used in JSON, "malformed" for a status that is none
// of these.
func (s Status) String() string { return statusNames[min(s, Malformed)] }

// An Exchange is a request and its reply. Its slices are valid until the next
// call of [Decoder.Next].
type Exchange struct {
	N      int           // number in the trace, from 1
	Time   time.Duration // the request's select, since the start of the trace; without a request the reply's
	Cmd    wire.Command  // the byte behind the start byte, whatever the rest of the frame is like
	Status Status

	Family   wire.Family  // of the firmware, as far as a GET_FW_VERSION has told before; else Arduino
	Firmware wire.Version // what it told, 0 before

	Request  Transaction   // Bytes is nil where there was none: a reply nobody asked for
	Reply    Transaction   // Bytes is nil where there was none
	Args     []wire.Value  // value i is described by Request.Message.Param(i)
	Results  []wire.Value  // value i is described by Reply.Message.Param(i)
	Wait     time.Duration // from the request's deselect to READY low; 0 without a reply
	Findings []string      // what was out of order, each one of the Find constants; nil mostly
}

// A Transaction is one direction of an exchange.
type Transaction struct {
	Window  capture.Window // as recorded; its byte slices are valid as the Exchange is
	Time    time.Duration  // select
	Offset  int64          // of its frame in the file
	Bytes   []byte         // MOSI of a request, MISO of a reply
	Message wire.Message   // what was parsed of Bytes
}

// End returns the time of the deselect.
func (t *Transaction) End() time.Duration { return t.Window.End(t.Time) }

// Name returns the name of the command in the firmware's family, such as
// "GET_CONN_STATUS", and its number, such as "0x31", where it has none.
func (ex *Exchange) Name() string {
	if n := ex.Cmd.Name(ex.Family); n != "" {
		return n
	}
	return ex.Cmd.String()
}

// An Event is one step of a trace: an exchange, or a record that is part of
// none (a start, a call's begin or end, a line change outside windows, a wait
// that timed out, a note, console text, a loss, a select without clocks).
// Exactly one of the two is meant: Exchange.N is 0 for a record.
type Event struct {
	Exchange Exchange
	Record   capture.Record
}
