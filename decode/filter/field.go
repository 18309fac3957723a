package filter

import (
	"github.com/ninatrace/ninatrace/decode"
)

// A Field is what a filter can ask of an event.
type Field struct {
	Name string
	Type string // "number", "text", "duration" or "yes/no"
	Doc  string // one line

	values func() []string                 // all it can be; nil: anything
	get    func(*decode.Event) (any, bool) // its value, and whether the event has it
}

// Fields returns the fields, in the order in which to list them. The caller
// may change the slice.
func Fields() []Field { return append([]Field(nil), fields[:]...) }

var fields = [...]Field{
	{"kind", "text", "exchange, start, call, return, pin, wait, note, console, loss, repeat or window", decode.Kinds, always((*decode.Event).Kind)},
	{"time", "duration", "since the start of the trace: of an exchange the request's select", nil, always(at)},
	{"call", "number", "number of the driver call that was served", nil, call},
	{"error", "yes/no", "it did not go well: an exchange failed or has findings, a call returned an error, a wait timed out, something is lost", nil, always(failed)},
	{"line", "text", "all that decode shows behind the columns of times", nil, always(line)},

	{"n", "number", "number of the exchange, from 1", nil, of(number)},
	{"cmd", "text", `name of the command, such as "SEND_DATA_TCP", or "0x31" if it has none`, commands, of((*decode.Exchange).Name)},
	{"code", "number", "number of the command, such as 0x44", nil, of(code)},
	{"sock", "number", "slot or descriptor the request names", nil, sock},
	{"status", "text", "ok, error, no-reply or malformed", statuses, of(status)},
	{"wait", "duration", "from the request's end to READY: how long the coprocessor took", nil, wait},
	{"dur", "duration", "from the request's select to the end of the reply", nil, of(took)},
	{"bytes", "number", "clocked in both directions, with headers and padding", nil, of(clocked)},
	{"payload", "number", "bytes of payload", nil, payload},
	{"text", "text", "the payload, or the text of console and note", nil, text},
	{"finding", "text", "what was out of order, in decode's words", nil, of(finding)},

	{"op", "text", `method of the driver that is called or returns, such as "Recv"`, nil, op},
}

// lookup returns the field of a name, nil for none.
func lookup(name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// zero is a value of the field's type.
func (f *Field) zero() any { return zeros[f.Type] }
