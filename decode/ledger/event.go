package ledger

import (
	"net/netip"
	"time"
)

// An Event is one step of a conversation or of the link. It and what it points
// to are valid during the call that tells it.
type Event struct {
	Kind     EventKind
	Exchange int           // number of the exchange that shows it; 0: a reset, a loss, a start or the end does
	Time     time.Duration // its select, since the start of the trace
	Conv     *Conversation // whose it is; nil for EventLink. It may only be read, and is written on while it is open
	Data     Data          // EventData
	Link     Link          // EventLink
}

// EventKind says what an [Event] is about.
type EventKind uint8

// The kinds of events. A conversation has one EventOpened, at last one
// EventClosed, and what it has of the others between them.
const (
	EventOpened EventKind = iota + 1
	EventData             // bytes went over
	EventGap              // bytes may have gone over that are not in the trace
	EventClosed
	EventLink // the state of the link has changed
)

// Data is a part of a stream, or a datagram.
type Data struct {
	From      Side
	Bytes     []byte         // the first of the bytes, as far as they are known
	Len       int            // how many went over
	Times     int64          // how often, 1 mostly: the recorder counts repeated exchanges (capture.Repeat)
	Withheld  bool           // Bytes is short because what follows was masked; else it was left out by the recorder
	Datagram  bool           // one datagram; else a part of a stream
	Partial   bool           // a datagram whose end the host has not read, or whose beginning was not seen
	Broadcast bool           // SEND_DATA_TCP on a listening slot: it went to the clients of Conv, not to one (reference §4.3)
	Peer      netip.AddrPort // of a datagram; zero: the wire does not tell
}

// say tells an event of a conversation.
func (l *Ledger) say(k EventKind, c *conversation) {
	l.event = Event{Kind: k, Exchange: l.now.Exchange, Time: l.now.Time, Conv: &c.Conversation}
	l.tell(&l.event)
}

// gap tells that bytes may be missing; nil is no conversation.
func (l *Ledger) gap(c *conversation) {
	if c == nil {
		return
	}
	c.Gaps++
	l.say(EventGap, c)
}

// data counts bytes that went over once, and tells them.
func (l *Ledger) data(c *conversation, d Data) {
	d.Times = 1
	l.tellData(c, d)
	d.Bytes = l.small(d.Bytes)
	l.last = repeatable{c: c, data: d}
}

func (l *Ledger) tellData(c *conversation, d Data) {
	bytes, datagrams := &c.Received, &c.ReceivedDatagrams
	if d.From == Host {
		bytes, datagrams = &c.Sent, &c.SentDatagrams
	}
	*bytes += d.Times * int64(d.Len)
	if d.Datagram {
		*datagrams += d.Times
	}
	l.event = Event{Kind: EventData, Exchange: l.now.Exchange, Time: l.now.Time, Conv: &c.Conversation, Data: d}
	l.tell(&l.event)
}
