package emulator

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A kind is the type byte of a slot, nina-fw's socketTypes.
type kind uint8

const (
	tcpSlot kind = 0x00 // a client or a server
	udpSlot kind = 0x01
	tlsSlot kind = 0x02
	free    kind = 0xFF

	reserved kind = 0xFE // told by GET_SOCKET: without UnreservedSlots
)

// A slot is what socket commands address. Its objects exist beside each other
// and outlive its kind: a freed slot still listens, and a client started in it
// is taken for the server (reference §4.0).
type slot struct {
	kind   kind
	client *stream
	tls    *stream
	server *server
	udp    udpSocket

	dialled  bool    // what it holds was connected by START_CLIENT_TCP
	dialling *target // what it is being connected to: without BlockingConnect
}

// slot returns the slot whose number is at off. One the firmware does not have
// is noted and reads as free.
func (f *firmware) slot(off int) *slot {
	n := int(f.u8(off))
	if n < len(f.slots) {
		return &f.slots[n]
	}
	f.misuse("slot %d of %d", n, len(f.slots))
	f.spare = slot{kind: free}
	return &f.spare
}

// exists reports whether s is a slot the firmware has.
func (f *firmware) exists(s *slot) bool { return s != &f.spare }

// stream returns the connection the kind of the slot points to, or nil.
func (s *slot) stream() *stream {
	switch s.kind {
	case tcpSlot:
		return s.client
	case tlsSlot:
		return s.tls
	}
	return nil
}

// listening reports whether the slot answers as a server.
func (s *slot) listening() bool { return s.kind == tcpSlot && s.server != nil }

// freeSlot returns the lowest free slot number, or wire.NoSlot.
func (f *firmware) freeSlot() uint8 {
	for i := range f.slots {
		if f.slots[i].kind == free {
			return uint8(i)
		}
	}
	return wire.NoSlot
}

// getSocket tells a free slot, which genuine firmware does not reserve.
func getSocket(f *firmware) {
	n := f.freeSlot()
	if n != wire.NoSlot && !f.quirk(UnreservedSlots) {
		f.slots[n].kind = reserved
	}
	f.answer(wire.Uint(n))
}

func getState(f *firmware) { f.answer(wire.Flag(f.slot(4).server != nil)) }

// getClientState may free the slot when the answer is 0, on most firmware also
// one that listens or has a UDP socket.
func getClientState(f *firmware) {
	s := f.slot(4)
	switch {
	case s.dialling != nil:
		f.answer(wire.Uint(wire.StateSynSent))
		return
	case s.stream().connected():
		f.answer(wire.Uint(wire.StateEstablished))
		return
	case f.quirk(StateFreesSlots), f.quirk(StateFreesDialled) && s.dialled:
		s.release()
	}
	f.answer(wire.Uint(wire.StateClosed))
}

// release makes the slot free, whatever it still holds.
func (s *slot) release() { s.kind, s.dialled, s.dialling = free, false, nil }

// stopClient closes the client or the UDP socket of a slot and frees it. Genuine
// firmware never closes a listener.
func stopClient(f *firmware) {
	s := f.slot(4)
	s.vacate(f)
	s.release()
	f.answer(wire.Flag(true))
}

// vacate closes what the kind of the slot points to.
func (s *slot) vacate(f *firmware) {
	if st := s.stream(); st != nil {
		st.close()
	}
	if s.kind == udpSlot {
		s.udp.close(f)
	}
	if s.listening() && !f.quirk(ImmortalListeners) {
		s.server.close()
		s.server = nil
	}
}

// getRemoteData tells the peer of a slot. The firmware does not survive a slot
// number it does not have.
func getRemoteData(f *firmware) {
	n := f.u8(4)
	if int(n) >= len(f.slots) && f.quirk(Overruns) {
		f.crash("slot %d of %d", n, len(f.slots))
		return
	}
	s := f.slot(4)
	var peer netip.AddrPort
	if st := s.stream(); st.connected() {
		peer = st.peer
	}
	if s.kind == udpSlot {
		peer = s.udp.remote
	}
	f.answer(wire.IP(octets(peer.Addr())), wire.Uint(peer.Port()))
}

// octets returns the IPv4 address a, zeros if it is none.
func octets(a netip.Addr) [4]byte {
	if a = a.Unmap(); a.Is4() {
		return a.As4()
	}
	return [4]byte{}
}
