package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// slotEngine serves sockets by the classic commands 0x28-0x2F, 0x39-0x3F and
// 0x44-0x46. A handle is one of the firmware's socket slots.
//
// The rules of the slots (reference §4.0) that shape it:
//
//   - GET_SOCKET reserves nothing, so it and the START that takes the slot
//     run in one turn.
//   - GET_CLIENT_STATE frees the slot when it answers 0.
//   - A TCP listener can't be closed: its slot is parked and serves the next
//     Listen on the same port. Freeing the number would hand a client a slot
//     that the firmware still takes for a server.
type slotEngine struct{}

var _ engine = slotEngine{}

// connect implements engine.
func (slotEngine) connect(o op, proto uint8, host string, peer netip.AddrPort) (uint8, error) {
	port := wire.Uint(peer.Port())
	if proto == netdev.IPPROTO_TLS {
		if host == "" {
			// By address the firmware contacts the wrong host
			// (nina-observed "TLS by address").
			return noHandle, netdev.ErrNotSupported
		}
		return o.inSlot(func(slot wire.Value) error {
			return o.connected(wire.Text(host), wire.IP([4]byte{}), port, slot, wire.Uint(wire.ModeTLS))
		})
	}
	ip, err := ipv4(peer.Addr())
	if err != nil {
		return noHandle, err
	}
	return o.inSlot(func(slot wire.Value) error {
		return o.connected(ip, port, slot, wire.Uint(wire.ModeTCP))
	})
}

// connected runs START_CLIENT_TCP. A reply without parameters is its failure.
func (o *op) connected(vals ...wire.Value) error {
	v, err := o.first(wire.StartClientTCP, vals...)
	if err == nil && v.Int() != 1 {
		err = netdev.ErrConnectionRefused
	}
	return o.fail(err)
}

// listen implements engine.
func (e slotEngine) listen(o op, port uint16) (uint8, error) {
	if slot, ok := o.d.unpark(port); ok {
		return slot, nil
	}
	return o.server(port, wire.ModeTCP)
}

// bind implements engine.
func (slotEngine) bind(o op, port uint16) (uint8, error) { return o.server(port, wire.ModeUDP) }

// server starts a listener or a UDP socket on a port.
func (o *op) server(port uint16, mode wire.Mode) (uint8, error) {
	return o.inSlot(func(slot wire.Value) error {
		err := o.accepted(wire.StartServerTCP, wire.Uint(port), slot, wire.Uint(mode))
		if e, ok := err.(Error); ok && e == ErrRefused {
			err = netdev.ErrAddrInUse
		}
		return o.fail(err)
	})
}

// inSlot takes a free slot for what run starts, in one turn.
func (o *op) inSlot(run func(slot wire.Value) error) (uint8, error) {
	if err := o.acquire(); err != nil {
		return noHandle, err
	}
	defer o.release()
	slot, err := o.first(wire.GetSocket)
	if err == nil && slot.Uint8() >= wire.MaxSlots {
		err = netdev.ErrNoMoreSockets
	}
	if err != nil {
		return noHandle, o.fail(err)
	}
	if err := run(slot); err != nil {
		return noHandle, err
	}
	return slot.Uint8(), nil
}

// park keeps the slot of a listener that nobody holds any more.
func (d *Device) park(slot uint8, port uint16) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.parked[slot] = port
}

// unpark takes over the slot of a listener on port that nobody holds.
func (d *Device) unpark(port uint16) (uint8, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for slot, p := range d.parked {
		if p == port && port != 0 {
			d.parked[slot] = 0
			return uint8(slot), true
		}
	}
	return noHandle, false
}

// accept implements engine. It asks in the way of firmware 1.6.0, where a
// connection is reported once; older firmware reports those with unread data,
// again and again (reference §4.3.1).
func (e slotEngine) accept(o op) (int, netip.AddrPort, time.Time, error) {
	none := netip.AddrPort{}
	if err := o.acquire(); err != nil {
		return -1, none, o.now, err
	}
	defer o.release()
	v, err := o.first(wire.AvailDataTCP, wire.Uint(o.handle), wire.Uint(uint8(1)))
	slot := v.Uint16()
	if err != nil || slot >= wire.MaxSlots || !o.d.arrived(uint8(slot)) {
		return -1, none, o.now, o.fail(err)
	}
	reply, err := o.exchange(wire.GetRemoteData, wire.Uint(slot))
	if err != nil {
		return -1, none, o.now, o.fail(err)
	}
	peer := netip.AddrPortFrom(netip.AddrFrom4(reply[0].IP()), reply[1].Uint16())
	fd, err := o.d.welcome(o.sock, uint8(slot), peer)
	if err != nil {
		_, _ = o.first(wire.StopClientTCP, wire.Uint(slot)) // nobody could use it
		return -1, none, o.now, err
	}
	return fd, peer, o.now, nil
}

// arrived tells whether a slot that a listener reports is a new connection. A
// descriptor that has the slot already is stale on firmware that reports a
// connection once; on older firmware it is the connection reported again.
func (d *Device) arrived(slot uint8) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	once := d.version >= wire.V(1, 6, 0)
	for i := range d.sockets {
		s := &d.sockets[i]
		if s.phase != connected || s.handle != slot {
			continue
		}
		if !once {
			return false
		}
		s.phase, s.handle = drained, noHandle
	}
	return true
}

// close implements engine.
func (slotEngine) close(o op, was phase, local uint16) error {
	if was == listening {
		o.d.park(o.handle, local)
		return nil
	}
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	return o.fail(o.accepted(wire.StopClientTCP, wire.Uint(o.handle)))
}

// ipv4 returns the value of an IPv4 address.
func ipv4(a netip.Addr) (wire.Value, error) {
	if a = a.Unmap(); !a.Is4() {
		return wire.Value{}, netdev.ErrMalAddr
	}
	return wire.IP(a.As4()), nil
}
