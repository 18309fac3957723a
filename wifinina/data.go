package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Send implements netdev.Netdever. On a stream it goes on until the firmware
// has taken all of buf, and returns how much that was when it fails. On a UDP
// socket buf is one datagram of at most 1500 bytes, to the peer given to
// Connect. flags are ignored.
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
		return o.sendDatagram(&s, buf, s.peer)
	case s.phase == drained, s.phase == lost:
		return 0, netdev.ErrConnectionReset
	case s.phase != connected:
		return 0, netdev.ErrNotConnected
	}
	sent := 0
	for sent < len(buf) {
		n, now, err := s.engine().send(*o, buf[sent:])
		o.now = now
		sent += n
		switch {
		case err != nil:
			return sent, err
		case n > 0:
			o.stir()
		default:
			if err := o.pause(); err != nil {
				return sent, err
			}
		}
	}
	return sent, nil
}

// Recv implements netdev.Netdever. It waits for data until the deadline and
// returns what there is, at most len(buf). On a UDP socket that is one
// datagram, of its peer alone once Connect has set one; of a larger one the
// rest is lost, and it returns len(buf) and ErrMessageTooLong. flags are
// ignored. An empty buf returns at once.
//
// Errors: io.EOF when the peer has closed and everything was read, which with
// the slot engine is also all there is to know of a connection that the peer
// has reset; ErrConnectionReset when the link or the coprocessor has cut it, or when a
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
	case s.phase == drained, s.ended:
		return 0, endOfStream{}
	case s.phase == lost:
		return 0, netdev.ErrConnectionReset
	case s.proto == netdev.IPPROTO_UDP:
		n, _, err := o.recvDatagram(&s, buf)
		return n, err
	case s.phase != connected:
		return 0, netdev.ErrNotConnected
	}
	o.line, o.stream = true, true
	for {
		n, now, err := s.engine().recv(*o, buf)
		o.now = now
		if n > 0 || err != nil {
			return n, err
		}
		if err := o.pause(); err != nil {
			return 0, err
		}
	}
}
