package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// An engine is a way in which firmware serves sockets. Each method is one
// attempt, in turns of its own, and none but connect makes the firmware wait
// for the network. They work on the socket and the handle of the op. now is
// when the last exchange ended.
//
// What gives the socket a handle gives it with op.adopt, in the turn in which
// the firmware made it, so that a Close, a reset or a second Connect that runs
// meanwhile leaves no handle without a socket.
//
// Next to the slot engine of the classic commands, in slots.go, this is the
// seam for one on the BSD-style commands 0x70-0x7F. An op goes by value, so
// that calling through the interface does not move it to the heap.
type engine interface {
	// connect connects a stream. TLS goes to host, which is not empty, and
	// all else to peer.
	connect(o op, proto uint8, host string, peer netip.AddrPort) error
	// listen makes a listener on a port.
	listen(o op, port uint16) error
	// bind makes a UDP socket that receives on a port.
	bind(o op, port uint16) error
	// accept takes one connection and gives it a descriptor. sockfd is
	// negative when there is none yet.
	accept(o op) (sockfd int, peer netip.AddrPort, now time.Time, err error)
	// send takes as many bytes of p as fit. None and no error means that
	// the send buffer is full.
	send(o op, p []byte) (n int, now time.Time, err error)
	// sendTo sends one datagram.
	sendTo(o op, p []byte, peer netip.AddrPort) error
	// recv reads what there is of a stream. None and no error means that
	// there is nothing yet; endOfStream that there never will be.
	recv(o op, p []byte) (n int, now time.Time, err error)
	// recvFrom reads one datagram. None and no error means that there is
	// none yet.
	recvFrom(o op, p []byte) (n int, now time.Time, err error)
	// close makes the firmware forget the handle.
	close(o op, was phase, local uint16) error
}

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
	return d.allot(socketState{engine: slotEngine{}, phase: created, proto: uint8(protocol), handle: noHandle})
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
	err = was.engine.close(*o, was.phase, was.local)
	if e, ok := err.(netdev.Error); ok && (e == netdev.ErrInvalidArgument || e == netdev.ErrNotConnected) {
		return nil // the handle has gone meanwhile: there is nothing to close
	}
	return err
}
