package fidelity

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// A service is what answers at an address.
type service uint8

const (
	refusing service = iota
	absent           // there is no host
	plain
	secure
)

// An owner is who has a port.
type owner uint8

const (
	nobody owner = iota
	module
	others
)

// A network is the world the module's sockets reach. Nothing happens in it on
// its own: every change is an event of the recording.
type network struct {
	tls *tls.Config // of secure services; nil: there are none

	mu       sync.Mutex
	names    map[string]netip.Addr
	services map[netip.AddrPort]service
	tcp, udp map[uint16]owner // ports that are taken
	sendErr  error            // of datagrams; nil: they go out
	at       *farEnd          // who is at the other end of the socket the command at work is about
	conns    []*conn
	tasks    sync.WaitGroup
}

var _ emulator.Network = (*network)(nil)

func newNetwork() *network {
	return &network{
		names: map[string]netip.Addr{}, services: map[netip.AddrPort]service{},
		tcp: map[uint16]owner{}, udp: map[uint16]owner{},
	}
}

// Dial implements [emulator.Network].
func (n *network) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	far := n.at
	n.mu.Unlock()
	if far != nil && far.gate != nil {
		select {
		case <-far.gate:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch kind := n.services[to]; {
	case kind == refusing:
		return nil, syscall.ECONNREFUSED
	case kind == absent:
		return nil, syscall.EHOSTUNREACH
	case far == nil || far.peer != nil:
		return nil, syscall.EHOSTUNREACH // nobody has told who answers
	default:
		module, peer := n.pipe(to)
		far.meet(n, peer, kind)
		return module, nil
	}
}

// pipe returns the two sides of a new connection, which end with the network.
func (n *network) pipe(remote netip.AddrPort) (module, peer *conn) {
	module, peer = newPipe(remote)
	n.conns = append(n.conns, module, peer)
	return module, peer
}

// Listen implements [emulator.Network].
func (n *network) Listen(number uint16) (net.Listener, error) {
	free, err := n.open(n.tcp, number)
	if err != nil {
		return nil, err
	}
	l := listener{newPort[*conn](free)}
	if n.at != nil {
		n.at.listener = l
	}
	return l, nil
}

// ListenPacket implements [emulator.Network].
func (n *network) ListenPacket(number uint16, _ netip.Addr) (emulator.PacketConn, error) {
	free, err := n.open(n.udp, number)
	if err != nil {
		return nil, err
	}
	c := packetConn{newPort[*datagram](free), n}
	if n.at != nil {
		n.at.packets = c
	}
	return c, nil
}

// open takes a port; 0 is any.
func (n *network) open(ports map[uint16]owner, number uint16) (free func(), err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if number == 0 {
		return func() {}, nil
	}
	if ports[number] != nobody {
		return nil, syscall.EADDRINUSE
	}
	ports[number] = module
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(ports, number)
	}, nil
}

// Lookup implements [emulator.Network].
func (n *network) Lookup(_ context.Context, host string) (netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if addr, ok := n.names[strings.ToLower(host)]; ok {
		return addr, nil
	}
	return netip.Addr{}, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func (n *network) sendError() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.sendErr
}

// ports returns who has which.
func (n *network) ports(tcp bool) map[uint16]owner {
	if tcp {
		return n.tcp
	}
	return n.udp
}

// change lets fn change the network.
func (n *network) change(fn func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	fn()
}

// close ends all connections and waits for whoever served them.
func (n *network) close() {
	for _, c := range n.conns {
		c.Close()
	}
	n.tasks.Wait()
}
