package replay

import (
	"bytes"
	"slices"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An Exchanger is a driver that can send a request as it is and read the reply
// with its own code. buf is where it reads the reply to.
type Exchanger interface {
	Exchange(req, buf []byte, read func(m wire.Message, vals []wire.Value) error) error
}

// An exchange is a request and its reply, as a trace without calls has them.
type exchange struct {
	n      int
	req    *capture.Record
	rep    *capture.Record // made whole; nil: the request was not answered
	family wire.Family
	args   []wire.Value
	result []wire.Value
	msg    wire.Message
	reply  wire.Message
}

// commands replays a trace that has no driver calls, one exchange after the
// other: the request is rebuilt from its values, in the form the sender is
// known to use, and must be the recorded one; the reply is read by the
// driver's code, and must have the values that were recorded. How much of a
// reply is clocked is free, because hosts differ in that.
func (t *Trace) commands(drive Driver) *Divergence {
	played, list, d := t.paired()
	if d != nil {
		return d
	}
	b := NewBus(played)
	b.freeReads = true
	b.run(func() { b.play(drive, list) })
	d = b.Finish()
	b.dismiss()
	return d
}

// play replays the exchanges until one diverges.
func (b *Bus) play(drive Driver, list []exchange) {
	dev, ok := drive(b, b).(Exchanger)
	if !ok {
		b.fail(&Divergence{What: "the driver has no Exchange method, which a trace without driver calls needs", At: -1})
	}
	for i := range list {
		if b.stopped() {
			return
		}
		if d := list[i].play(b, dev); d != nil {
			b.fail(d)
		}
	}
}

// fail ends the replay with a divergence.
func (b *Bus) fail(d *Divergence) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.stop(d)
}

// paired returns the windows of the trace as a driver can replay them, requests
// that were answered and their replies made whole, and all its exchanges.
func (t *Trace) paired() (*Trace, []exchange, *Divergence) {
	played := &Trace{Name: t.Name, patience: t.patience}
	var list []exchange
	family := wire.Arduino
	for i := range t.records {
		rec := &t.records[i]
		if rec.Kind != capture.KindWindow || len(rec.Window.MOSI) == 0 {
			continue
		}
		if rec.Window.Status&capture.Unselected != 0 {
			d := &Divergence{What: "the recording has bytes that were clocked with nothing selected", At: -1, Exchange: t.numbers[i], Time: rec.Time, Offset: rec.Offset}
			return nil, nil, d
		}
		if !rec.Window.Reads() {
			list = append(list, exchange{n: t.numbers[i], req: rec, family: family})
			if d := list[len(list)-1].parse(); d != nil {
				return nil, nil, d
			}
			continue
		}
		if len(list) == 0 || list[len(list)-1].rep != nil {
			d := &Divergence{What: "the recording has a reply that nobody asked for", At: -1, Exchange: t.numbers[i], Time: rec.Time, Offset: rec.Offset}
			d.WantText = describe(rec)
			return nil, nil, d
		}
		ex := &list[len(list)-1]
		if d := ex.complete(rec); d != nil {
			return nil, nil, d
		}
		if ex.msg.Cmd == wire.GetFWVersion && len(ex.result) > 0 {
			_, family = wire.ParseVersion(string(ex.result[0].Bytes()))
		}
		played.records = append(played.records, *ex.req, *ex.rep)
		played.numbers = append(played.numbers, ex.n, ex.n)
	}
	return played, list, nil
}

// parse reads the request.
func (ex *exchange) parse() *Divergence {
	ex.args, ex.msg = wire.ParseRequest(nil, ex.req.Window.MOSI, ex.family)
	if ex.msg.Err != 0 {
		return ex.diverge("the recorded request is damaged: "+ex.msg.Err.Error(), ex.msg.At, nil)
	}
	return nil
}

// complete reads the reply and makes it whole.
func (ex *exchange) complete(rec *capture.Record) *Divergence {
	data := wire.DataLen(ex.req.Window.MOSI, ex.family)
	ex.result, ex.reply = wire.ParseReply(nil, rec.Window.MISO, ex.msg.Cmd, ex.family, data)
	if ex.reply.Err != 0 {
		return &Divergence{
			What: "the recorded reply is damaged: " + ex.reply.Err.Error(), Exchange: ex.n, Time: rec.Time, Offset: rec.Offset,
			At: ex.reply.At, Want: rec.Window.MISO, WantText: "the reply to " + words(ex.req.Window.MOSI),
		}
	}
	whole := *rec
	win := &whole.Window
	win.MISO = ex.whole(win.MISO, data)
	win.MOSI = bytes.Repeat([]byte{0xFF}, len(win.MISO))
	win.Masks = nil
	ex.rep = &whole
	return nil
}

// whole returns a reply as the coprocessor had armed it: a host that did not
// clock all of it leaves it to us to know the rest.
func (ex *exchange) whole(got []byte, data int) []byte {
	var full []byte
	switch {
	case ex.reply.ErrorReply:
		full = wire.AppendError(nil)
	case data > 0:
		full = wire.AppendReply(nil, ex.msg.Cmd, ex.family, wire.Int(int64(data)))
	default:
		full = wire.AppendReply(nil, ex.msg.Cmd, ex.family, ex.result...)
	}
	if len(full) > len(got) && bytes.HasPrefix(full, got) {
		return full
	}
	return got
}

// play replays the exchange.
func (ex *exchange) play(b *Bus, dev Exchanger) *Divergence {
	req := ex.rebuilt()
	if want := ex.req.Window.MOSI; !bytes.Equal(req, want) {
		return ex.diverge("the request is encoded in another way", difference(want, req), req)
	}
	if ex.rep == nil {
		return nil
	}
	equal := false
	err := dev.Exchange(req, make([]byte, wire.MaxFrame), func(m wire.Message, vals []wire.Value) error {
		equal = m.ErrorReply == ex.reply.ErrorReply && slices.EqualFunc(vals, ex.result, sameValue)
		return nil
	})
	switch {
	case b.stopped():
		return nil // it is known already
	case err != nil:
		return ex.diverge("the driver rejects the reply: "+err.Error(), -1, nil)
	case !equal && !ex.reply.Cut:
		return ex.diverge("the driver reads other values from the reply", -1, nil)
	}
	return nil
}

// rebuilt encodes the request again from its values.
func (ex *exchange) rebuilt() []byte {
	if form := ex.msg.Form(); form != nil {
		return wire.AppendForm(nil, ex.msg.Cmd, form, ex.args...)
	}
	return wire.AppendRequest(nil, ex.msg.Cmd, ex.args...)
}

// sameValue compares two values of a reply.
func sameValue(a, b wire.Value) bool { return a.Int() == b.Int() && bytes.Equal(a.Bytes(), b.Bytes()) }

// difference returns the offset of the first byte in which a and b differ.
func difference(a, b []byte) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}

// diverge makes a divergence of the exchange; got is what the driver sends.
func (ex *exchange) diverge(what string, at int, got []byte) *Divergence {
	d := &Divergence{What: what, Exchange: ex.n, At: at, Time: ex.req.Time, Offset: ex.req.Offset}
	d.Want = ex.req.Window.MOSI
	d.WantText = words(d.Want)
	if got != nil {
		d.Got, d.GotText = got, words(got)
	}
	return d
}
