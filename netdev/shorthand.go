//go:build !tinygo

package netdev

import (
	"context"
	"net"
	"net/netip"
)

// What follows works on the device of [UseNetdev], as the functions of the same
// names in TinyGo's net package do on a board. Any goroutine may call it.

// Dial is [Dialer.DialContext] without an end.
func Dial(network, address string) (net.Conn, error) {
	return new(Dialer).DialContext(context.Background(), network, address)
}

// DialTLS is [Dialer.DialContext] for "tls".
func DialTLS(address string) (*TLSConn, error) {
	c, err := Dial("tls", address)
	if err != nil {
		return nil, err
	}
	return c.(*TLSConn), nil
}

// DialTCP connects to raddr, from laddr unless that is nil. The network is "tcp"
// or "tcp4".
func DialTCP(network string, laddr, raddr *net.TCPAddr) (*TCPConn, error) {
	if network != "tcp" && network != "tcp4" {
		return nil, dialError(network, net.UnknownNetworkError(network))
	}
	c, err := dialTCP(context.Background(), Current(), network, ipv4(laddr.AddrPort()), ipv4(raddr.AddrPort()))
	if err != nil {
		return nil, dialError(network, err)
	}
	return c.(*TCPConn), nil
}

// DialUDP makes a socket that sends to raddr, from laddr unless that is nil. The
// network is "udp" or "udp4".
func DialUDP(network string, laddr, raddr *net.UDPAddr) (*UDPConn, error) {
	if network != "udp" && network != "udp4" {
		return nil, dialError(network, net.UnknownNetworkError(network))
	}
	c, err := dialUDP(context.Background(), Current(), network, ipv4(laddr.AddrPort()), ipv4(raddr.AddrPort()))
	if err != nil {
		return nil, dialError(network, err)
	}
	return c.(*UDPConn), nil
}

// Listen is [ListenConfig.Listen].
func Listen(network, address string) (net.Listener, error) {
	return new(ListenConfig).Listen(context.Background(), network, address)
}

// ListenPacket is [ListenConfig.ListenPacket].
func ListenPacket(network, address string) (net.PacketConn, error) {
	return new(ListenConfig).ListenPacket(context.Background(), network, address)
}

// ipv4 takes an address out of the form for IPv6, which package net makes of
// some. An address of package net without an IP has only its port: any of
// ours.
func ipv4(a netip.AddrPort) netip.AddrPort {
	if !a.Addr().IsValid() && a.Port() != 0 {
		return netip.AddrPortFrom(netip.IPv4Unspecified(), a.Port())
	}
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
