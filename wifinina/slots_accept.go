package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// accept implements engine. It asks in the way of firmware 1.6.0, where a
// connection is reported once; older firmware reports those with unread data,
// again and again (reference §4.3.1).
func (e slotEngine) accept(o op) (int, netip.AddrPort, time.Time, error) {
	if err := o.acquire(); err != nil {
		return -1, netip.AddrPort{}, o.now, err
	}
	defer o.release()
	slot, err := o.reported()
	if err != nil || slot == wire.NoSlot {
		return -1, netip.AddrPort{}, o.now, o.fail(err)
	}
	fd, peer, err := e.greet(&o, slot)
	return fd, peer, o.now, o.fail(err)
}

// reported asks a listener for the slot of a new connection, within the turn.
func (o *op) reported() (uint8, error) {
	if err := o.reap(); err != nil {
		return wire.NoSlot, err
	}
	v, err := o.first(wire.AvailDataTCP, wire.Uint(o.handle), wire.Uint(uint8(1)))
	switch slot := v.Uint16(); {
	case err != nil:
		o.d.strand(o.unsure)
		return wire.NoSlot, err
	case slot == wire.NoSlot:
		return wire.NoSlot, nil
	case slot >= uint16(o.d.fw.slots):
		return wire.NoSlot, ErrBadReply
	case !o.d.fw.reportsOnce && o.d.has(uint8(slot)):
		return wire.NoSlot, nil // the same connection again
	default:
		return uint8(slot), nil
	}
}

// greet gives the connection in a slot its descriptor. One that nobody can use
// is closed, so that its slot does not leak.
func (slotEngine) greet(o *op, slot uint8) (int, netip.AddrPort, error) {
	none := netip.AddrPort{}
	peer, err := o.peerOf(slot)
	if err == nil && peer.ip == [4]byte{} {
		return -1, none, o.nobody(slot)
	}
	fd := -1
	if err == nil {
		o.d.disown(false, slot)
		fd, err = o.d.allot(socketState{phase: connected, proto: netdev.IPPROTO_TCP, handle: slot})
	}
	if err != nil {
		cmd := o.cmd
		_ = o.stop(slot) // if not now, then before a slot is taken next
		o.cmd = cmd
		return -1, none, err
	}
	return fd, peer.addrPort(), nil
}

// peerOf asks for the peer of a slot, within the turn.
func (o *op) peerOf(slot uint8) (endpoint, error) {
	reply, err := o.exchange(wire.GetRemoteData, wire.Uint(slot))
	if err != nil || len(reply) < 2 {
		return endpoint{}, err
	}
	return endpoint{reply[0].IP(), reply[1].Uint16()}, nil
}

// nobody deals with a connection that has no peer. Either the peer was faster
// than we, or the listener is none any more: a slot that does not listen
// reports 0 bytes, which reads as slot 0. That is how a coprocessor shows that it
// was reset without our doing.
func (o *op) nobody(slot uint8) error {
	lives, err := o.listens(o.handle)
	switch {
	case err != nil:
		return err
	case lives:
		return o.stop(slot)
	}
	o.part(lost)
	_, _ = o.linkUp() // it raises the alarm
	return netdev.ErrConnectionReset
}

// has reports whether a connection of ours is in the slot.
func (d *Device) has(slot uint8) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.sockets {
		if s := &d.sockets[i]; s.phase == connected && s.owns(false, slot) {
			return true
		}
	}
	return false
}
