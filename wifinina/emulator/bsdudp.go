package emulator

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// bindUDP gives a datagram socket a port, 0 for any, instead of the one it had.
func (s *bsdSocket) bindUDP(port uint16) wire.Errno {
	udp, err := s.f.newUDPPort(port, noGroup)
	if err != nil {
		return wire.EADDRINUSE
	}
	if s.udp != nil {
		s.udp.abort()
	}
	udp.admits = s.admits
	s.udp = udp
	return wire.EOK
}

// bound makes sure that a datagram socket has a port.
func (s *bsdSocket) bound() wire.Errno {
	if s.udp != nil {
		return wire.EOK
	}
	return s.bindUDP(0)
}

// admits reports whether lwIP lets a datagram in: from the peer alone, if there
// is one, and while there is room.
func (s *bsdSocket) admits(d datagram) bool {
	if s.peer.IsValid() {
		addr := s.peer.Addr()
		if d.from.Port() != s.peer.Port() || d.from.Addr() != addr && !addr.IsUnspecified() {
			return false
		}
	}
	return s.udp.held()+len(d.data) <= s.recvBuffer
}

// setPeer makes to the one peer of a datagram socket.
func (s *bsdSocket) setPeer(to netip.AddrPort) wire.Errno {
	if err := s.bound(); err != wire.EOK {
		return err
	}
	s.peer = to
	return wire.EOK
}

// sendDatagram sends to the peer when it is told no address. Without a peer
// either, lwIP sends it where nobody is.
func (s *bsdSocket) sendDatagram(to netip.AddrPort, data []byte) wire.Errno {
	if err := s.bound(); err != wire.EOK {
		return err
	}
	if !s.f.radio.up() {
		return wire.EHOSTUNREACH
	}
	if !to.IsValid() || to.Addr().IsUnspecified() {
		to = s.peer
	}
	if !to.IsValid() || to.Addr().IsUnspecified() {
		return wire.EOK
	}
	if _, err := s.udp.conn.WriteToUDPAddrPort(data, to); err != nil {
		return wire.EHOSTUNREACH
	}
	return wire.EOK
}

// recvDatagram takes the next datagram; what p has no room for is lost.
func (s *bsdSocket) recvDatagram(p []byte) (int, netip.AddrPort, wire.Errno) {
	if s.udp == nil || len(s.udp.mail) == 0 {
		return 0, netip.AddrPort{}, wire.EAGAIN
	}
	d := s.udp.take()
	return copy(p, d.data), d.from, wire.EOK
}
