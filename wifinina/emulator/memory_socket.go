package emulator

import (
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

const (
	// mailbox is how many datagrams a socket of a Memory network holds.
	mailbox = 64
	// maxPayload is what fits into an IPv4 datagram.
	maxPayload = 65507
)

// A memorySocket is a UDP socket on a Memory network.
type memorySocket struct {
	node   *Node
	local  netip.AddrPort
	group  netip.Addr // multicast group it has joined; invalid: none
	luck   chance
	mail   []parcel // by due
	change event    // mail or closed
	closed bool
}

// A parcel is a datagram on its way until due.
type parcel struct {
	due time.Time
	datagram
}

var _ PacketConn = (*memorySocket)(nil)

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// ListenPacket implements [Network]. A datagram to 255.255.255.255 goes to all
// nodes.
func (n *Node) ListenPacket(port uint16, group netip.Addr) (PacketConn, error) {
	n.net.mu.Lock()
	defer n.net.mu.Unlock()
	taken := func(port uint16) bool { return n.sockets[port] != nil }
	if port == 0 {
		port = n.nextPort(taken)
	}
	if port == 0 || taken(port) {
		return nil, &net.OpError{Op: "listen", Net: "udp", Err: syscall.EADDRINUSE}
	}
	local := netip.AddrPortFrom(n.addr, port)
	s := &memorySocket{node: n, local: local, group: group, luck: n.net.chance(local, netip.AddrPort{})}
	n.sockets[port] = s
	return s, nil
}

// LocalAddr returns the address the socket is bound to.
func (s *memorySocket) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(s.local) }

// ReadFromUDPAddrPort implements [PacketConn]: it waits for a datagram and
// drops what does not fit into b.
func (s *memorySocket) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	mu := &s.node.net.mu
	mu.Lock()
	defer mu.Unlock()
	for !s.closed {
		var arrival time.Time
		if len(s.mail) > 0 {
			first := s.mail[0]
			if arrival = first.due; reached(arrival, time.Now()) {
				s.mail = s.mail[1:]
				return copy(b, first.data), first.from, nil
			}
		}
		s.change.wait(mu, arrival)
	}
	return 0, netip.AddrPort{}, s.opError("read", net.ErrClosed)
}

// WriteToUDPAddrPort implements [PacketConn]. Whether anybody gets the datagram
// it does not tell.
func (s *memorySocket) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	m := s.node.net
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case s.closed:
		return 0, s.opError("write", net.ErrClosed)
	case len(b) > maxPayload:
		return 0, s.opError("write", syscall.EMSGSIZE)
	}
	lost := s.luck.Float64() < m.cfg.Loss
	due := time.Now().Add(m.delay(s.luck))
	if !lost {
		m.deliver(parcel{due, datagram{s.local, append([]byte(nil), b...)}}, to)
	}
	return len(b), nil
}

// deliver puts p on its way to all whom the address to means.
func (m *Memory) deliver(p parcel, to netip.AddrPort) {
	for addr, n := range m.nodes {
		s := n.sockets[to.Port()]
		if s == nil || m.cut(p.from.Addr(), addr) || len(s.mail) == mailbox {
			continue
		}
		if dst := to.Addr(); dst == addr || dst == s.group || dst == broadcast {
			s.post(p)
		}
	}
}

// post puts p behind all that arrive before it.
func (s *memorySocket) post(p parcel) {
	i := len(s.mail)
	for i > 0 && s.mail[i-1].due.After(p.due) {
		i--
	}
	s.mail = slices.Insert(s.mail, i, p)
	s.change.fire()
}

// Close implements [PacketConn].
func (s *memorySocket) Close() error {
	s.node.net.mu.Lock()
	defer s.node.net.mu.Unlock()
	if s.closed {
		return s.opError("close", net.ErrClosed)
	}
	s.closed, s.mail = true, nil
	delete(s.node.sockets, s.local.Port())
	s.change.fire()
	return nil
}

func (s *memorySocket) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "udp", Source: s.LocalAddr(), Err: err}
}
