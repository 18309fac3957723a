package netdevtest

import (
	"net"
	"net/netip"

	"github.com/ninatrace/ninatrace/netdev"
)

// Bind implements netdev.Netdever.
func (h *host) Bind(fd int, ip netip.AddrPort) error {
	s, err := h.find(fd)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.bound.IsValid() || s.packets != nil || s.stream != nil || s.listener != nil:
		return netdev.ErrInvalidArgument
	case s.datagram:
		return s.receive(ip)
	}
	s.bound = ip
	return nil
}

// receive opens the system's socket of a datagram socket, under the lock.
func (s *hostSocket) receive(at netip.AddrPort) error {
	if s.ctx.Err() != nil {
		return netdev.ErrInvalidSocketFd
	}
	p, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return netdev.ErrAddrInUse
	}
	s.packets = p
	return nil
}

// Connect implements netdev.Netdever.
func (h *host) Connect(fd int, name string, ip netip.AddrPort) error {
	s, err := h.find(fd)
	if err != nil {
		return err
	}
	if name != "" && !ip.Addr().IsValid() {
		addr, err := h.GetHostByName(name)
		if err != nil {
			return err
		}
		ip = netip.AddrPortFrom(addr, ip.Port())
	}
	if !ip.Addr().Is4() {
		return netdev.ErrMalAddr
	}
	if s.datagram {
		return s.aim(ip)
	}
	return s.connect(ip)
}

func (s *hostSocket) aim(peer netip.AddrPort) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peer = peer
	if s.packets != nil {
		return nil
	}
	return s.receive(netip.AddrPort{})
}

func (s *hostSocket) connect(peer netip.AddrPort) error {
	s.mu.Lock()
	if s.busy || s.stream != nil || s.listener != nil {
		s.mu.Unlock()
		return netdev.ErrInvalidArgument
	}
	s.busy = true
	var d net.Dialer
	if s.bound.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(s.bound)
	}
	s.mu.Unlock()

	c, err := d.DialContext(s.ctx, "tcp4", peer.String())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	switch {
	case err != nil:
		return s.err(netdev.ErrConnectionRefused)
	case s.ctx.Err() != nil:
		_ = c.Close()
		return netdev.ErrInvalidSocketFd
	}
	s.stream = c.(*net.TCPConn)
	return nil
}

// Listen implements netdev.Netdever. The backlog is the system's.
func (h *host) Listen(fd, backlog int) error {
	s, err := h.find(fd)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.datagram:
		return netdev.ErrNotSupported
	case !s.bound.IsValid() || s.stream != nil || s.listener != nil || s.ctx.Err() != nil:
		return s.err(netdev.ErrInvalidArgument)
	}
	l, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(s.bound))
	if err != nil {
		return netdev.ErrAddrInUse
	}
	s.listener = l
	return nil
}

// Accept implements netdev.Netdever.
func (h *host) Accept(fd int) (int, netip.AddrPort, error) {
	none := netip.AddrPort{}
	s, err := h.find(fd)
	if err != nil {
		return -1, none, err
	}
	s.mu.Lock()
	l := s.listener
	s.mu.Unlock()
	if l == nil {
		return -1, none, netdev.ErrInvalidArgument
	}
	c, err := l.AcceptTCP()
	if err != nil {
		return -1, none, s.err(netdev.ErrConnectionReset)
	}
	accepted := newHostSocket(false)
	accepted.stream = c
	peer := addrPort(c.RemoteAddr())
	newfd, err := h.allot(accepted)
	if err != nil {
		_ = c.Close()
		return -1, none, err
	}
	return newfd, peer, nil
}

// LocalAddr implements netdev.LocalAddresser.
func (h *host) LocalAddr(fd int) (netip.AddrPort, error) {
	s, err := h.find(fd)
	if err != nil {
		return netip.AddrPort{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stream != nil:
		return addrPort(s.stream.LocalAddr()), nil
	case s.listener != nil:
		return addrPort(s.listener.Addr()), nil
	case s.packets != nil:
		return addrPort(s.packets.LocalAddr()), nil
	case s.bound.IsValid():
		return s.bound, nil
	}
	return netip.AddrPort{}, netdev.ErrInvalidArgument
}

// addrPort returns the IPv4 address of a socket of the system.
func addrPort(a net.Addr) netip.AddrPort {
	ap := netip.MustParseAddrPort(a.String())
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
