package wifinina

import (
	"io"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Send implements netdev.Netdever. On a stream it goes on until the firmware
// has taken all of buf, and returns how much that was when it fails. On a UDP
// socket buf is one datagram of at most 1500 bytes. flags are ignored.
//
// Errors: ErrTimeout when the deadline passes; ErrNotConnected without a peer;
// ErrConnectionReset when the peer is gone; ErrMessageTooLong.
func (d *Device) Send(sockfd int, buf []byte, flags int, deadline time.Time) (int, error) {
	o := d.begin(bus.Call{Op: bus.OpSend, Sock: sockfd, Data: buf, Int: [5]int64{int64(flags)}, Deadline: deadline})
	n, err := d.send(&o, sockfd, buf)
	return n, o.end(bus.Result{N: int64(n), Err: o.fail(err)})
}

func (d *Device) send(o *op, sockfd int, buf []byte) (int, error) {
	s, err := o.lookup(sockfd)
	switch {
	case err != nil:
		return 0, err
	case s.proto == netdev.IPPROTO_UDP:
		return d.sendDatagram(o, &s, buf)
	case s.phase == drained:
		return 0, netdev.ErrConnectionReset
	case s.phase != connected:
		return 0, netdev.ErrNotConnected
	}
	sent := 0
	for sent < len(buf) {
		n, now, err := s.engine.send(*o, buf[sent:])
		o.now = now
		sent += n
		switch {
		case err != nil:
			return sent, err
		case n > 0:
			o.idle = 0
		default:
			if err := o.pause(); err != nil {
				return sent, err
			}
		}
	}
	return sent, nil
}

// sendDatagram sends to the peer given to Connect. A socket that was not bound
// is bound to a port of the firmware's choice first.
func (d *Device) sendDatagram(o *op, s *socketState, buf []byte) (int, error) {
	if !s.peer.IsValid() {
		return 0, netdev.ErrNotConnected
	}
	if s.handle == noHandle {
		if err := d.bindDatagram(o, s, s.local, s.peer); err != nil {
			return 0, err
		}
	}
	if err := s.engine.sendTo(*o, buf, s.peer); err != nil {
		return 0, err
	}
	return len(buf), nil
}

// Recv implements netdev.Netdever. It waits for data until the deadline and
// returns what there is, at most len(buf). On a UDP socket that is one
// datagram; what of it does not fit is lost. flags are ignored. An empty buf
// returns at once.
//
// Errors: io.EOF when the peer has closed and everything was read; ErrTimeout;
// ErrNotConnected; ErrInvalidSocketFd when the descriptor was closed.
func (d *Device) Recv(sockfd int, buf []byte, flags int, deadline time.Time) (int, error) {
	o := d.begin(bus.Call{Op: bus.OpRecv, Sock: sockfd, Size: len(buf), Int: [5]int64{int64(flags)}, Deadline: deadline})
	n, err := d.recv(&o, sockfd, buf)
	return n, o.end(bus.Result{N: int64(n), Data: buf[:n], Err: o.fail(err)})
}

func (d *Device) recv(o *op, sockfd int, buf []byte) (int, error) {
	s, err := o.lookup(sockfd)
	switch {
	case err != nil:
		return 0, err
	case len(buf) == 0:
		return 0, nil
	case s.phase == drained:
		return 0, io.EOF
	case s.handle == noHandle || s.phase == listening:
		return 0, netdev.ErrNotConnected
	}
	for {
		var n int
		if s.proto == netdev.IPPROTO_UDP {
			n, o.now, err = s.engine.recvFrom(*o, buf)
		} else {
			n, o.now, err = s.engine.recv(*o, buf)
		}
		if n > 0 || err != nil {
			return n, err
		}
		if err := o.pause(); err != nil {
			return 0, err
		}
	}
}

// bindDatagram makes the firmware's socket of a UDP descriptor.
func (d *Device) bindDatagram(o *op, s *socketState, port uint16, peer netip.AddrPort) error {
	handle, err := s.engine.bind(*o, port)
	if err != nil {
		return err
	}
	s.handle = handle
	return o.become(bound, handle, port, peer)
}
