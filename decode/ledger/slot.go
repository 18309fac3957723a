package ledger

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var slotReaders = map[wire.Command]func(*Ledger){
	wire.StartClientTCP:    (*Ledger).startClient,
	wire.StartServerTCP:    (*Ledger).startServer,
	wire.StopClientTCP:     (*Ledger).stopClient,
	wire.StopServerTCP:     (*Ledger).stopServer,
	wire.GetClientStateTCP: (*Ledger).clientState,
	wire.GetStateTCP:       (*Ledger).serverState,
	wire.AvailDataTCP:      (*Ledger).availData,
	wire.GetRemoteData:     (*Ledger).remoteData,
	wire.SendDataTCP:       (*Ledger).sendData,
	wire.GetDatabufTCP:     (*Ledger).getDatabuf,
	wire.GetDataTCP:        (*Ledger).getData,
	wire.InsertDatabuf:     (*Ledger).insertDatabuf,
	wire.SendDataUDP:       (*Ledger).sendDatagram,
}

// slot returns the number of the slot that is asked about, and what is known to
// be in it, nil for nothing.
func (l *Ledger) slot() (uint8, *conversation) {
	n, ok := l.ask.sock()
	if !ok {
		return n, nil
	}
	return n, l.open[Slot][n]
}

func (l *Ledger) startClient() {
	sock, ok := l.ask.sock()
	if !ok {
		return
	}
	mode := wire.Mode(l.ask.number("mode"))
	if mode == wire.ModeUDP {
		l.aim(sock)
		return
	}
	k := TCP
	if mode == wire.ModeTLS || mode == wire.ModeBearSSL {
		k = TLS
	}
	c := l.start(Slot, sock, k)
	c.dialled = true
	if host, ok := l.ask.value("host"); ok {
		c.Host = string(host.Bytes())
	}
	l.dial(c)
	if l.answer.says() == no {
		l.fail(c)
		return
	}
	l.seat(c)
}

// dial notes where a request asks to connect to. A name goes before an address
// (reference §4.3).
func (l *Ledger) dial(c *conversation) {
	c.Port = uint16(l.ask.number("port"))
	if to := l.ask.peer(); to.IsValid() && c.Host == "" {
		c.Addr = to.Addr()
		c.Host = l.names.of(to.Addr())
	}
}

// aim takes up where a UDP slot sends to. Without a socket from
// START_SERVER_TCP this takes the slot, too, and sends nothing.
func (l *Ledger) aim(sock uint8) {
	if l.answer.says() == no {
		return
	}
	c := l.open[Slot][sock]
	if c == nil || !c.datagrams() {
		c = l.start(Slot, sock, UDP)
		l.seat(c)
	}
	c.out = piece{bytes: c.out.bytes[:0]}
	c.remote = netip.AddrPort{}
	if host, ok := l.ask.value("host"); ok && len(host.Bytes()) > 0 {
		c.Host, c.Port = string(host.Bytes()), uint16(l.ask.number("port"))
		return
	}
	if to := l.ask.peer(); to.IsValid() {
		c.remote = to
		c.meet(to)
		c.Host = l.names.of(to.Addr())
	}
}

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
		c.Local = port // after START_CLIENT_TCP, as CircuitPython does it
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

// stopClient frees a slot, also where no reply tells. A listener is not closed
// by it (reference §4.0, quirk 3).
func (l *Ledger) stopClient() {
	if _, c := l.slot(); c != nil {
		c.LivesOn = c.Kind == Listener
		l.close(c, ByHost)
	}
}

// stopServer is answered by no released firmware but with the error frame.
func (l *Ledger) stopServer() {
	if _, c := l.slot(); c != nil && l.answer.says() == yes {
		l.close(c, ByHost)
	}
}

func (l *Ledger) clientState() {
	sock, c := l.slot()
	state, ok := l.answer.value("state")
	switch {
	case !ok:
		l.gap(c) // the slot may be free now
	case state.Int() != 0:
		l.found(Slot, sock, Unknown)
	case c == nil:
	case c.stream() && l.freed(c):
		l.close(c, ByPeer)
	case c.stream():
		l.end(c, ByPeer)
	case l.freed(c):
		c.LivesOn = true
		l.close(c, StatePoll)
	}
}

// freed reports whether this firmware frees a slot when it answers 0 to
// GET_CLIENT_STATE_TCP (reference §4.0, quirk 4).
func (l *Ledger) freed(c *conversation) bool {
	v := l.ex.Firmware
	switch {
	case l.ex.Family == wire.Arduino || v < wire.V(3, 1, 0):
		return true
	case v < wire.V(3, 3, 0):
		return false
	}
	return c.dialled
}

func (l *Ledger) serverState() {
	if sock, ok := l.ask.sock(); ok && l.answer.number("state") == int(wire.StateListen) {
		l.found(Slot, sock, Listener)
	}
}

// availData takes up how much there is to read; of a listening slot, who has
// connected.
func (l *Ledger) availData() {
	_, c := l.slot()
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

func (l *Ledger) remoteData() {
	sock, ok := l.ask.sock()
	peer := l.answer.peer()
	if !ok || !peer.IsValid() {
		return
	}
	c := l.found(Slot, sock, Unknown)
	switch {
	case c.datagrams():
		c.sender, c.remote = peer, peer
		c.meet(peer)
	case !c.Addr.IsValid():
		c.meet(peer)
	}
}
