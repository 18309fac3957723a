package wifinina

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Bind implements netdev.Netdever. The firmware binds to all its addresses,
// so that of ip only the port counts; port 0 takes a free one, see LocalAddr. A
// UDP socket receives from then on; a stream keeps the port for Listen or
// Connect. ErrAddrInUse: the port is taken.
func (d *Device) Bind(sockfd int, ip netip.AddrPort) error {
	o := d.begin(bus.Call{Op: bus.OpBind, Sock: sockfd, Addr: ip})
	return o.end(bus.Result{Err: o.fail(d.bind(&o, sockfd, ip.Port()))})
}

func (d *Device) bind(o *op, sockfd int, port uint16) error {
	s, err := o.lookup(sockfd)
	switch {
	case err != nil:
		return err
	case s.handle != noHandle || s.phase > bound:
		return netdev.ErrInvalidArgument
	case s.proto == netdev.IPPROTO_UDP:
		return o.bindDatagram(&s, port)
	}
	ours := port == 0
	if ours {
		port = d.somePort()
	}
	return o.change(func(s *socketState) { s.phase, s.local, s.ours = bound, port, ours })
}

// bindDatagram binds a UDP socket to a port, or to one of our choice.
func (o *op) bindDatagram(s *socketState, port uint16) error {
	ours := port == 0
	if ours {
		port = o.d.somePort()
	}
	return o.onPort(port, ours, func(port uint16) error {
		if err := s.engine().bind(*o, port); err != nil {
			return err
		}
		return o.change(func(s *socketState) { s.local = port })
	})
}

// portTries is how many ports of our choice may be taken.
const portTries = 8

// onPort uses a port. If that is one of our choice and taken, others are tried.
func (o *op) onPort(port uint16, ours bool, use func(port uint16) error) error {
	for try := 0; ; try++ {
		err := use(port)
		if !ours || try == portTries || !is(err, netdev.ErrAddrInUse) {
			return err
		}
		port = o.d.somePort()
	}
}

// somePort returns a port for whoever does not care, from those set aside for
// that (RFC 6335).
func (d *Device) somePort() uint16 {
	const first = 49152
	d.mu.Lock()
	defer d.mu.Unlock()
	d.nextPort = max(d.nextPort+1, first) // 65535 is followed by the first again
	return d.nextPort
}

// LocalAddr returns the address of the device and the port that a socket is
// bound to; the port is 0 when the firmware chose it, as it does for a Connect
// without Bind, because it does not tell. The address is not valid when no
// network has given one.
func (d *Device) LocalAddr(sockfd int) (netip.AddrPort, error) {
	o := op{d: d, kind: bus.OpAddr}
	s, err := o.lookup(sockfd)
	if err != nil {
		return netip.AddrPort{}, o.fail(err)
	}
	addr, err := d.Addr()
	if is(err, netdev.ErrNotConnected) {
		err = nil
	}
	return netip.AddrPortFrom(addr, s.local), err
}

// Connect implements netdev.Netdever. A TCP socket connects to ip, or to host
// at ip's port when host is not empty and ip has no address. A TLS socket
// connects to host, which the coprocessor resolves and checks the certificate
// against; without a host it is not supported. A UDP socket sends there from
// then on and hears nobody else; if it was not bound it takes a port of our
// choice.
//
// The BSD engine tells why a connection was not made: ErrConnectionRefused,
// ErrTimeout, ErrHostUnreachable, ErrNoMoreSockets; others have the bus
// meanwhile, and Close ends it. With the slot engine and for TLS the firmware
// does nothing else while it connects, and ErrConnectionRefused is all it says
// of a failure, be it the name, the network or the certificate.
//
// The descriptor is good for another try. ErrInvalidArgument: it is connected.
// ErrNotConnected: there is no network.
func (d *Device) Connect(sockfd int, host string, ip netip.AddrPort) error {
	o := d.begin(bus.Call{Op: bus.OpConnect, Sock: sockfd, Text: host, Addr: ip})
	return o.end(bus.Result{Err: o.fail(d.connect(&o, sockfd, host, ip))})
}

