package emulator

import (
	"context"
	"net"
	"net/netip"
	"syscall"
)

// nowhere is a network without anybody on it.
type nowhere struct{ Host }

func (nowhere) Dial(context.Context, netip.AddrPort) (net.Conn, error) {
	return nil, syscall.ECONNREFUSED
}

func (nowhere) Listen(uint16) (net.Listener, error) { return nil, syscall.EADDRINUSE }

func (nowhere) ListenPacket(uint16, netip.Addr) (PacketConn, error) {
	return nil, syscall.EADDRINUSE
}

func (nowhere) Lookup(context.Context, string) (netip.Addr, error) {
	return netip.Addr{}, syscall.EHOSTUNREACH
}
