package filter

import (
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// zeros has a value of every type by its name for people.
var zeros = map[string]any{"number": 0, "text": "", "duration": time.Duration(0), "yes/no": false}

// always makes the value of a field that every event has.
func always[T any](get func(*decode.Event) T) func(*decode.Event) (any, bool) {
	return func(ev *decode.Event) (any, bool) { return get(ev), true }
}

// of makes the value of a field that every exchange has.
func of[T any](get func(*decode.Exchange) T) func(*decode.Event) (any, bool) {
	return func(ev *decode.Event) (any, bool) {
		if ev.Exchange.N == 0 {
			return nil, false
		}
		return get(&ev.Exchange), true
	}
}

func at(ev *decode.Event) time.Duration {
	if ev.Exchange.N != 0 {
		return ev.Exchange.Time
	}
	return ev.Record.Time
}

func call(ev *decode.Event) (any, bool) {
	id := ev.Record.ID
	switch {
	case ev.Exchange.Request.Bytes != nil:
		id = ev.Exchange.Request.Window.Call
	case ev.Exchange.N != 0:
		id = ev.Exchange.Reply.Window.Call
	case ev.Record.Kind == capture.KindWindow:
		id = ev.Record.Window.Call
	}
	return int(id), id != 0
}

func failed(ev *decode.Event) bool {
	rec := &ev.Record
	switch {
	case ev.Exchange.N != 0:
		return ev.Exchange.Failed()
	case rec.Kind == capture.KindWait:
		return rec.Window.Status&(capture.WaitTimedOut|capture.TxFailed) != 0
	}
	return rec.Kind == capture.KindLoss || rec.Kind == capture.KindEnd && rec.Result.Err != ""
}

func line(ev *decode.Event) string { return decode.Describe(ev) }

func number(ex *decode.Exchange) int    { return ex.N }
func code(ex *decode.Exchange) int      { return int(ex.Cmd) }
func status(ex *decode.Exchange) string { return ex.Status.String() }

func statuses() (names []string) {
	for s := decode.OK; s <= decode.Malformed; s++ {
		names = append(names, s.String())
	}
	return names
}

// commands are the names of all commands in both families, and the numbers as
// they are written for one without a name.
func commands() (names []string) {
	for c := range 0x80 {
		for _, f := range []wire.Family{wire.Arduino, wire.Adafruit} {
			if name := wire.Command(c).Name(f); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

func sock(ev *decode.Event) (any, bool) {
	if ev.Exchange.N == 0 {
		return nil, false
	}
	s, ok := ev.Exchange.Socket()
	return s, ok
}

func wait(ev *decode.Event) (any, bool) {
	ex := &ev.Exchange
	return ex.Wait, ex.Request.Bytes != nil && ex.Reply.Bytes != nil
}

func took(ex *decode.Exchange) time.Duration {
	return max(ex.Request.End(), ex.Reply.End()) - ex.Time
}

func clocked(ex *decode.Exchange) int { return len(ex.Request.Bytes) + len(ex.Reply.Bytes) }

func payload(ev *decode.Event) (any, bool) {
	b := ev.Exchange.Payload()
	return len(b), b != nil
}

func text(ev *decode.Event) (any, bool) {
	if ev.Exchange.N != 0 {
		b := ev.Exchange.Payload()
		return string(b), b != nil
	}
	rec := &ev.Record
	return string(rec.Text), rec.Kind == capture.KindText || rec.Kind == capture.KindNote
}

func finding(ex *decode.Exchange) string { return strings.Join(ex.Findings, "; ") }

func op(ev *decode.Event) (any, bool) {
	rec := &ev.Record
	is := ev.Exchange.N == 0 && (rec.Kind == capture.KindBegin || rec.Kind == capture.KindEnd)
	return rec.Call.Op.String(), is
}
