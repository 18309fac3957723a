package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// established is the only state but 0 that GET_CLIENT_STATE_TCP reports.
const established = int64(wire.StateEstablished)

// send implements engine. The firmware may take less than it is given; when it
// takes nothing, the state of the connection tells a full buffer from a dead
// peer.
func (slotEngine) send(o op, p []byte) (int, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, o.now, err
	}
	defer o.release()
	p = p[:min(len(p), segment)]
	v, err := o.first(wire.SendDataTCP, wire.Uint(o.handle), wire.Bytes(p))
	n := int(v.Uint16())
	switch {
	case err != nil:
		return 0, o.now, o.torn(err)
	case n > len(p):
		return 0, o.now, o.torn(ErrBadReply)
	case n > 0:
		return n, o.now, nil
	}
	return 0, o.now, o.ended()
}

// recv implements engine.
func (slotEngine) recv(o op, p []byte) (int, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, o.now, err
	}
	defer o.release()
	p = p[:min(len(p), segment)]
	v, err := o.first(wire.GetDatabufTCP, wire.Uint(o.handle), wire.Uint(len(p)))
	switch {
	case err != nil:
		return 0, o.now, o.torn(err)
	case len(v.Bytes()) > len(p):
		return 0, o.now, o.torn(ErrBadReply)
	case len(v.Bytes()) > 0:
		return copy(p, v.Bytes()), o.now, nil
	}
	return 0, o.now, o.ended()
}

// torn returns the error of a transfer on a stream. When nobody knows what
// became of its bytes, the stream is lost: it must not go on with a hole.
func (o *op) torn(err error) error {
	if e, ok := err.(Error); o.unsure || ok && e == ErrBadReply {
		o.d.strays |= 1 << o.handle
		o.part(lost)
	}
	return o.fail(err)
}

// ended asks for the state of a connection that gives or takes nothing, within
// the turn, and returns nil when it is alive. When it is not, the slot is free
// from then on: on most firmware by the question itself, on some (reference
// §4.0, quirk 4) by the stop that follows, which does nothing to a free slot.
//
// The firmware closes its connections when it loses the network (quirk 5), and
// that is not the end of a stream.
func (o *op) ended() error {
	v, err := o.first(wire.GetClientStateTCP, wire.Uint(o.handle))
	switch {
	case err != nil:
		return o.fail(err)
	case v.Int() == established:
		return nil
	case v.Int() != int64(wire.StateClosed):
		return o.fail(ErrBadReply)
	}
	o.part(lost)
	_ = o.stop(o.handle) // if not now, then before a slot is taken next
	up, err := o.linkUp()
	switch {
	case err != nil:
		return o.fail(err)
	case !up:
		return o.fail(netdev.ErrConnectionReset)
	}
	o.part(drained)
	return endOfStream{}
}

// linkUp asks, within the turn, whether the network that was joined is still
// there. The firmware's own access point always is.
func (o *op) linkUp() (bool, error) {
	o.d.mu.Lock()
	station := o.d.station
	o.d.mu.Unlock()
	if !station {
		return true, nil
	}
	v, err := o.first(wire.GetConnStatus)
	return wire.Status(v.Uint8()) == wire.StatusConnected, err
}

// sendTo implements engine. The destination, the data and the order to send go
// in one turn: START_CLIENT empties the buffer that INSERT_DATABUF fills
// (reference §4.3).
func (slotEngine) sendTo(o op, p []byte, peer netip.AddrPort) error {
	if len(p) > wire.MaxDatagram {
		return netdev.ErrMessageTooLong
	}
	ip, err := ipv4(peer.Addr())
	if err != nil {
		return err
	}
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	slot := wire.Uint(o.handle)
	if err := o.startClient(ip, wire.Uint(peer.Port()), slot, wire.Uint(wire.ModeUDP)); err != nil {
		return o.fail(err)
	}
	for len(p) > 0 {
		n := min(len(p), segment)
		if err := o.accepted(wire.InsertDatabuf, slot, wire.Bytes(p[:n])); err != nil {
			return o.fail(err)
		}
		p = p[n:]
	}
	return o.fail(o.accepted(wire.SendDataUDP, slot))
}

// recvFrom implements engine. What of a datagram does not fit p is read and
// dropped, so that the next one begins at its beginning. A datagram that could
// not be read to its end is lost, as datagrams may be.
func (slotEngine) recvFrom(o op, p []byte) (int, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, o.now, err
	}
	defer o.release()
	v, err := o.first(wire.AvailDataTCP, wire.Uint(o.handle), wire.Uint(uint8(0)))
	left := int(v.Uint16())
	if err == nil && left > wire.MaxDatagram {
		err = ErrBadReply
	}
	if err != nil {
		return 0, o.now, o.fail(err)
	}
	if o.rest(false) {
		p = nil
	}
	n, err := o.datagram(p, left)
	if err != nil {
		o.rest(true)
		return 0, o.now, o.fail(err)
	}
	return n, o.now, nil
}

// datagram reads what is left of a datagram, within the turn, and returns how
// much of it is in p.
func (o *op) datagram(p []byte, left int) (int, error) {
	n := 0
	for left > 0 {
		want := min(left, segment)
		v, err := o.first(wire.GetDatabufTCP, wire.Uint(o.handle), wire.Uint(want))
		got := len(v.Bytes())
		if err == nil && (got == 0 || got > want) {
			err = ErrBadReply
		}
		if err != nil {
			return 0, err
		}
		n += copy(p[n:], v.Bytes())
		left -= got
	}
	return n, nil
}

// rest notes whether the rest of a datagram must be dropped, and returns
// whether it was so.
func (o *op) rest(drop bool) (was bool) {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if o.sock.gen == o.gen {
		was, o.sock.torn = o.sock.torn, drop
	}
	return was
}
