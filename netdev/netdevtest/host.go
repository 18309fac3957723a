package netdevtest

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
)

// maxSockets is how many descriptors a device has.
const maxSockets = 10

// A host is a Netdever on the sockets of the PC.
type host struct {
	mu      sync.Mutex
	sockets [maxSockets]*hostSocket // nil: free
}

// Host returns a device on the sockets of the PC, with ten descriptors, and
// without TLS and options. Any goroutine may use it.
func Host() netdev.Netdever { return &host{} }

var (
	_ netdev.PacketNetdever = (*host)(nil)
	_ netdev.LocalAddresser = (*host)(nil)
)

// A hostSocket is what a descriptor stands for. A call keeps the socket it began
// with, so that it never meets another one under the same number.
type hostSocket struct {
	datagram bool
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	reading  sync.Mutex // held for one attempt
	writing  sync.Mutex // held for one attempt

	mu       sync.Mutex // guards what follows
	bound    netip.AddrPort
	busy     bool // in Connect
	stream   *net.TCPConn
	listener *net.TCPListener
	packets  *net.UDPConn
	peer     netip.AddrPort // of a datagram socket
}

func newHostSocket(datagram bool) *hostSocket {
	s := &hostSocket{datagram: datagram}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Socket implements netdev.Netdever.
func (h *host) Socket(domain, stype, protocol int) (int, error) {
	stream := stype == netdev.SOCK_STREAM && (protocol == 0 || protocol == netdev.IPPROTO_TCP)
	datagram := stype == netdev.SOCK_DGRAM && (protocol == 0 || protocol == netdev.IPPROTO_UDP)
	switch {
	case domain != netdev.AF_INET:
		return -1, netdev.ErrFamilyNotSupported
	case !stream && !datagram:
		return -1, netdev.ErrProtocolNotSupported
	}
	return h.allot(newHostSocket(datagram))
}

func (h *host) allot(s *hostSocket) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for fd, taken := range h.sockets {
		if taken == nil {
			h.sockets[fd] = s
			return fd, nil
		}
	}
	return -1, netdev.ErrNoMoreSockets
}

func (h *host) find(fd int) (*hostSocket, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if fd < 0 || fd >= maxSockets || h.sockets[fd] == nil {
		return nil, netdev.ErrInvalidSocketFd
	}
	return h.sockets[fd], nil
}

// Close implements netdev.Netdever.
func (h *host) Close(fd int) error {
	s, err := h.find(fd)
	if err != nil {
		return err
	}
	h.mu.Lock()
	if h.sockets[fd] != s {
		h.mu.Unlock()
		return netdev.ErrInvalidSocketFd
	}
	h.sockets[fd] = nil
	h.mu.Unlock()
	s.close()
	return nil
}

func (s *hostSocket) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel()
	if s.stream != nil {
		_ = s.stream.Close()
	}
	if s.listener != nil {
		_ = s.listener.Close()
	}
	if s.packets != nil {
		_ = s.packets.Close()
	}
}

// err returns what a failed call has to say: whatever it is, Close comes first.
func (s *hostSocket) err(otherwise error) error {
	if s.ctx.Err() != nil {
		return netdev.ErrInvalidSocketFd
	}
	return otherwise
}

// attempt is how long one attempt to read or write takes at most. Each call has
// a deadline of its own, and the system's sockets have one for all.
const attempt = 5 * time.Millisecond

// try runs attempts until one is not over only because its time is, or the
// deadline has passed. The first attempt is made whatever the deadline.
func (s *hostSocket) try(lock *sync.Mutex, deadline time.Time, call func(until time.Time) error) error {
	for {
		lock.Lock()
		until := time.Now().Add(attempt)
		if !deadline.IsZero() && deadline.Before(until) {
			until = deadline
		}
		if least := time.Now().Add(attempt / 5); until.Before(least) {
			until = least
		}
		err := call(until)
		lock.Unlock()
		if e, ok := err.(net.Error); !ok || !e.Timeout() {
			return err
		}
		if !deadline.IsZero() && !time.Now().Before(deadline) {
			return netdev.ErrTimeout
		}
	}
}

// GetHostByName implements netdev.Netdever.
func (h *host) GetHostByName(name string) (netip.Addr, error) {
	if addr, err := netip.ParseAddr(name); err == nil && addr.Is4() {
		return addr, nil
	}
	addrs, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip4", name)
	if err != nil || len(addrs) == 0 {
		return netip.Addr{}, netdev.ErrHostUnknown
	}
	return addrs[0].Unmap(), nil
}

// Addr implements netdev.Netdever.
func (h *host) Addr() (netip.Addr, error) { return loopback, nil }

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// SetSockOpt implements netdev.Netdever.
func (h *host) SetSockOpt(fd, level, opt int, value any) error {
	if _, err := h.find(fd); err != nil {
		return err
	}
	return netdev.ErrNotSupported
}
