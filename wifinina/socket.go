package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Socket implements netdev.Netdever. It makes AF_INET sockets: SOCK_STREAM
// with IPPROTO_TCP, or with IPPROTO_TLS, whose TLS the coprocessor does; and
// SOCK_DGRAM with IPPROTO_UDP. A zero protocol takes TCP or UDP.
func (d *Device) Socket(domain, stype, protocol int) (int, error) {
	o := d.begin(bus.Call{Op: bus.OpSocket, Int: [5]int64{int64(domain), int64(stype), int64(protocol)}})
	fd, err := d.socket(domain, stype, protocol)
	return fd, o.end(bus.Result{N: int64(fd), Err: o.fail(err)})
}

func (d *Device) socket(domain, stype, protocol int) (int, error) {
	if domain != netdev.AF_INET {
		return -1, netdev.ErrFamilyNotSupported
	}
	switch {
	case stype == netdev.SOCK_STREAM && protocol == 0:
		protocol = netdev.IPPROTO_TCP
	case stype == netdev.SOCK_DGRAM && protocol == 0:
		protocol = netdev.IPPROTO_UDP
	case stype == netdev.SOCK_STREAM && (protocol == netdev.IPPROTO_TCP || protocol == netdev.IPPROTO_TLS):
	case stype == netdev.SOCK_DGRAM && protocol == netdev.IPPROTO_UDP:
	default:
		return -1, netdev.ErrProtocolNotSupported
	}
	return d.allot(socketState{phase: created, proto: uint8(protocol), handle: noHandle})
}

// Close implements netdev.Netdever. The descriptor is free afterwards, whatever
// the error. Calls blocked on it return ErrInvalidSocketFd at their next turn.
func (d *Device) Close(sockfd int) error {
	o := d.begin(bus.Call{Op: bus.OpClose, Sock: sockfd})
	return o.end(bus.Result{Err: o.fail(d.closeSocket(&o, sockfd))})
}

// closeSocket first makes the descriptor stale, so that nobody else gets a turn
// for it, and frees it once the firmware has let go.
func (d *Device) closeSocket(o *op, sockfd int) error {
	was, err := o.claim(sockfd)
	if err != nil {
		return err
	}
	defer o.retire()
	if was.handle == noHandle {
		return nil
	}
	err = was.engine().close(*o, was.phase, was.local)
	if is(err, netdev.ErrInvalidArgument) || is(err, netdev.ErrNotConnected) {
		return nil // the handle has gone meanwhile: there is nothing to close
	}
	return err
}
