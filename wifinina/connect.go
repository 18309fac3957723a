package wifinina

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Bind implements netdev.Netdever. The firmware binds to all its addresses,
// so that of ip only the port counts. A UDP socket receives from then on; a
// stream keeps the port for Listen. ErrAddrInUse when the firmware refuses.
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
		return s.engine.bind(*o, port)
	}
	return o.change(func(s *socketState) { s.phase, s.local = bound, port })
}

// Connect implements netdev.Netdever. A TCP socket connects to ip, or to host
// at ip's port when host is not empty and ip has no address. A TLS socket
// connects to host, which the coprocessor resolves and checks the certificate
// against; without a host it is not supported. A UDP socket only remembers
// where Send sends to.
//
// The firmware does nothing else while it connects. ErrConnectionRefused is
// all it says of a failure, be it the name, the network or the certificate;
// the descriptor is good for another try. ErrInvalidArgument: it is connected.
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
		return o.aim(ip)
	case s.handle != noHandle || s.phase > bound:
		return netdev.ErrInvalidArgument
	}
	err = s.engine.connect(*o, s.proto, host, ip)
	if o.stale() {
		return netdev.ErrInvalidSocketFd // whatever the firmware says of it
	}
	return err
}

// aim sets where a UDP socket sends to.
func (o *op) aim(peer netip.AddrPort) error {
	if !peer.Addr().Unmap().Is4() {
		return netdev.ErrMalAddr
	}
	return o.change(func(s *socketState) { s.peer = peer })
}

// usable reports whether a can be connected to.
func usable(a netip.Addr) bool { return a.IsValid() && !a.IsUnspecified() }

// Listen implements netdev.Netdever: the bound stream socket accepts
// connections from then on. The firmware's backlog is fixed at one. A
// listener can't be closed in the firmware; after Close it is kept and serves
// the next Listen on its port. ErrInvalidArgument: not bound, bound to port 0,
// which nobody could find, or listening already. ErrAddrInUse: the firmware
// refuses the port.
func (d *Device) Listen(sockfd int, backlog int) error {
	o := d.begin(bus.Call{Op: bus.OpListen, Sock: sockfd, Int: [5]int64{int64(backlog)}})
	return o.end(bus.Result{Err: o.fail(d.listen(&o, sockfd))})
}

func (d *Device) listen(o *op, sockfd int) error {
	s, err := o.lookup(sockfd)
	switch {
	case err != nil:
		return err
	case s.proto != netdev.IPPROTO_TCP:
		return netdev.ErrNotSupported
	case s.phase != bound || s.local == 0:
		return netdev.ErrInvalidArgument
	case d.serves(s.local):
		return netdev.ErrAddrInUse // firmware before 1.5.0 says that it listens
	}
	return s.engine.listen(*o, s.local)
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
	for {
		fd, peer, now, err := s.engine.accept(*o)
		o.now = now
		if fd >= 0 || err != nil {
			return fd, peer, err
		}
		if err := o.pause(); err != nil {
			return -1, none, err
		}
	}
}

// SetSockOpt implements netdev.Netdever. The slot commands have no options:
// ErrNotSupported.
func (d *Device) SetSockOpt(sockfd int, level int, opt int, value interface{}) error {
	o := d.begin(bus.Call{Op: bus.OpSetSockOpt, Sock: sockfd, Int: [5]int64{int64(level), int64(opt)}})
	_, err := o.lookup(sockfd)
	if err == nil {
		err = netdev.ErrNotSupported
	}
	return o.end(bus.Result{Err: o.fail(err)})
}
