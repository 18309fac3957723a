package netdevtest

import (
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
)

// maxDatagram is the largest datagram of IPv4.
const maxDatagram = 65507

// Send implements netdev.Netdever.
func (h *host) Send(fd int, buf []byte, flags int, deadline time.Time) (int, error) {
	s, err := h.find(fd)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	stream, peer := s.stream, s.peer
	s.mu.Unlock()
	switch {
	case s.datagram && peer.IsValid():
		return s.sendTo(buf, peer)
	case stream == nil:
		return 0, netdev.ErrNotConnected
	}
	sent := 0
	err = s.try(&s.writing, deadline, func(until time.Time) error {
		_ = stream.SetWriteDeadline(until)
		n, err := stream.Write(buf[sent:])
		sent += n
		return err
	})
	return sent, s.streamError(err)
}

// streamError translates what the system says of a stream.
func (s *hostSocket) streamError(err error) error {
	if _, ours := err.(netdev.Error); ours || err == nil || err == io.EOF {
		return err
	}
	return s.err(netdev.ErrConnectionReset)
}

// SendTo implements netdev.PacketNetdever.
func (h *host) SendTo(fd int, buf []byte, flags int, to netip.AddrPort, deadline time.Time) (int, error) {
	s, err := h.find(fd)
	switch {
	case err != nil:
		return 0, err
	case !s.datagram:
		return 0, netdev.ErrNotSupported
	case !to.Addr().Is4():
		return 0, netdev.ErrMalAddr
	}
	return s.sendTo(buf, to)
}

func (s *hostSocket) sendTo(buf []byte, to netip.AddrPort) (int, error) {
	if len(buf) > maxDatagram {
		return 0, netdev.ErrMessageTooLong
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.packets == nil {
		if err := s.receive(netip.AddrPort{}); err != nil {
			return 0, err
		}
	}
	n, err := s.packets.WriteToUDPAddrPort(buf, to)
	if err != nil {
		return 0, s.err(netdev.ErrConnectionReset)
	}
	return n, nil
}

// Recv implements netdev.Netdever.
func (h *host) Recv(fd int, buf []byte, flags int, deadline time.Time) (int, error) {
	s, err := h.find(fd)
	if err != nil {
		return 0, err
	}
	if s.datagram {
		n, _, err := s.recvFrom(buf, deadline)
		if err == netdev.ErrMessageTooLong {
			err = nil
		}
		return n, err
	}
	s.mu.Lock()
	stream := s.stream
	s.mu.Unlock()
	switch {
	case stream == nil:
		return 0, netdev.ErrNotConnected
	case len(buf) == 0:
		return 0, nil
	}
	n := 0
	err = s.try(&s.reading, deadline, func(until time.Time) (err error) {
		_ = stream.SetReadDeadline(until)
		n, err = stream.Read(buf)
		return err
	})
	return n, s.streamError(err)
}

// RecvFrom implements netdev.PacketNetdever.
func (h *host) RecvFrom(fd int, buf []byte, flags int, deadline time.Time) (int, netip.AddrPort, error) {
	s, err := h.find(fd)
	switch {
	case err != nil:
		return 0, netip.AddrPort{}, err
	case !s.datagram:
		return 0, netip.AddrPort{}, netdev.ErrNotSupported
	}
	return s.recvFrom(buf, deadline)
}

func (s *hostSocket) recvFrom(buf []byte, deadline time.Time) (int, netip.AddrPort, error) {
	s.mu.Lock()
	packets := s.packets
	s.mu.Unlock()
	switch {
	case packets == nil:
		return 0, netip.AddrPort{}, netdev.ErrNotConnected
	case len(buf) == 0:
		return 0, netip.AddrPort{}, nil
	}
	var n int
	var from netip.AddrPort
	whole := make([]byte, maxDatagram)
	err := s.try(&s.reading, deadline, func(until time.Time) (err error) {
		n, from, err = s.receiveFromPeer(packets, whole, until)
		return err
	})
	switch {
	case err == netdev.ErrTimeout:
		return 0, netip.AddrPort{}, err
	case err != nil:
		return 0, netip.AddrPort{}, s.err(netdev.ErrConnectionReset)
	case n > len(buf):
		return copy(buf, whole[:n]), from, netdev.ErrMessageTooLong
	}
	return copy(buf, whole[:n]), from, nil
}

// receiveFromPeer receives one datagram, from the peer if there is one.
func (s *hostSocket) receiveFromPeer(packets *net.UDPConn, buf []byte, until time.Time) (int, netip.AddrPort, error) {
	for {
		_ = packets.SetReadDeadline(until)
		n, from, err := packets.ReadFromUDPAddrPort(buf)
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		s.mu.Lock()
		peer := s.peer
		s.mu.Unlock()
		if err != nil || !peer.IsValid() || from == peer {
			return n, from, err
		}
	}
}