func (d *Device) connect(o *op, sockfd int, host string, ip netip.AddrPort) error {
	s, err := o.lookup(sockfd)
	switch {
	case err != nil:
		return err
	case s.proto == netdev.IPPROTO_TLS:
		if host == "" {
			// By address the firmware contacts the wrong host
			// (nina-observed "TLS by address").
			return netdev.ErrNotSupported
		}
		if len(host) > wire.MaxHost {
			return netdev.ErrMalAddr
		}
	case host != "" && !usable(ip.Addr()):
		r := *o
		addr, err := r.resolve(host)
		if err != nil {
			return r.fail(err)
		}
		ip = netip.AddrPortFrom(addr, ip.Port())
	}
	switch {
	case s.proto == netdev.IPPROTO_UDP:
		return o.aim(&s, ip)
	case s.phase == lost:
		return netdev.ErrConnectionReset
	case s.handle != noHandle || s.phase > bound:
		return netdev.ErrInvalidArgument
	}
	err = o.onPort(s.local, s.ours, func(port uint16) error {
		if err := o.change(func(s *socketState) { s.local = port }); err != nil {
			return err
		}
		return s.engine().connect(*o, s.proto, host, ip)
	})
	if o.stale() {
		return netdev.ErrInvalidSocketFd // whatever the firmware says of it
	}
	return err
}

// aim sets where a UDP socket sends to, and whom alone it hears. From then on
// it does hear: it is bound if it was not.
func (o *op) aim(s *socketState, to netip.AddrPort) error {
	peer, err := endpointOf(to)
	if err == nil && s.handle == noHandle {
		err = o.bindFirst(s)
	}
	if err != nil {
		return err
	}
	return o.change(func(s *socketState) { s.peer = peer })
}

// usable reports whether a can be connected to.
func usable(a netip.Addr) bool { return a.IsValid() && !a.IsUnspecified() }

// Listen implements netdev.Netdever: the bound stream socket accepts
// connections from then on. backlog is how many may wait for Accept; with the
// slot engine it is fixed at one. The slot engine can't close a listener: after
// Close it is kept and serves the next Listen on its port.
// ErrInvalidArgument: not bound, or listening already. ErrAddrInUse: the port
// is taken.
func (d *Device) Listen(sockfd int, backlog int) error {
	o := d.begin(bus.Call{Op: bus.OpListen, Sock: sockfd, Int: [5]int64{int64(backlog)}})
	return o.end(bus.Result{Err: o.fail(d.listen(&o, sockfd, backlog))})
}

func (d *Device) listen(o *op, sockfd, backlog int) error {
	s, err := o.lookup(sockfd)
	switch {
	case err != nil:
		return err
	case s.proto != netdev.IPPROTO_TCP:
		return netdev.ErrNotSupported
	case s.phase != bound:
		return netdev.ErrInvalidArgument
	}
	return o.onPort(s.local, s.ours, func(port uint16) error {
		if d.serves(port) {
			return netdev.ErrAddrInUse // firmware before 1.5.0 says that it listens
		}
		if err := o.change(func(s *socketState) { s.local = port }); err != nil {
			return err
		}
		return s.engine().listen(*o, port, backlog)
	})
}

// Accept implements netdev.Netdever: it waits for a connection and returns its
// descriptor and peer. It waits until there is one or the listener is closed.
// ErrConnectionReset: the coprocessor was reset, and the listener with it.
// ErrNoMoreSockets: there was a connection and no descriptor left for it; it is
// closed.
func (d *Device) Accept(sockfd int) (int, netip.AddrPort, error) {
	o := d.begin(bus.Call{Op: bus.OpAccept, Sock: sockfd})
	fd, peer, err := d.accept(&o, sockfd)
	return fd, peer, o.end(bus.Result{N: int64(fd), Addr: peer, Err: o.fail(err)})
}

func (d *Device) accept(o *op, sockfd int) (int, netip.AddrPort, error) {
	none := netip.AddrPort{}
	s, err := o.lookup(sockfd)
	if err != nil {
		return -1, none, err
	}
	switch s.phase {
	case listening:
	case lost:
		return -1, none, netdev.ErrConnectionReset
	default:
		return -1, none, netdev.ErrInvalidArgument
	}
	o.line = true
	for {
		fd, peer, now, err := s.engine().accept(*o)
		o.now = now
		if fd >= 0 || err != nil {
			return fd, peer, err
		}
		if err := o.pause(); err != nil {
			return -1, none, err
		}
	}
}
