package wifinina

import (
	"io"
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
	if err != nil || v.Int() > 0 {
		return min(int(v.Int()), len(p)), o.now, o.fail(err)
	}
	if alive, err := o.alive(); err != nil || alive {
		return 0, o.now, o.fail(err)
	}
	return 0, o.now, o.fail(netdev.ErrConnectionReset)
}

// recv implements engine.
func (slotEngine) recv(o op, p []byte) (int, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, o.now, err
	}
	defer o.release()
	v, err := o.first(wire.GetDatabufTCP, wire.Uint(o.handle), wire.Uint(min(len(p), segment)))
	if n := copy(p, v.Bytes()); n > 0 || err != nil {
		return n, o.now, o.fail(err)
	}
	if alive, err := o.alive(); err != nil || alive {
		return 0, o.now, o.fail(err)
	}
	return 0, o.now, io.EOF
}

// alive asks for the state of a connection, within the turn. When there is
// none the slot is free from then on: on most firmware by the question itself,
// on some (reference §4.0, quirk 4) by the stop that follows, which does
// nothing to a free slot.
func (o *op) alive() (bool, error) {
	slot := wire.Uint(o.handle)
	v, err := o.first(wire.GetClientStateTCP, slot)
	if err != nil || v.Int() == established {
		return err == nil, err
	}
	o.forgotten()
	_, err = o.first(wire.StopClientTCP, slot)
	return false, err
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
	if err := o.connected(ip, wire.Uint(peer.Port()), slot, wire.Uint(wire.ModeUDP)); err != nil {
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
// dropped, so that the next one begins at its beginning.
func (slotEngine) recvFrom(o op, p []byte) (int, time.Time, error) {
	if err := o.acquire(); err != nil {
		return 0, o.now, err
	}
	defer o.release()
	slot := wire.Uint(o.handle)
	v, err := o.first(wire.AvailDataTCP, slot, wire.Uint(uint8(0)))
	if err != nil {
		return 0, o.now, o.fail(err)
	}
	n := 0
	for left := int(v.Uint16()); left > 0; {
		v, err := o.first(wire.GetDatabufTCP, slot, wire.Uint(min(left, segment)))
		if err != nil || len(v.Bytes()) == 0 {
			return n, o.now, o.fail(err)
		}
		left -= len(v.Bytes())
		n += copy(p[n:], v.Bytes())
	}
	return n, o.now, nil
}
