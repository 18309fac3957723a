package ledger

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func begins(id bus.CallID, op bus.Op) decode.Event {
	rec := capture.Record{Kind: capture.KindBegin, ID: id}
	rec.Call.Op = op
	return decode.Event{Record: rec}
}

func ends(id bus.CallID, op bus.Op) decode.Event {
	rec := capture.Record{Kind: capture.KindEnd, ID: id}
	rec.Call.Op = op
	return decode.Event{Record: rec}
}

func serves(id bus.CallID, n int) decode.Event {
	ev := decode.Event{Exchange: decode.Exchange{N: n}}
	ev.Exchange.Request.Bytes = []byte{0xE0}
	ev.Exchange.Request.Window.Call = id
	return ev
}

func starts() decode.Event { return decode.Event{Record: capture.Record{Kind: capture.KindStart}} }

func TestCalls(t *testing.T) {
	for name, c := range map[string]struct {
		events []decode.Event
		want   []string
	}{
		"two at once": {[]decode.Event{begins(1, bus.OpRecv), serves(1, 1), begins(2, bus.OpSend), serves(2, 2), serves(1, 3), ends(2, bus.OpSend), ends(1, bus.OpRecv)},
			[]string{"2 Send 1 2-2 true true", "1 Recv 2 1-3 true true"}},
		"no end":             {[]decode.Event{begins(1, bus.OpRecv), serves(1, 1)}, []string{"1 Recv 1 1-1 true false"}},
		"no begin":           {[]decode.Event{serves(1, 1), ends(1, bus.OpRecv)}, []string{"1 Recv 0 0-0 false true"}},
		"a number once more": {[]decode.Event{begins(1, bus.OpRecv), begins(1, bus.OpSend), ends(1, bus.OpSend)}, []string{"1 Recv 0 0-0 true false", "1 Send 0 0-0 true true"}},
		"another recording":  {[]decode.Event{begins(1, bus.OpRecv), starts(), begins(1, bus.OpSend)}, []string{"1 Recv 0 0-0 true false", "1 Send 0 0-0 true false"}},
		"of no call":         {[]decode.Event{serves(0, 1)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			calls := NewCalls(func(c *DriverCall) {
				got = append(got, fmt.Sprintf("%d %s %d %d-%d %v %v", c.ID, c.Op, c.Exchanges, c.First, c.Last, c.Begun, c.Done))
			})
			for i := range c.events {
				calls.Add(&c.events[i])
			}
			calls.Close()
			assert.Equal(t, c.want, got)
		})
	}
}

// Of more calls at once than any driver has, the oldest give way.
func TestCallsAreBounded(t *testing.T) {
	told := 0
	calls := NewCalls(func(*DriverCall) { told++ })
	for id := range bus.CallID(1000) {
		ev := begins(id+1, bus.OpRecv)
		calls.Add(&ev)
	}
	assert.Equal(t, 1000-maxCalls, told)
	calls.Close()
	assert.Equal(t, 1000, told)
}

// A conversation knows the call that opened it and the one that ended it.
func TestConversationKnowsItsCalls(t *testing.T) {
	var closed Conversation
	led := New(func(ev *Event) {
		if ev.Kind == EventClosed {
			closed = *ev.Conv
		}
	})
	add(t, led, trace(t, []capture.Record{begins(3, bus.OpConnect).Record}, of(3, dial), []capture.Record{ends(3, bus.OpConnect).Record},
		[]capture.Record{begins(4, bus.OpClose).Record}, of(4, stop0)))
	assert.Equal(t, bus.OpConnect, closed.Opened.Op)
	assert.EqualValues(t, 3, closed.Opened.Call)
	assert.Equal(t, bus.OpClose, closed.Closed.Op)
}

// of returns the records of an exchange as made for a call.
func of(id bus.CallID, step []capture.Record) (list []capture.Record) {
	for _, rec := range step {
		rec.Window.Call = id
		list = append(list, rec)
	}
	return list
}
