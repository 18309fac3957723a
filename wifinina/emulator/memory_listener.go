package emulator

import (
	"net"
	"net/netip"
	"syscall"
	"time"
)

// backlog is how many connections wait to be accepted.
const backlog = 16

// A memoryListener is a listener on a Memory network.
type memoryListener struct {
	node    *Node
	port    uint16
	backlog chan *memoryConn
	done    chan struct{} // closed when the listener is
}

var _ net.Listener = (*memoryListener)(nil)

// Listen implements [Network]. A port that is taken is EADDRINUSE; port 0 is
// any that is free.
func (n *Node) Listen(port uint16) (net.Listener, error) {
	n.net.mu.Lock()
	defer n.net.mu.Unlock()
	taken := func(port uint16) bool { return n.listeners[port] != nil }
	if port == 0 {
		port = n.nextPort(taken)
	}
	if port == 0 || taken(port) {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Err: syscall.EADDRINUSE}
	}
	l := &memoryListener{node: n, port: port, backlog: make(chan *memoryConn, backlog), done: make(chan struct{})}
	n.listeners[port] = l
	return l, nil
}

// Addr implements [net.Listener].
func (l *memoryListener) Addr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(l.node.addr, l.port))
}

// Accept implements [net.Listener].
func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.backlog:
		return c, nil
	case <-l.done:
		return nil, l.closedError("accept")
	}
}

// Close implements [net.Listener]. Connections nobody has accepted are reset.
func (l *memoryListener) Close() error {
	m := l.node.net
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.node.listeners[l.port] != l {
		return l.closedError("close")
	}
	delete(l.node.listeners, l.port)
	close(l.done)
	for len(l.backlog) > 0 {
		c := <-l.backlog
		c.peer.reset(time.Now().Add(m.cfg.Latency))
		c.shut()
	}
	return nil
}

func (l *memoryListener) closedError(op string) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
}
