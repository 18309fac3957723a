//go:build !tinygo

package netdev

import (
	"net"
	"net/netip"
	"time"
)

// A UDPConn is a UDP socket over a Netdever, as a net.PacketConn and, when it
// was dialled, a net.Conn. Several goroutines may use it at once. ReadFrom and
// WriteTo want a [PacketNetdever].
type UDPConn struct {
	*conn
	packets PacketNetdever // nil: the device is none
}

var (
	_ net.Conn       = (*UDPConn)(nil)
	_ net.PacketConn = (*UDPConn)(nil)
)

func newUDPConn(dev Netdever, network string) (*UDPConn, error) {
	c, err := newConn(dev, network, SOCK_DGRAM, IPPROTO_UDP)
	if err != nil {
		return nil, err
	}
	packets, _ := dev.(PacketNetdever)
	return &UDPConn{conn: c, packets: packets}, nil
}

// ReadFrom implements net.PacketConn. What of a datagram does not fit is lost.
// ErrNotSupported: the device does not tell who sends.
func (c *UDPConn) ReadFrom(b []byte) (int, net.Addr, error) {
	if c.packets == nil {
		return 0, nil, c.fail("read", ErrNotSupported)
	}
	if len(b) == 0 {
		return 0, nil, c.fail("read", c.gate.err())
	}
	var n int
	var from netip.AddrPort
	err := c.retry(&c.reading, func(until time.Time) (err error) {
		n, from, err = c.packets.RecvFrom(c.fd, b, 0, until)
		return err
	})
	if err = cut(err); err != nil {
		return max(n, 0), nil, c.fail("read", err)
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// WriteTo implements net.PacketConn. to is a *net.UDPAddr with an IPv4
// address. net.ErrWriteToConnected: the socket was dialled. ErrNotSupported:
// the device sends to one peer only.
func (c *UDPConn) WriteTo(b []byte, to net.Addr) (int, error) {
	n, err := c.writeTo(b, to)
	if err != nil {
		err = &net.OpError{Op: "write", Net: c.network, Source: c.local, Addr: to, Err: err}
	}
	return n, err
}

func (c *UDPConn) writeTo(b []byte, to net.Addr) (int, error) {
	peer, ok := to.(*net.UDPAddr)
	switch {
	case c.remote != nil:
		return 0, net.ErrWriteToConnected
	case c.packets == nil:
		return 0, ErrNotSupported
	case !ok || peer == nil:
		return 0, ErrMalAddr
	}
	addr := netip.AddrPortFrom(peer.AddrPort().Addr().Unmap(), peer.AddrPort().Port())
	if !addr.Addr().Is4() {
		return 0, ErrFamilyNotSupported
	}
	n := 0
	err := c.retry(&c.writing, func(until time.Time) (err error) {
		n, err = c.packets.SendTo(c.fd, b, 0, addr, until)
		return err
	})
	return max(n, 0), err
}
