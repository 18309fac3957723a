package ledger

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// insertDatabuf takes up a part of the datagram in the making.
func (l *Ledger) insertDatabuf() {
	_, c := l.slot()
	if c == nil {
		return
	}
	p, ok := l.ask.data()
	switch says := l.answer.says(); {
	case says == unclear || says == yes && !ok:
		l.gap(c)
	case says == yes:
		c.out.add(p, wire.MaxDatagram)
		l.last = repeatable{c: c, insert: true, data: Data{Bytes: l.small(p.bytes), Len: p.len, Withheld: p.withheld}}
	}
}

// sendDatagram takes up that the datagram went. The firmware keeps it (quirk
// kept-datagram).
func (l *Ledger) sendDatagram() {
	sock, ok := l.ask.sock()
	if !ok {
		return
	}
	c := l.open[Slot][sock]
	switch says := l.answer.says(); {
	case says == unclear, says == yes && c != nil && !c.datagrams():
		l.gap(c)
	case says == yes && c == nil:
		l.gap(l.found(Slot, sock, UDP)) // what it held was not seen
	case says == yes:
		l.datagram(c, Host, c.out, c.remote)
	}
}

// datagram tells a datagram.
func (l *Ledger) datagram(c *conversation, from Side, p piece, peer netip.AddrPort) {
	l.data(c, Data{From: from, Bytes: p.bytes, Len: p.len, Withheld: p.withheld, Datagram: true, Peer: peer})
}

// datagramWaits takes up how much is left of the datagram that is being read.
// If that is not what was left before, it is another one. With it the
// firmware has a new peer, to which it would send, too (reference §4.3.2).
func (l *Ledger) datagramWaits(c *conversation, n int) {
	if n == c.left && c.left > 0 {
		return
	}
	l.cutDatagram(c)
	if n <= wire.MaxDatagram {
		c.left = n
	}
	if n > 0 {
		c.sender, c.remote = netip.AddrPort{}, netip.AddrPort{}
	}
}

// datagramPart takes up what was read of a datagram. Where nobody has asked how
// long it is, what one command reads is taken for the whole.
func (l *Ledger) datagramPart(c *conversation, p piece) {
	if c.left > 0 {
		c.in.add(p, c.in.len+p.len)
		if c.left = max(c.left-p.len, 0); c.left > 0 {
			return
		}
		p = c.in
	}
	l.datagram(c, Peer, p, c.sender)
	c.in = piece{bytes: c.in.bytes[:0]}
	c.sender = netip.AddrPort{}
}

// cutDatagram tells a datagram that was not read to its end.
func (l *Ledger) cutDatagram(c *conversation) {
	if c.in.len > 0 {
		p := c.in
		l.data(c, Data{From: Peer, Bytes: p.bytes, Len: p.len, Withheld: p.withheld,
			Datagram: true, Partial: true, Peer: c.sender})
	}
	c.in = piece{bytes: c.in.bytes[:0]}
	c.left = 0
}
