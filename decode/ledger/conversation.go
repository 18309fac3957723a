package ledger

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Conversation is one use of a slot or of a descriptor: from START_CLIENT_TCP,
// START_SERVER_TCP, an accept or SOCKET_SOCKET until it is free again. A
// connection that fails is one too.
type Conversation struct {
	ID       int    // number in the trace, from 1, in order of opening
	Kind     Kind   // of a descriptor it changes with listen
	Engine   Engine // what Sock is
	Sock     uint8  // slot or descriptor
	Listener int    // Accepted: the ID of the listener, 0: unknown

	Local     uint16     // port on the coprocessor, 0: unknown, or chosen by it
	Addr      netip.Addr // of the peer, or the group of Multicast; invalid: unknown
	Port      uint16     // of the peer, 0: unknown
	Host      string     // name of the peer: as asked for, or of the lookup before; empty: unknown
	ManyPeers bool       // UDP: there was another before Addr and Port

	Opening Opening
	Opened  Moment

	Sent, Received                   int64 // bytes of payload, as the replies say
	SentDatagrams, ReceivedDatagrams int64
	Gaps                             int // how often bytes may be missing in the trace

	Cause   Cause  // who ended it, 0: nobody yet
	Ended   Moment // when that was seen
	Closed  Moment // when slot or descriptor was free again, mostly the same
	Leaked  bool   // it was open still at the end, at a reset, or when its slot was given out again
	LivesOn bool   // its slot is free, its socket in the firmware is not (reference §4.0, quirks 3 and 4)
}

// A Moment is where in the trace something was seen. Its zero value is nowhere.
type Moment struct {
	Exchange int           // number of the exchange, 0: another record, or the end
	Time     time.Duration // its select, since the start of the trace
	Call     bus.CallID    // the driver call that was served, 0: none or unknown
	Op       bus.Op        // what call that was, 0: unknown
}

// A conversation is one with what is needed to follow it.
type conversation struct {
	Conversation
	dialled     bool           // by START_CLIENT_TCP, not for UDP
	nonblocking bool           // by SOCKET_IOCTL
	connecting  bool           // SOCKET_CONNECT has answered 0
	avail       int            // bytes that can be read at least; 0: unknown or none
	in          piece          // of a datagram that is being read
	left        int            // bytes of it that are still to be read, 0: unknown
	sender      netip.AddrPort // of it, zero: unknown
	out         piece          // the datagram in the making
	remote      netip.AddrPort // where it would go, zero: unknown
}

// stream reports whether the conversation is one with a peer that can end it.
func (c *conversation) stream() bool {
	return c.Kind == TCP || c.Kind == Accepted || c.Kind == TLS || c.Kind == Unknown
}

// datagrams reports whether what goes over the conversation has borders.
func (c *conversation) datagrams() bool { return c.Kind == UDP || c.Kind == Multicast || c.Kind == Raw }

// meet notes a peer.
func (c *conversation) meet(peer netip.AddrPort) {
	known := c.Addr.IsValid() && c.Port != 0
	if known && c.datagrams() && c.Kind != Multicast && (c.Addr != peer.Addr() || c.Port != peer.Port()) {
		c.ManyPeers = true
	}
	if c.Kind != Multicast {
		c.Addr, c.Port = peer.Addr(), peer.Port()
	}
}

// start makes a conversation that begins now and is in no slot.
func (l *Ledger) start(e Engine, sock uint8, k Kind) *conversation {
	l.ids++
	c := &conversation{Conversation: Conversation{ID: l.ids, Kind: k, Engine: e, Sock: sock, Opened: l.now}}
	if !l.answer.good {
		c.Opening = Unanswered
	}
	return c
}

// seat gives a conversation its slot or descriptor and tells that it is open.
func (l *Ledger) seat(c *conversation) {
	if old := l.open[c.Engine][c.Sock]; old != nil {
		l.displace(old)
	}
	l.open[c.Engine][c.Sock] = c
	l.say(EventOpened, c)
}

// displace closes what had a slot that begins something else. The firmware
// leaves that open (quirk leaky-start). A descriptor is given out when it is
// free, so that its close was not seen; the same may be so after a gap.
func (l *Ledger) displace(old *conversation) {
	if old.Engine == Descriptor || old.Gaps > 0 || old.Opening == Unanswered || l.answer.says() == unclear {
		l.close(old, Unseen)
		return
	}
	old.Leaked = true
	l.close(old, SlotReused)
}

// found returns the conversation of a slot or descriptor that an exchange
// proves to be there, one of an unknown beginning if none is known.
func (l *Ledger) found(e Engine, sock uint8, k Kind) *conversation {
	if c := l.open[e][sock]; c != nil {
		return c
	}
	c := l.start(e, sock, k)
	c.Opening = NotSeen
	l.seat(c)
	return c
}

// fail tells of a conversation that did not come about.
func (l *Ledger) fail(c *conversation) {
	l.say(EventOpened, c)
	l.finish(c, Failed)
}

// end notes who ended a conversation that still has its slot.
func (l *Ledger) end(c *conversation, why Cause) {
	if c.Cause == 0 {
		c.Cause, c.Ended = why, l.now
	}
}

// close frees the slot or descriptor of a conversation.
func (l *Ledger) close(c *conversation, why Cause) {
	l.open[c.Engine][c.Sock] = nil
	l.finish(c, why)
}

// finish tells that a conversation is over.
func (l *Ledger) finish(c *conversation, why Cause) {
	l.cutDatagram(c)
	l.end(c, why)
	c.Closed = l.now
	l.say(EventClosed, c)
}
