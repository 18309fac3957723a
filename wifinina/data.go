package wifinina

import (
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
	case s.phase == drained, s.phase == lost:
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
	switch {
	case s.phase == lost:
		return 0, netdev.ErrConnectionReset
	case !s.peer.IsValid():
		return 0, netdev.ErrNotConnected
	case s.handle == noHandle:
		err := s.engine.bind(*o, s.local)
		if e, ok := err.(netdev.Error); ok && e == netdev.ErrInvalidArgument {
			err = nil // another call was first
		}
		if err == nil {
			err = o.change(func(*socketState) {})
		}
		if err != nil {
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
// Errors: io.EOF when the peer has closed and everything was read, which is
// also all the firmware tells of a connection that the peer has reset;
// ErrConnectionReset when the link or the coprocessor has cut it, or when a
// fault of the bus has cost bytes of it; ErrTimeout; ErrNotConnected;
// ErrInvalidSocketFd when the descriptor was closed.
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
		return 0, endOfStream{}
	case s.phase == lost:
		return 0, netdev.ErrConnectionReset
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
