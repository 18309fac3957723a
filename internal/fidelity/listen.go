package fidelity

import (
	"net"
	"net/netip"
	"sync"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// A port is a port the module has opened: what comes to it waits here.
type port[T any] struct {
	mu     sync.Mutex
	change *sync.Cond
	queue  []T
	closed bool
	free   func() // gives the number back
}

func newPort[T any](free func()) *port[T] {
	p := &port[T]{free: free}
	p.change = sync.NewCond(&p.mu)
	return p
}

func (p *port[T]) put(v T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, v)
	p.change.Broadcast()
}

func (p *port[T]) take() (v T, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) == 0 && !p.closed {
		p.change.Wait()
	}
	if p.closed {
		return v, net.ErrClosed
	}
	v = p.queue[0]
	p.queue = p.queue[1:]
	return v, nil
}

func (p *port[T]) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		p.free()
	}
	p.change.Broadcast()
	return nil
}

// A listener takes connections.
type listener struct{ *port[*conn] }

var _ net.Listener = listener{}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.take()
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (l listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(moduleAddr) }

// A datagram is one on its way to the module.
type datagram struct {
	from netip.AddrPort
	data []byte
}

// A packetConn takes datagrams, and sends where nobody looks.
type packetConn struct {
	*port[*datagram]
	net *network
}

var _ emulator.PacketConn = packetConn{}

func (c packetConn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	d, err := c.take()
	if err != nil {
		return 0, netip.AddrPort{}, err
	}
	return copy(b, d.data), d.from, nil
}

func (c packetConn) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) {
	if err := c.net.sendError(); err != nil {
		return 0, err
	}
	return len(b), nil
}
