package decode

import (
	"bytes"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// The limits of what is remembered of polls.
const (
	maxPolls     = 16  // different ones at a time
	maxPollFrame = 128 // bytes of a request or a reply
)

// A fold counts polls that happen again with the same result. It remembers the
// polls since anything else happened: a host that asks two sockets by turns
// repeats itself as much as one that asks a single one.
type fold struct {
	polls []polled
	order []int // of those that are counted, as they were first
	last  int   // index of the poll the event before was, -1: it was none
}

// A polled is a poll that was shown, and what was counted of it since.
type polled struct {
	ex     Exchange // with bytes of its own
	n      uint64
	number int // of the first that is counted
	first  time.Duration
	last   time.Duration
	wait   time.Duration // the longest
}

// count counts the exchange, if it is a poll that was shown before.
func (f *fold) count(ex *Exchange) bool {
	f.last = -1
	if !idlePoll(ex) {
		return false
	}
	for i := range f.polls {
		if x := &f.polls[i]; same(&x.ex, ex) {
			f.add(i, 1, ex.N, ex.Time, ex.Time, ex.Wait)
			return true
		}
	}
	return false
}

// more counts the repeats of the event before, if that was a poll.
func (f *fold) more(rec *capture.Record) bool {
	if f.last < 0 || len(f.polls) == 0 {
		return false
	}
	f.add(f.last, rec.Repeat.N, 0, rec.Time-rec.Repeat.Span, rec.Time, 0)
	return true
}

func (f *fold) add(i int, n uint64, number int, first, last, wait time.Duration) {
	x := &f.polls[i]
	if x.n == 0 {
		f.order = append(f.order, i)
		x.number, x.first, x.wait = number, first, wait
	}
	x.n += n
	x.last = last
	x.wait = max(x.wait, wait)
	f.last = i
}

// shown remembers an exchange that was shown, if it is a poll. Any other
// makes the polls before it forgotten.
func (f *fold) shown(ex *Exchange) {
	if !idlePoll(ex) {
		f.forget()
		return
	}
	if len(f.polls) == maxPolls {
		f.forget()
	}
	f.last = len(f.polls)
	f.polls = slices.Grow(f.polls, 1)[:f.last+1]
	f.polls[f.last].keep(ex)
}

// reset makes nothing counted.
func (f *fold) reset() {
	for _, i := range f.order {
		f.polls[i].n = 0
	}
	f.order = f.order[:0]
}

// forget forgets all polls. None may be counted.
func (f *fold) forget() { f.polls, f.last = f.polls[:0], -1 }

// idlePoll reports whether an exchange is a poll that went well and brought
// nothing along.
func idlePoll(ex *Exchange) bool {
	return wire.PollOf(ex.Cmd) != wire.NoPoll && ex.Status == OK && !ex.brought() &&
		len(ex.Request.Bytes) <= maxPollFrame && len(ex.Reply.Bytes) <= maxPollFrame &&
		len(ex.Request.Window.Masks)+len(ex.Reply.Window.MISOMasks) == 0
}

// brought reports whether there is payload in a reply that went well.
func (ex *Exchange) brought() bool {
	spec := ex.Reply.Message.Spec()
	for i := range ex.Results {
		if spec != nil && i < len(spec.Reply) && spec.Reply[i].Type == wire.Blob && len(ex.Results[i].Bytes()) > 0 {
			return true
		}
	}
	return false
}

// same reports whether two polls are alike but for their times and what was
// clocked behind the reply.
func same(a, b *Exchange) bool {
	return a.Cmd == b.Cmd && a.Family == b.Family && a.Firmware == b.Firmware &&
		bytes.Equal(a.Request.Bytes, b.Request.Bytes) &&
		bytes.Equal(unpadded(&a.Reply), unpadded(&b.Reply)) &&
		slices.Equal(a.Findings, b.Findings)
}

// unpadded returns the bytes of a reply up to its end byte.
func unpadded(t *Transaction) []byte { return t.Bytes[:t.Message.Size] }

// keep makes x a copy of an exchange, in memory of its own that it uses again.
// What the bytes say is read when it is shown.
func (x *polled) keep(ex *Exchange) {
	was := &x.ex
	request := append(was.Request.Bytes[:0], ex.Request.Bytes...)
	reply := append(was.Reply.Bytes[:0], ex.Reply.Bytes...)
	findings := append(was.Findings[:0], ex.Findings...)
	args, results := was.Args[:0], was.Results[:0]
	x.ex, x.n = *ex, 0
	x.ex.Request.Bytes, x.ex.Reply.Bytes, x.ex.Findings = request, reply, findings
	x.ex.Args, x.ex.Results = args, results
	x.ex.Request.Window, x.ex.Reply.Window = capture.Window{}, capture.Window{}
}

// read reads what the bytes say.
func (x *polled) read() *Exchange {
	q, r := &x.ex.Request, &x.ex.Reply
	x.ex.Args, q.Message = wire.ParseRequest(x.ex.Args[:0], q.Bytes, q.Message.Family)
	x.ex.Results, r.Message = wire.ParseReply(x.ex.Results[:0], r.Bytes, x.ex.Cmd, r.Message.Family, 0)
	return &x.ex
}
