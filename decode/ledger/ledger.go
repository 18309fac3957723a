// Package ledger follows the sockets of a coprocessor through a trace: which
// conversations there were, what went over them, who ended them and which were
// left open; and whether there was a network. It is made of the exchanges of
// package decode, and so it works for the traffic of every host.
//
// It says what the wire shows and no more. What a damaged reply would have told
// is unknown and not wrong; a conversation that began before the trace is found
// by the first exchange that proves it. It is bounded: what is kept is what is
// open, at most one conversation for each slot and descriptor number.
package ledger

import (
	"cmp"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Ledger makes [Event]s of the events of a decoder. One goroutine at a time
// may use it.
type Ledger struct {
	tell  func(*Event)
	calls *Calls
	ids   int
	open  [engineCount][256]*conversation // by slot or descriptor
	link  Link
	names names
	asked failure // the BSD-style command that SOCKET_ERRNO is about
	last  repeatable

	now       Moment // of what is added
	until     time.Duration
	exchanges int // the number of the last one

	ex     *decode.Exchange // what is added, and its two directions
	ask    side
	answer side
	event  Event

	payload []byte // memory of small
}

// New returns an empty Ledger, which calls tell for each of its events, during
// Add and Close.
func New(tell func(*Event)) *Ledger {
	return &Ledger{tell: tell, calls: NewCalls(func(*DriverCall) {})}
}

// Add takes up an event of a trace, of which it keeps nothing.
func (l *Ledger) Add(ev *decode.Event) {
	l.calls.Add(ev)
	if ev.Exchange.N != 0 {
		l.exchange(&ev.Exchange)
	} else {
		l.record(&ev.Record)
	}
}

// Close ends the trace: what is open is told as closed by its end.
func (l *Ledger) Close() {
	l.now = Moment{Time: l.until}
	l.closeAll(TraceEnd)
}

// Open returns the conversation that has a slot or descriptor now, nil if none
// is known. It may only be read, and changes with the next Add.
func (l *Ledger) Open(e Engine, sock uint8) *Conversation {
	if c := l.open[e%engineCount][sock]; c != nil {
		return &c.Conversation
	}
	return nil
}

// Link returns what is known of the network now.
func (l *Ledger) Link() Link { return l.link }

// exchange takes up an exchange. A reply without a request says nothing.
func (l *Ledger) exchange(ex *decode.Exchange) {
	w := &ex.Request.Window
	l.now = Moment{Exchange: ex.N, Time: ex.Time, Call: w.Call, Op: l.calls.op(w.Call)}
	l.until = max(l.until, ex.Request.End(), ex.Reply.End())
	l.exchanges, l.last = ex.N, repeatable{}
	if ex.Request.Bytes == nil || int(ex.Cmd) >= len(readers) {
		return
	}
	read := readers[ex.Cmd]
	if read == nil {
		return
	}
	l.ex = ex
	l.ask = request(ex)
	l.answer = reply(ex)
	read(l)
	l.ex = nil
}

// record takes up what is no exchange.
func (l *Ledger) record(rec *capture.Record) {
	l.now = Moment{Time: rec.Time}
	l.until = max(l.until, rec.Window.End(rec.Time))
	switch {
	case rec.Kind == capture.KindRepeat:
		l.again(rec.Repeat.N, rec.Time)
	case rec.Kind == capture.KindPin && rec.Pin == capture.PinReset && !rec.High:
		l.forget(ByReset)
	case rec.Kind == capture.KindStart, rec.Kind == capture.KindLoss && rec.Loss.Joined:
		l.forget(TraceEnd)
	case rec.Kind == capture.KindLoss:
		for _, c := range l.all() {
			l.gap(c)
		}
		l.asked, l.last = failure{}, repeatable{}
	}
}

// forget ends everything.
func (l *Ledger) forget(why Cause) {
	l.closeAll(why)
	l.setLink(Link{})
	l.names, l.asked, l.last = names{}, failure{}, repeatable{}
}

// all returns what is open, in order of opening.
func (l *Ledger) all() []*conversation {
	var list []*conversation
	for e := range l.open {
		for _, c := range l.open[e] {
			if c != nil {
				list = append(list, c)
			}
		}
	}
	slices.SortFunc(list, func(a, b *conversation) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// closeAll closes what is open, which is what was not closed in time.
func (l *Ledger) closeAll(why Cause) {
	for _, c := range l.all() {
		c.Leaked = true
		l.close(c, why)
	}
}

// readers say what each command means for the ledger.
var readers [0x80]func(*Ledger)

func init() {
	for _, table := range []map[wire.Command]func(*Ledger){slotReaders, descriptorReaders, linkReaders, nameReaders} {
		for c, read := range table {
			readers[c] = read
		}
	}
}
