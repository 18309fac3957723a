//go:build !tinygo

package netdev

import (
	"context"
	"net"
	"net/netip"
)

// A Dialer connects through a device, as net.Dialer does through the system.
// Several goroutines may use it at once. Its errors are *net.OpError.
type Dialer struct {
	// Device is who connects. Nil: the device of [UseNetdev].
	Device Netdever
}

// DialContext connects to an address as "example.com:80" or "192.0.2.7:http".
// The network is "tcp" or "tcp4" for a [TCPConn], "udp" or "udp4" for a
// [UDPConn], and "tls" for a [TLSConn], where the device gets the name and
// checks the certificate against it.
//
// When ctx ends before the connection is there, the cause of the error is
// ctx.Err(). The device may go on for a while, and the descriptor is free when
// it has given up. A connection that is there does not end with ctx.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.dial(ctx, network, address)
	if err != nil {
		return nil, dialError(network, err)
	}
	return c, nil
}

// dialError wraps an error as package net does, once.
func dialError(network string, err error) error {
	if _, ok := err.(*net.OpError); ok {
		return err
	}
	return &net.OpError{Op: "dial", Net: network, Err: err}
}

func (d *Dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	to, err := parse(ctx, network, address, "tcp", "tcp4", "udp", "udp4", "tls")
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	if to.host == "" {
		return nil, &net.AddrError{Err: "missing host", Addr: address}
	}
	dev := orCurrent(d.Device)
	if network == "tls" {
		return dialTLS(ctx, dev, to)
	}
	addr, err := (&Resolver{dev}).lookup(ctx, to.host)
	if err != nil {
		return nil, err
	}
	peer := netip.AddrPortFrom(addr, to.port)
	if network == "udp" || network == "udp4" {
		return dialUDP(ctx, dev, network, netip.AddrPort{}, peer)
	}
	return dialTCP(ctx, dev, network, netip.AddrPort{}, peer)
}

func dialTCP(ctx context.Context, dev Netdever, network string, local, peer netip.AddrPort) (net.Conn, error) {
	c, err := newConn(dev, network, SOCK_STREAM, IPPROTO_TCP)
	if err != nil {
		return nil, err
	}
	c.remote = net.TCPAddrFromAddrPort(peer)
	if err := c.connect(ctx, local, "", peer); err != nil {
		return nil, err
	}
	c.setAddrs(c.localAddr(local), peer)
	return &TCPConn{c}, nil
}

func dialUDP(ctx context.Context, dev Netdever, network string, local, peer netip.AddrPort) (net.Conn, error) {
	c, err := newUDPConn(dev, network)
	if err != nil {
		return nil, err
	}
	c.remote = net.UDPAddrFromAddrPort(peer)
	if err := c.connect(ctx, local, "", peer); err != nil {
		return nil, err
	}
	c.local = net.UDPAddrFromAddrPort(c.localAddr(local))
	return c, nil
}

func dialTLS(ctx context.Context, dev Netdever, to target) (net.Conn, error) {
	// TinyGo's net package gives an address in dotted form as a name, too.
	c, err := newConn(dev, "tls", SOCK_STREAM, IPPROTO_TLS)
	if err != nil {
		return nil, err
	}
	c.remote = &TLSAddr{to.host, int(to.port)}
	if err := c.connect(ctx, netip.AddrPort{}, to.host, netip.AddrPortFrom(netip.Addr{}, to.port)); err != nil {
		return nil, err
	}
	c.local = net.TCPAddrFromAddrPort(c.localAddr(netip.AddrPort{}))
	return &TLSConn{c}, nil
}

// connect connects the socket, from a local address if that is valid. A socket
// that is not connected is closed.
func (c *conn) connect(ctx context.Context, local netip.AddrPort, host string, peer netip.AddrPort) error {
	err := await(ctx, func() error {
		return c.ask(func() error { return c.bindAndConnect(local, host, peer) })
	}, func() { _ = c.shut() })
	if err != nil {
		return &net.OpError{Op: "dial", Net: c.network, Addr: c.remote, Err: err}
	}
	return nil
}

func (c *conn) bindAndConnect(local netip.AddrPort, host string, peer netip.AddrPort) error {
	if local.IsValid() {
		if err := c.dev.Bind(c.fd, local); err != nil {
			return err
		}
	}
	return c.dev.Connect(c.fd, host, peer)
}
