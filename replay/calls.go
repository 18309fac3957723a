package replay

import (
	"hash/crc32"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A recordedCall is a driver call of the trace and how far the replay is with
// it.
type recordedCall struct {
	begin *capture.Record // nil for the work that belongs to no call
	end   *capture.Record // nil if the trace ends before the call does
	last  int             // index of its last record on the bus, -1: none
	begun bool
	done  bool
	shift time.Duration
}

// A callBook holds the calls of a trace.
type callBook struct {
	order []bus.CallID
	byID  map[bus.CallID]*recordedCall
	ended int // every call that ended before this record has ended in the replay
}

func newCallBook(t *Trace) callBook {
	book := callBook{order: t.calls, byID: map[bus.CallID]*recordedCall{}}
	for i := range t.records {
		rec := &t.records[i]
		switch rec.Kind {
		case capture.KindBegin:
			book.get(rec.ID).begin = rec
		case capture.KindEnd:
			book.get(rec.ID).end = rec
		default:
			book.get(callOf(rec)).last = i
		}
	}
	return book
}

func (b *callBook) get(id bus.CallID) *recordedCall {
	c := b.byID[id]
	if c == nil {
		c = &recordedCall{last: -1}
		b.byID[id] = c
	}
	return c
}

// over reports whether the call has nothing more to do on the bus from record
// next on.
func (b *callBook) over(id bus.CallID, next int) bool {
	c := b.byID[id]
	return c == nil || c.last < next
}

// shift returns by how much the time of a call's own clock is off.
func (b *callBook) shift(id bus.CallID) time.Duration {
	if c := b.byID[id]; c != nil {
		return c.shift
	}
	return 0
}

// Begin implements [bus.Tracer]: it finds the call in the recording.
func (b *Bus) Begin(c bus.Call) bus.CallID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.calls.order) == 0 || b.found != nil {
		return 0
	}
	var first *recordedCall
	for _, id := range b.calls.order {
		rc := b.calls.byID[id]
		if rc.begun {
			continue
		}
		if same(&rc.begin.Call, &c) {
			rc.begun = true
			if !c.Deadline.IsZero() {
				rc.shift = c.Deadline.Sub(epoch.Add(rc.begin.Time + rc.begin.Call.Wait))
			}
			b.moved()
			return id
		}
		if first == nil {
			first = rc
		}
	}
	b.divergeCall(first, &c)
	return 0
}

// same reports whether a call is the recorded one.
func same(rec *capture.Call, c *bus.Call) bool {
	if rec.Op != c.Op {
		return false
	}
	for _, f := range c.Op.Spec().Args {
		if !sameArgument(f.Slot, rec, c) {
			return false
		}
	}
	return true
}

func sameArgument(slot bus.Slot, rec *capture.Call, c *bus.Call) bool {
	switch slot {
	case bus.SlotSock:
		return rec.Sock == c.Sock
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		return rec.Int[slot-bus.SlotInt0] == c.Int[slot-bus.SlotInt0]
	case bus.SlotAddr:
		return rec.Addr == c.Addr
	case bus.SlotText:
		return rec.Text == c.Text
	case bus.SlotHostname:
		return rec.Hostname == c.Hostname
	case bus.SlotSecret:
		return rec.SecretLen == len(c.Secret)
	case bus.SlotData:
		return rec.DataLen == len(c.Data) && (len(c.Data) == 0 || rec.DataSum == crc32.ChecksumIEEE(c.Data))
	case bus.SlotSize:
		return rec.Size == c.Size
	case bus.SlotDeadline:
		return (rec.Wait == 0) == c.Deadline.IsZero()
	}
	return true
}

// End implements [bus.Tracer]: it compares what the call returned.
func (b *Bus) End(id bus.CallID, op bus.Op, r bus.Result) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.calls.byID[id]
	if b.found != nil || c == nil || c.begin == nil {
		return
	}
	c.done = true
	b.turn = id
	switch {
	case !b.calls.over(id, b.next):
		b.diverge("the call is over before the recorded one", b.current())
	case c.end != nil && !sameResult(op, &c.end.Result, &r):
		b.divergeResult(c, op, &r)
	}
	b.moved()
}

// sameResult reports whether a call returned what the recorded one did.
func sameResult(op bus.Op, rec *capture.Result, r *bus.Result) bool {
	if errorText(r.Err) != rec.Err {
		return false
	}
	if r.Err != nil {
		return true
	}
	for _, f := range op.Spec().Results {
		switch {
		case f.Slot == bus.SlotN && rec.N != r.N,
			f.Slot == bus.SlotAddr && rec.Addr != r.Addr,
			f.Slot == bus.SlotData && rec.DataLen != len(r.Data),
			f.Slot == bus.SlotData && len(r.Data) > 0 && rec.DataSum != crc32.ChecksumIEEE(r.Data):
			return false
		}
	}
	return true
}

// errorText returns the text by which a trace knows an error, "" for none.
func errorText(err error) string {
	switch {
	case err == nil:
		return ""
	case err.Error() == "":
		return "error"
	}
	return err.Error()
}

// Finish ends the replay and returns the first divergence, nil if there is
// none: what is left of the recording counts as one.
func (b *Bus) Finish() *Divergence {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watch.stop()
	if b.found != nil {
		return b.found
	}
	if rec := b.current(); rec != nil {
		b.turn = callOf(rec)
		b.diverge("the driver is done, and the recording is not", rec)
		return b.found
	}
	for _, id := range b.calls.order {
		if c := b.calls.byID[id]; !c.begun {
			b.divergeCall(c, nil)
			break
		}
	}
	return b.found
}
