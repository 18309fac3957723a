package fidelity

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A use is what a slot is for.
type use uint8

const (
	unused use = iota
	stream
	datagrams
)

// A slot is what the firmware has in one: its objects outlive its use
// (reference §4.0).
type slot struct {
	use    use
	client *farEnd
	server *farEnd
	udp    *farEnd
}

var slotReaders = map[wire.Command]func(*inference){
	wire.StartClientTCP:    (*inference).startClient,
	wire.StartServerTCP:    (*inference).startServer,
	wire.StopClientTCP:     (*inference).stopClient,
	wire.GetClientStateTCP: (*inference).clientState,
	wire.AvailDataTCP:      (*inference).availData,
	wire.GetDataTCP:        (*inference).getData,
	wire.GetDatabufTCP:     (*inference).getDatabuf,
	wire.GetRemoteData:     (*inference).remoteData,
	wire.SendDataTCP:       (*inference).sendData,
	wire.SendDataUDP:       (*inference).sendDataUDP,
}

// slot returns the slot whose number is at off, nil if there is none.
func (in *inference) slot(off int) *slot {
	if n := int(in.x.u8(off)); n < len(in.slots) {
		return &in.slots[n]
	}
	return nil
}

// connection returns who is connected to a slot.
func (s *slot) connection() *farEnd {
	if s == nil || s.use != stream {
		return nil
	}
	return s.client
}

// listens reports whether the firmware takes the slot for a server.
func (s *slot) listens() bool { return s != nil && s.use == stream && s.server != nil }

func (in *inference) startServer() {
	x, off := in.x, 4
	if x.u8(2) != 3 {
		off = 9
	}
	number, s, mode := x.u16be(off), in.slot(off+3), wire.Mode(x.u8(off+5))
	if s == nil {
		return
	}
	far := &farEnd{}
	in.far[x.n] = far
	in.portFree(number, mode == wire.ModeTCP, x.yes())
	if !x.yes() {
		return
	}
	if mode == wire.ModeTCP {
		s.use, s.server = stream, far
		return
	}
	if s.udp != nil {
		far.dest, far.shown, far.known = s.udp.dest, s.udp.shown, s.udp.known
		far.current, far.left = s.udp.current, s.udp.left
	}
	s.use, s.udp = datagrams, far
}

// portFree makes a port free, or somebody else's. What the module has opened
// itself the network knows.
func (in *inference) portFree(number uint16, tcp, free bool) {
	was, is := others, nobody
	if !free {
		was, is = nobody, others
	}
	in.then(func(p *player) {
		p.net.change(func() {
			if ports := p.net.ports(tcp); ports[number] == was {
				ports[number] = is
			}
		})
	}, "port %d is free: %t", number, free)
}

func (in *inference) stopClient() {
	if s := in.slot(4); s != nil {
		s.use = unused
	}
}

func (in *inference) clientState() {
	s := in.slot(4)
	if s == nil || !in.x.no() {
		return
	}
	if far := s.connection(); far != nil {
		in.ends(far)
	}
	s.use = unused
}

func (in *inference) availData() {
	s, x := in.slot(4), in.x
	if s == nil || !x.tells(1) {
		return
	}
	n := int(x.vals[0].Uint16())
	switch {
	case s.listens():
		in.clientCalls(s.server, n)
	case s.use == datagrams:
		in.datagramShown(s.udp, n)
	case s.connection() != nil:
		in.comes(s.client, n)
	}
}

// clientCalls makes a client call before it is reported in slot n. Without the
// accept flag one that is known may be reported again, because it has sent.
func (in *inference) clientCalls(server *farEnd, n int) {
	if n >= len(in.slots) {
		return
	}
	c, accept := &in.slots[n], in.flag && in.x.u8(6) != 0
	far := c.connection()
	if accept || far == nil || !far.accepted || far.over {
		in.heard++
		far = &farEnd{accepted: true, remote: netip.AddrPortFrom(moduleAddr.Addr(), uint16(51000+in.heard))}
		c.use, c.client, c.server = stream, far, nil
		in.calls(far, server)
	}
	if !accept {
		in.comes(far, 1)
	}
}

// calls makes far connect to a listener of the module. A reply may tell from
// where.
func (in *inference) calls(far, server *farEnd) {
	in.then(func(p *player) { far.call(p.net, server.listener) }, "a client calls")
}

// getData tells one byte. FF may also mean that there is none.
func (in *inference) getData() {
	s, x := in.slot(4), in.x
	if s == nil || !x.tells(1) || len(x.vals[0].Bytes()) != 1 {
		return
	}
	b, peek := x.vals[0].Bytes(), x.u8(6) != 0
	switch far := s.connection(); {
	case s.use == datagrams:
		if s.udp.left > 0 || b[0] != 0xFF {
			in.datagramRead(s.udp, b, peek)
		}
	case far == nil || b[0] == 0xFF && far.have == far.read:
	case peek:
		in.comes(far, 1)
		in.sees(far, b)
	default:
		in.takes(far, b)
	}
}

func (in *inference) getDatabuf() {
	s, x := in.slot(5), in.x
	if s == nil || !x.tells(1) {
		return
	}
	p := x.vals[0].Bytes()
	switch {
	case len(p) == 0:
	case s.use == datagrams:
		in.datagramRead(s.udp, p, false)
	case s.connection() != nil:
		in.takes(s.client, p)
	}
}

func (in *inference) sendData() {
	s, x := in.slot(5), in.x
	far := s.connection()
	if far == nil || s.server != nil || !x.tells(1) {
		return
	}
	asked, n := int(x.u16be(6)), int(x.vals[0].Uint16())
	switch {
	case n >= asked:
	case n == 0:
		in.breaks(far)
	default:
		in.then(func(p *player) {
			p.chip.Inject(emulator.Fault{Kind: emulator.RefuseSends, Command: wire.SendDataTCP, N: n, For: 1})
		}, "there is room for %d bytes to send", n)
	}
}

// remoteData tells where a peer is, or that it is gone.
func (in *inference) remoteData() {
	s, x := in.slot(4), in.x
	if s == nil || !x.tells(2) {
		return
	}
	addr := x.addrPort(0)
	if s.use == datagrams {
		in.senderShown(s.udp, addr)
		return
	}
	far := s.connection()
	switch {
	case far == nil:
	case addr.Port() == 0:
		in.ends(far)
	case far.accepted:
		far.remote = addr
	}
}
