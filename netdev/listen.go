//go:build !tinygo

package netdev

import (
	"context"
	"net"
	"net/netip"
)

// A ListenConfig makes servers on a device, as net.ListenConfig does on the
// system. Several goroutines may use it at once. Its errors are *net.OpError.
type ListenConfig struct {
	// Device is who listens. Nil: the device of [UseNetdev].
	Device Netdever
}

// backlog is how many connections the device is asked to keep until somebody
// accepts them. TinyGo's net package asks for as many.
const backlog = 5

// Listen returns a [TCPListener] on an address as ":80". The network is "tcp"
// or "tcp4". A host in the address must be an address in dotted form.
func (l *ListenConfig) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	at, err := localAddress(ctx, network, address, "tcp", "tcp4")
	if err != nil {
		return nil, listenError(network, at, err)
	}
	c, err := newConn(orCurrent(l.Device), network, SOCK_STREAM, IPPROTO_TCP)
	if err != nil {
		return nil, listenError(network, at, err)
	}
	if err = c.dev.Bind(c.fd, at); err == nil {
		err = c.dev.Listen(c.fd, backlog)
	}
	if err != nil {
		_ = c.shut()
		return nil, listenError(network, at, err)
	}
	bound := c.boundTo(at)
	c.local = net.TCPAddrFromAddrPort(bound)
	return &TCPListener{sock: c, bound: bound, ready: make(chan accepted, 1)}, nil
}

// ListenPacket returns a [UDPConn] that receives at an address as ":53". The
// network is "udp" or "udp4". A host in the address must be an address in dotted
// form.
func (l *ListenConfig) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	at, err := localAddress(ctx, network, address, "udp", "udp4")
	if err != nil {
		return nil, listenError(network, at, err)
	}
	c, err := newUDPConn(orCurrent(l.Device), network)
	if err != nil {
		return nil, listenError(network, at, err)
	}
	if err := c.dev.Bind(c.fd, at); err != nil {
		_ = c.shut()
		return nil, listenError(network, at, err)
	}
	c.local = net.UDPAddrFromAddrPort(c.boundTo(at))
	return c, nil
}

// boundTo returns the address of a socket that was bound, with the port that
// the device has chosen.
func (c *conn) boundTo(at netip.AddrPort) netip.AddrPort {
	if at.Port() != 0 {
		return at
	}
	return netip.AddrPortFrom(at.Addr(), c.localAddr(at).Port())
}

// localAddress reads the address of a server.
func localAddress(ctx context.Context, network, address string, networks ...string) (netip.AddrPort, error) {
	at, err := parse(ctx, network, address, networks...)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if at.host == "" {
		return netip.AddrPortFrom(netip.IPv4Unspecified(), at.port), nil
	}
	addr, ok, err := literal(at.host)
	if !ok {
		err = &net.AddrError{Err: ErrMalAddr.Error(), Addr: at.host}
	}
	return netip.AddrPortFrom(addr, at.port), err
}

func listenError(network string, at netip.AddrPort, err error) error {
	e := &net.OpError{Op: "listen", Net: network, Err: err}
	if at.IsValid() {
		e.Addr = net.TCPAddrFromAddrPort(at)
		if network == "udp" || network == "udp4" {
			e.Addr = net.UDPAddrFromAddrPort(at)
		}
	}
	return e
}
