package emulator

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

const (
	// firstDynamic is where the ports begin that nobody has asked for.
	firstDynamic = 49152
	// synInterval is how long a connect waits before it tries again.
	synInterval = time.Second
)

// A Node is a host on a [Memory] network. Its methods are those of [Network].
type Node struct {
	net       *Memory
	addr      netip.Addr
	listeners map[uint16]*memoryListener
	sockets   map[uint16]*memorySocket
	lastPort  uint16 // dynamic port given out last
}

var _ Network = (*Node)(nil)

// Dial implements [Network]. It takes one round trip. Without a listener at to
// it returns ECONNREFUSED, without a node EHOSTUNREACH. A listener whose
// backlog is full, and a black hole, do not answer: then it tries again every
// second until ctx is done. What it returns has CloseWrite, as *net.TCPConn.
func (n *Node) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	from := netip.AddrPortFrom(n.addr, n.port(to))
	if from.Port() == 0 {
		return nil, dialError(to, syscall.EADDRNOTAVAIL)
	}
	luck := n.net.chance(from, to)
	for {
		delay := n.net.delay(luck)
		if err := pass(ctx, delay); err != nil {
			return nil, dialError(to, err)
		}
		c, err := n.net.syn(from, to)
		if err == errNoAnswer {
			if err = pass(ctx, synInterval-delay); err != nil {
				return nil, dialError(to, err)
			}
			continue
		}
		if late := pass(ctx, delay); late != nil && err == nil {
			c.Close()
			err = late
		}
		if err != nil {
			return nil, dialError(to, err)
		}
		return c, nil
	}
}

func dialError(to netip.AddrPort, err error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(to), Err: err}
}

// syn asks the listener at to for a connection.
func (m *Memory) syn(from, to netip.AddrPort) (*memoryConn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	far := m.nodes[to.Addr()]
	switch {
	case m.reach[from.Addr()] == BlackHole || m.reach[to.Addr()] == BlackHole:
		return nil, errNoAnswer
	case far == nil || m.cut(from.Addr(), to.Addr()):
		return nil, syscall.EHOSTUNREACH
	}
	ln := far.listeners[to.Port()]
	if ln == nil {
		return nil, syscall.ECONNREFUSED
	}
	if len(ln.backlog) == cap(ln.backlog) {
		return nil, errNoAnswer
	}
	c := m.connect(from, to)
	ln.backlog <- c.peer
	return c, nil
}

// port returns the next dynamic port that is not in use towards to.
func (n *Node) port(to netip.AddrPort) uint16 {
	n.net.mu.Lock()
	defer n.net.mu.Unlock()
	return n.nextPort(func(port uint16) bool {
		local := netip.AddrPortFrom(n.addr, port)
		return n.listeners[port] != nil || n.net.conns[ends{local, to}] != nil || n.net.conns[ends{to, local}] != nil
	})
}

// nextPort returns a dynamic port that is not taken, 0 when all are.
func (n *Node) nextPort(taken func(uint16) bool) uint16 {
	for range 1<<16 - firstDynamic {
		n.lastPort = max(n.lastPort+1, firstDynamic)
		if !taken(n.lastPort) {
			return n.lastPort
		}
	}
	return 0
}

// Lookup implements [Network]. It takes one round trip.
func (n *Node) Lookup(ctx context.Context, host string) (netip.Addr, error) {
	addr, known := n.net.cfg.Names[strings.ToLower(host)]
	if known && !addr.IsValid() {
		<-ctx.Done()
		return addr, ctx.Err()
	}
	if err := pass(ctx, 2*n.net.cfg.Latency); err != nil {
		return netip.Addr{}, err
	}
	if !known {
		return addr, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return addr, nil
}
