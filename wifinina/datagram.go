package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// SendTo implements netdev.PacketNetdever: it sends buf, at most 1500 bytes, as
// one datagram from a UDP socket, whatever peer Connect has set. A socket that
// is not bound is bound first. flags are ignored. Errors: those of Send;
// ErrMalAddr.
func (d *Device) SendTo(sockfd int, buf []byte, flags int, to netip.AddrPort, deadline time.Time) (int, error) {
	o := d.begin(bus.Call{Op: bus.OpSendTo, Sock: sockfd, Data: buf, Addr: to, Int: [5]int64{int64(flags)}, Deadline: deadline})
	n, err := d.sendTo(&o, sockfd, buf, to)
	return n, o.end(bus.Result{N: int64(n), Err: o.fail(err)})
}

func (d *Device) sendTo(o *op, sockfd int, buf []byte, to netip.AddrPort) (int, error) {
	peer, err := endpointOf(to)
	if err != nil {
		return 0, err
	}
	s, err := o.datagramSocket(sockfd)
	if err != nil {
		return 0, err
	}
	return o.sendDatagram(&s, buf, peer)
}

// RecvFrom implements netdev.PacketNetdever: it is Recv for a UDP socket, and
// tells who sent the datagram.
func (d *Device) RecvFrom(sockfd int, buf []byte, flags int, deadline time.Time) (int, netip.AddrPort, error) {
	o := d.begin(bus.Call{Op: bus.OpRecvFrom, Sock: sockfd, Size: len(buf), Int: [5]int64{int64(flags)}, Deadline: deadline})
	n, from, err := d.recvFrom(&o, sockfd, buf)
	return n, from, o.end(bus.Result{N: int64(n), Addr: from, Data: buf[:n], Err: o.fail(err)})
}

func (d *Device) recvFrom(o *op, sockfd int, buf []byte) (int, netip.AddrPort, error) {
	s, err := o.datagramSocket(sockfd)
	switch {
	case err != nil:
		return 0, netip.AddrPort{}, err
	case len(buf) == 0:
		return 0, netip.AddrPort{}, nil
	case s.phase == lost:
		return 0, netip.AddrPort{}, netdev.ErrConnectionReset
	}
	return o.recvDatagram(&s, buf)
}

// datagramSocket is lookup for calls that are for UDP only.
func (o *op) datagramSocket(sockfd int) (socketState, error) {
	s, err := o.lookup(sockfd)
	if err == nil && s.proto != netdev.IPPROTO_UDP {
		err = netdev.ErrNotSupported
	}
	return s, err
}

// sendDatagram sends one datagram, once there is room for it. A socket that was
// not bound is bound to a port of our choice first.
func (o *op) sendDatagram(s *socketState, buf []byte, to endpoint) (int, error) {
	switch {
	case s.phase == lost:
		return 0, netdev.ErrConnectionReset
	case to == endpoint{}:
		return 0, netdev.ErrNotConnected
	case len(buf) > wire.MaxDatagram:
		return 0, netdev.ErrMessageTooLong
	case s.handle == noHandle:
		if err := o.bindFirst(s); err != nil {
			return 0, err
		}
	}
	for {
		ok, now, err := s.engine().sendTo(*o, buf, to)
		o.now = now
		if ok {
			return len(buf), nil
		}
		if err == nil {
			err = o.pause()
		}
		if err != nil {
			return 0, err
		}
	}
}

// bindFirst binds a socket that another call may be binding at the same time.
func (o *op) bindFirst(s *socketState) error {
	err := o.bindDatagram(s, s.local)
	if is(err, netdev.ErrInvalidArgument) {
		err = nil // the other was first
	}
	if err != nil {
		return err
	}
	return o.change(func(now *socketState) { *s = *now })
}

// recvDatagram waits for a datagram. Those that are not from the peer of a
// connected socket are not for it.
func (o *op) recvDatagram(s *socketState, buf []byte) (int, netip.AddrPort, error) {
	none := netip.AddrPort{}
	if s.handle == noHandle {
		return 0, none, netdev.ErrNotConnected
	}
	o.line = true
	for {
		size, from, now, err := s.engine().recvFrom(*o, buf)
		o.now = now
		switch {
		case err != nil:
			return 0, none, err
		case from == endpoint{}:
			err = o.pause()
		case s.peer == endpoint{} || s.peer.group() || s.peer == from:
			if size > len(buf) {
				return len(buf), from.addrPort(), netdev.ErrMessageTooLong
			}
			return size, from.addrPort(), nil
		default:
			err = o.late()
		}
		if err != nil {
			return 0, none, err
		}
	}
}
