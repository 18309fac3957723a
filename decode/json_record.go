package decode

import (
	"strconv"

	"github.com/ninatrace/ninatrace/capture"
)

// recordKinds are the names of the kinds of records in JSON and in filters.
var recordKinds = [...]string{
	capture.KindStart: "start", capture.KindWindow: "window", capture.KindPin: "pin", capture.KindBegin: "call",
	capture.KindEnd: "return", capture.KindWait: "wait", capture.KindNote: "note", capture.KindText: "console",
	capture.KindLoss: "loss", capture.KindRepeat: "repeat",
}

// Kind returns what the event is, in one word: "exchange" for an exchange, and
// for a record "start", "call" or "return" (a driver call begins or ends),
// "pin", "wait", "note", "console", "loss", "repeat" or "window".
func (ev *Event) Kind() string {
	if ev.Exchange.N != 0 {
		return "exchange"
	}
	return recordKinds[ev.Record.Kind]
}

// Kinds returns all that [Event.Kind] can be.
func Kinds() []string { return append([]string{"exchange"}, recordKinds[1:]...) }

// AppendRecordJSON appends an event that is no exchange as one JSON object,
// without a newline, and returns the extended slice. The keys, in this order:
//
//	kind      what it is, see [Event.Kind]
//	t         seconds from the start of the trace; of a repeat to the end of the last
//	call      number of the driver call; absent if none
//	n         repeat: number of the exchange that happened again
//	times     repeat: how often
//	span_us   repeat: microseconds from the end of the first to that of the last
//	text      else: console text or note as it is, of others what [AppendText] says
//
// before is the number of the exchange before the record, 0 if there was none.
func AppendRecordJSON(dst []byte, ev *Event, before int) []byte {
	rec := &ev.Record
	dst = appendString(append(dst, `{"kind":`...), ev.Kind())
	dst = appendSeconds(append(dst, `,"t":`...), rec.Time)
	if rec.ID != 0 {
		dst = strconv.AppendUint(append(dst, `,"call":`...), uint64(rec.ID), 10)
	}
	switch rec.Kind {
	case capture.KindRepeat:
		dst = strconv.AppendInt(append(dst, `,"n":`...), int64(before), 10)
		dst = strconv.AppendUint(append(dst, `,"times":`...), rec.Repeat.N, 10)
		dst = appendMicros(append(dst, `,"span_us":`...), rec.Repeat.Span)
	case capture.KindText, capture.KindNote:
		dst = appendString(append(dst, `,"text":`...), rec.Text)
	default:
		dst = appendString(append(dst, `,"text":`...), DescribeRecord(rec))
	}
	return append(dst, '}')
}
