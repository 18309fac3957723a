package emulator

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
)

// A Network is where the coprocessor's sockets come from. All addresses are
// IPv4. Several goroutines use it at once; contexts end with the firmware.
type Network interface {
	// Dial opens a TCP connection.
	Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error)
	// Listen opens a TCP listener; it fails when the port is taken.
	Listen(port uint16) (net.Listener, error)
	// ListenPacket opens a UDP socket, and joins a multicast group if group
	// is valid. Port 0 is any port.
	ListenPacket(port uint16, group netip.Addr) (PacketConn, error)
	// Lookup resolves a host name.
	Lookup(ctx context.Context, host string) (netip.Addr, error)
}

// A PacketConn is a UDP socket; *net.UDPConn is one. A write does not block.
type PacketConn interface {
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error)
	Close() error
}

// Host is the network of the machine the program runs on. Its zero value lets
// servers of the emulated module be reached from this machine only.
type Host struct {
	// Bind is the address listeners and UDP sockets are bound to. The zero
	// Addr is 127.0.0.1 for listeners and all addresses for UDP, which
	// could not send beyond the machine otherwise.
	Bind netip.Addr
}

var _ Network = Host{}

// Dial implements [Network].
func (Host) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp4", to.String())
}

// Listen implements [Network].
func (h Host) Listen(port uint16) (net.Listener, error) {
	addr := h.Bind
	if !addr.IsValid() {
		addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return net.Listen("tcp4", netip.AddrPortFrom(addr, port).String())
}

// ListenPacket implements [Network].
func (h Host) ListenPacket(port uint16, group netip.Addr) (PacketConn, error) {
	if group.IsValid() {
		return net.ListenMulticastUDP("udp4", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(group, port)))
	}
	addr := ":" + strconv.Itoa(int(port))
	if h.Bind.IsValid() {
		addr = h.Bind.String() + addr
	}
	a, err := net.ResolveUDPAddr("udp4", addr)
	if err != nil {
		return nil, err
	}
	return net.ListenUDP("udp4", a)
}

// errNoIPv4 says that a name has no address of the kind the module can use.
var errNoIPv4 = errors.New("host name has no IPv4 address")

// Lookup implements [Network].
func (Host) Lookup(ctx context.Context, host string) (netip.Addr, error) {
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
	if err != nil {
		return netip.Addr{}, err
	}
	if len(addrs) == 0 {
		return netip.Addr{}, errNoIPv4
	}
	return addrs[0].Unmap(), nil
}
