package ledger

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// startServer takes up a listener, or a port for datagrams.
func (l *Ledger) startServer() {
	sock, ok := l.ask.sock()
	if !ok {
		return
	}
	k := Listener
	switch wire.Mode(l.ask.number("mode")) {
	case wire.ModeUDP:
		k = UDP
	case wire.ModeMulticast:
		k = Multicast
	}
	port := uint16(l.ask.number("port"))
	if c := l.open[Slot][sock]; c != nil && k == UDP && c.Kind == UDP && c.Local == 0 && l.answer.says() != no {
		c.Local = port // it was aimed first, as CircuitPython does it
		return
	}
	c := l.start(Slot, sock, k)
	c.Local = port
	if group, ok := l.ask.value("ip"); ok && k == Multicast {
		c.Addr, c.Port = netip.AddrFrom4(group.IP()), port
	}
	if l.answer.says() == no {
		l.fail(c)
		return
	}
	l.seat(c)
}

// stopServer is answered by no released firmware but with the error frame.
func (l *Ledger) stopServer() {
	if c := l.slot(); c != nil && l.answer.says() == yes {
		l.close(c, ByHost)
	}
}

// serverState finds a listener that was there before.
func (l *Ledger) serverState() {
	if sock, ok := l.ask.sock(); ok && l.answer.number("state") == int(wire.StateListen) {
		l.found(Slot, sock, Listener)
	}
}

// availData takes up how much there is to read; of a listening slot, who has
// connected.
func (l *Ledger) availData() {
	c := l.slot()
	v, ok := l.answer.value("count")
	if c == nil || !ok {
		return
	}
	n := int(v.Int())
	switch {
	case c.Kind == Listener:
		l.accepted(c, n)
	case c.datagrams():
		l.datagramWaits(c, n)
	default:
		c.avail = n
	}
}

// accepted takes up the slot of a client, which is told again as long as it has
// data. 255 is none.
func (l *Ledger) accepted(listener *conversation, slot int) {
	if slot >= wire.MaxSlots {
		return
	}
	c := l.open[Slot][slot]
	switch {
	case c == listener || c != nil && c.Kind == Accepted:
		return
	case c != nil && c.Opening == NotSeen && c.Kind == Unknown:
		c.Kind = Accepted
	default:
		c = l.start(Slot, uint8(slot), Accepted)
		l.seat(c)
	}
	c.Listener, c.Local = listener.ID, listener.Local
}
