package wifinina

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
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
	case s.handle != noHandle || s.phase == drained:
		return netdev.ErrInvalidArgument
	case s.proto == netdev.IPPROTO_UDP:
		return d.bindDatagram(o, &s, port, s.peer)
	}
	return o.become(bound, noHandle, port, s.peer)
}

// Connect implements netdev.Netdever. A TCP socket connects to ip, or to host
// at ip's port when host is not empty and ip has no address. A TLS socket
// connects to host, which the coprocessor resolves and checks the certificate
// against; without a host it is not supported. A UDP socket only remembers
// where Send sends to.
//
// The firmware does nothing else while it connects. ErrConnectionRefused is
// all it says of a failure.
func (d *Device) Connect(sockfd int, host string, ip netip.AddrPort) error {
	o := d.begin(bus.Call{Op: bus.OpConnect, Sock: sockfd, Text: host, Addr: ip})
	return o.end(bus.Result{Err: o.fail(d.connect(&o, sockfd, host, ip))})
}

func (d *Device) connect(o *op, sockfd int, host string, ip netip.AddrPort) error {
	s, err := o.lookup(sockfd)
	if err != nil {
		return err
	}
	if s.proto != netdev.IPPROTO_TLS && host != "" && !usable(ip.Addr()) {
		addr, err := o.resolve(host)
		if err != nil {
			return err
		}
		ip = netip.AddrPortFrom(addr, ip.Port())
	}
	switch {
	case s.proto == netdev.IPPROTO_UDP:
		if !ip.Addr().Unmap().Is4() {
			return netdev.ErrMalAddr
		}
		return o.become(s.phase, s.handle, s.local, ip)
	case s.handle != noHandle || s.phase == drained:
		return netdev.ErrInvalidArgument
	}
	handle, err := s.engine.connect(*o, s.proto, host, ip)
	if err != nil {
		return err
	}
	return o.adopt(connected, handle, s, ip)
}

// adopt makes a handle that the firmware just gave the socket's. If the
// descriptor was closed meanwhile, the handle is given back.
func (o *op) adopt(p phase, handle uint8, s socketState, peer netip.AddrPort) error {
	err := o.become(p, handle, s.local, peer)
	if err != nil {
		o.abandon(s.engine, p, handle, s.local)
	}
	return err
}

// abandon closes a handle that no descriptor has.
func (o *op) abandon(e engine, p phase, handle uint8, local uint16) {
	stray := *o
	stray.sock, stray.handle = nil, handle
	// The call fails already, and with a better reason than this one.
	_ = e.close(stray, p, local)
}

// usable reports whether a can be connected to.
func usable(a netip.Addr) bool { return a.IsValid() && !a.IsUnspecified() }

// Listen implements netdev.Netdever: the bound stream socket accepts
// connections from then on. The firmware's backlog is fixed at one. A
// listener can't be closed in the firmware; after Close it is kept and serves
// the next Listen on its port.
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
	case s.phase != bound:
		return netdev.ErrInvalidArgument
	}
	handle, err := s.engine.listen(*o, s.local)
	if err != nil {
		return err
	}
	return o.adopt(listening, handle, s, s.peer)
}

// Accept implements netdev.Netdever: it waits for a connection and returns its
// descriptor and peer. It waits until there is one or the listener is closed.
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
	if s.phase != listening {
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

// welcome gives a new connection of a listener its descriptor.
func (d *Device) welcome(listener *socket, handle uint8, peer netip.AddrPort) (int, error) {
	fd, err := d.allot(netdev.IPPROTO_TCP, listener.engine)
	if err != nil {
		return -1, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s := &d.sockets[fd]
	s.phase, s.handle, s.local, s.peer = connected, handle, listener.local, peer
	return fd, nil
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
