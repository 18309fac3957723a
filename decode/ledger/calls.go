package ledger

import (
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A DriverCall is a call of the driver's public face with what came of it.
type DriverCall struct {
	ID     bus.CallID
	Op     bus.Op
	Begun  bool         // its begin is in the trace: Call and Begin count
	Done   bool         // its end is in the trace: Result and End count
	Call   capture.Call // its arguments
	Result capture.Result
	Begin  time.Duration // since the start of the trace
	End    time.Duration

	Exchanges   int // how many exchanges were made for it
	First, Last int // their first and last number, 0: none
}

// maxCalls is how many calls can be open at once; of more, the oldest is told
// without its end. A driver has one for each of its goroutines.
const maxCalls = 64

// Calls follows the calls of the driver through a trace. One goroutine at a
// time may use it.
type Calls struct {
	tell func(*DriverCall)
	open []DriverCall // by begin
}

// NewCalls returns Calls that call tell for each call, when it ends. What it is
// told is valid until tell returns.
func NewCalls(tell func(*DriverCall)) *Calls { return &Calls{tell: tell} }

// Add takes up an event of a trace, of which it keeps nothing but the arguments
// of a call.
func (s *Calls) Add(ev *decode.Event) {
	if ex := &ev.Exchange; ex.N != 0 {
		s.exchange(ex)
		return
	}
	switch rec := &ev.Record; rec.Kind {
	case capture.KindBegin:
		s.begin(rec)
	case capture.KindEnd:
		s.end(rec)
	case capture.KindStart:
		s.Close()
	}
}

// Close ends the trace: the calls that go on are told without an end.
func (s *Calls) Close() {
	for i := range s.open {
		s.tell(&s.open[i])
	}
	s.open = s.open[:0]
}

// find returns the index of a call that is open, -1 if it is none.
func (s *Calls) find(id bus.CallID) int {
	for i := range s.open {
		if s.open[i].ID == id {
			return i
		}
	}
	return -1
}

// op returns the method of a call that is open.
func (s *Calls) op(id bus.CallID) bus.Op {
	if i := s.find(id); i >= 0 {
		return s.open[i].Op
	}
	return bus.OpNone
}

func (s *Calls) exchange(ex *decode.Exchange) {
	id := ex.Request.Window.Call
	if ex.Request.Bytes == nil {
		id = ex.Reply.Window.Call
	}
	i := s.find(id)
	if i < 0 {
		return
	}
	c := &s.open[i]
	if c.Exchanges++; c.First == 0 {
		c.First = ex.N
	}
	c.Last = ex.N
}

func (s *Calls) begin(rec *capture.Record) {
	over := s.find(rec.ID) // its number is given out again: its end is missing
	if over < 0 && len(s.open) == maxCalls {
		over = 0
	}
	if over >= 0 {
		s.tell(&s.open[over])
		s.open = slices.Delete(s.open, over, over+1)
	}
	s.open = append(s.open, DriverCall{ID: rec.ID, Op: rec.Call.Op, Begun: true, Call: rec.Call, Begin: rec.Time})
}

// end tells a call. One whose begin is not in the trace has made exchanges
// nobody has counted.
func (s *Calls) end(rec *capture.Record) {
	c := DriverCall{ID: rec.ID, Op: rec.Call.Op}
	if i := s.find(rec.ID); i >= 0 {
		c = s.open[i]
		s.open = slices.Delete(s.open, i, i+1)
	}
	c.Done, c.Result, c.End = true, rec.Result, rec.Time
	s.tell(&c)
}
