package wifinina

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// sendTo implements engine. The destination, the data and the order to send go
// in one turn: START_CLIENT empties the buffer that INSERT_DATABUF fills
// (reference §4.3).
//
// A datagram that arrives in between overwrites the destination with its own
// sender (§4.3.2). That shows afterwards, and can't happen twice, because the
// firmware looks for the next datagram only when this one has been read: ours
// is sent again. The other way round ours overwrites the sender of a datagram
// that waits to be read, so that is asked for before.
func (slotEngine) sendTo(o op, p []byte, to endpoint) (bool, time.Time, error) {
	if err := o.acquire(); err != nil {
		return false, o.now, err
	}
	defer o.release()
	waiting, err := o.noteSender()
	if err == nil {
		err = o.transmit(p, to)
	}
	if err == nil && !waiting {
		var now endpoint
		if now, err = o.peerOf(o.handle); err == nil && now != to {
			o.setSender(now)
			err = o.transmit(p, to)
		}
	}
	return err == nil, o.now, o.fail(err)
}

// noteSender reports whether a datagram waits to be read, within the turn, and
// keeps its sender.
func (o *op) noteSender() (bool, error) {
	v, err := o.first(wire.AvailDataTCP, wire.Uint(o.handle), wire.Uint(uint8(0)))
	if err != nil || v.Uint16() == 0 {
		return false, err
	}
	_, err = o.sender()
	return true, err
}

// sender returns who sent the datagram that waits to be read, within the turn.
func (o *op) sender() (endpoint, error) {
	o.d.mu.Lock()
	known := o.sock.sender
	o.d.mu.Unlock()
	if known != (endpoint{}) {
		return known, nil
	}
	from, err := o.peerOf(o.handle)
	if err == nil {
		o.setSender(from)
	}
	return from, err
}

// setSender keeps the sender of the datagram that waits to be read.
func (o *op) setSender(from endpoint) {
	_ = o.change(func(s *socketState) { s.sender = from })
}

// transmit sends one datagram, within the turn.
func (o *op) transmit(p []byte, to endpoint) error {
	slot := wire.Uint(o.handle)
	ip, port := to.values()
	if err := o.startClient(ip, port, slot, wire.Uint(wire.ModeUDP)); err != nil {
		return err
	}
	if len(p) > 0 {
		if err := o.accepted(wire.InsertDatabuf, slot, wire.Bytes(p)); err != nil {
			return err
		}
	}
	return o.accepted(wire.SendDataUDP, slot)
}

// recvFrom implements engine. A datagram is always read whole, so that the next
// one begins at its beginning. One whose reply was damaged is lost, as datagrams
// may be.
func (slotEngine) recvFrom(o op, p []byte) (int, endpoint, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, endpoint{}, o.now, err
	}
	defer o.release()
	v, err := o.inquire(wire.AvailDataTCP, wire.Uint(o.handle), wire.Uint(uint8(0)))
	left := int(v.Uint16())
	if err == nil && left > wire.MaxDatagram {
		err = ErrBadReply
	}
	if err != nil || left == 0 {
		return 0, endpoint{}, o.now, o.fail(err)
	}
	from, err := o.sender()
	if err != nil {
		return 0, endpoint{}, o.now, o.fail(err)
	}
	o.setSender(endpoint{})
	if v, err = o.first(wire.GetDatabufTCP, wire.Uint(o.handle), wire.Uint(left)); err == nil && len(v.Bytes()) != left {
		err = ErrBadReply
	}
	if err != nil {
		return 0, endpoint{}, o.now, o.fail(err)
	}
	copy(p, v.Bytes())
	return left, from, o.now, nil
}
