package ledger

import "net/netip"

func (l *Ledger) send() { l.write(netip.AddrPort{}) }

func (l *Ledger) sendTo() { l.write(l.ask.peer()) }

// write takes up a send, of which as many bytes went as the reply says. to is
// zero for the peer of the descriptor.
func (l *Ledger) write(to netip.AddrPort) {
	c := l.descriptor()
	p, ok := l.ask.data()
	count, told := l.answer.value("count")
	n := int(count.Int())
	switch {
	case !ok, !told:
		l.gap(c)
		return
	case n == 0 && (p.len > 0 || c == nil):
		l.asked = failure{c: c}
		return
	case c == nil:
		c = l.proven(unseenKind(to))
	}
	p = p.first(n)
	if !c.datagrams() {
		l.data(c, Data{From: Host, Bytes: p.bytes, Len: p.len, Withheld: p.withheld})
		return
	}
	l.datagram(c, Host, p, c.partner(to))
}

func (l *Ledger) recv() { l.read(netip.AddrPort{}) }

func (l *Ledger) recvFrom() { l.read(l.answer.peer()) }

// read takes up what was received. No bytes may be the end of a stream, or
// nothing; an empty datagram has a sender.
func (l *Ledger) read(from netip.AddrPort) {
	c := l.descriptor()
	p, ok := l.answer.data()
	switch {
	case !ok:
		l.gap(c)
		return
	case p.len == 0 && (c == nil || !c.datagrams() || !from.IsValid()):
		if c != nil && c.stream() {
			l.asked = failure{c: c, reading: true}
		}
		return
	case c == nil:
		c = l.proven(unseenKind(from))
	}
	if !c.datagrams() {
		l.data(c, Data{From: Peer, Bytes: p.bytes, Len: p.len, Withheld: p.withheld})
		return
	}
	l.datagram(c, Peer, p, c.partner(from))
}

// partner returns the peer of a datagram: who is named, or else the one the
// descriptor is connected to.
func (c *conversation) partner(named netip.AddrPort) netip.AddrPort {
	switch {
	case named.IsValid():
		c.meet(named)
		return named
	case c.Addr.IsValid():
		return netip.AddrPortFrom(c.Addr, c.Port)
	}
	return netip.AddrPort{}
}

// unseenKind is what a descriptor is that nobody has seen opened: one whose
// bytes have an address has datagrams.
func unseenKind(peer netip.AddrPort) Kind {
	if peer.IsValid() {
		return UDP
	}
	return Unknown
}
