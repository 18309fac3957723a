package wifinina

import (
	"net/netip"

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
func (slotEngine) connect(o op, proto uint8, host string, peer netip.AddrPort) error {
	if proto == netdev.IPPROTO_TLS {
		return o.inSlot(connected, 0, func(slot wire.Value) error {
			return o.startClient(wire.Text(host), wire.IP([4]byte{}), wire.Uint(peer.Port()), slot, wire.Uint(wire.ModeTLS))
		})
	}
	to, err := endpointOf(peer)
	if err != nil {
		return err
	}
	ip, port := to.values()
	return o.inSlot(connected, 0, func(slot wire.Value) error {
		return o.startClient(ip, port, slot, wire.Uint(wire.ModeTCP))
	})
}

// startClient runs START_CLIENT_TCP. A reply without parameters is its failure.
func (o *op) startClient(vals ...wire.Value) error {
	v, err := o.first(wire.StartClientTCP, vals...)
	if err == nil && v.Int() != 1 {
		err = netdev.ErrConnectionRefused
	}
	return err
}

// listen implements engine.
func (slotEngine) listen(o op, port uint16, _ int) error {
	if slot, ok := o.d.unpark(port); ok {
		if done, err := o.relisten(slot, port); done || err != nil {
			return err
		}
	}
	return o.startServer(listening, port, wire.ModeTCP)
}

// bind implements engine.
func (slotEngine) bind(o op, port uint16) error { return o.startServer(bound, port, wire.ModeUDP) }

// startServer starts a listener or a UDP socket on a port.
func (o *op) startServer(p phase, port uint16, mode wire.Mode) error {
	return o.inSlot(p, port, func(slot wire.Value) error {
		err := o.accepted(wire.StartServerTCP, wire.Uint(port), slot, wire.Uint(mode))
		if e, ok := err.(Error); ok && e == ErrRefused {
			err = netdev.ErrAddrInUse
		}
		if err == nil && p == bound {
			err = o.clear(slot)
		}
		return err
	})
}

// clear reads away, within the turn, what the slot's last UDP socket has left:
// its datagram outlives it in the firmware (nina-fw WiFiUdp.cpp stop).
func (o *op) clear(slot wire.Value) error {
	v, err := o.first(wire.AvailDataTCP, slot, wire.Uint(uint8(0)))
	if left := v.Uint16(); err == nil && left > 0 {
		_, err = o.first(wire.GetDatabufTCP, slot, wire.Uint(min(left, segment)))
	}
	if err != nil && !o.unsure {
		_ = o.stop(slot.Uint8()) // if not now, then before a slot is taken next
	}
	return err
}

// inSlot takes a free slot for what start starts, and gives it to the socket,
// in one turn.
func (o *op) inSlot(p phase, port uint16, start func(slot wire.Value) error) error {
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	slot, err := o.freeSlot()
	if err != nil {
		return o.fail(err)
	}
	err = start(wire.Uint(slot))
	if err != nil && !o.unsure {
		if is(err, netdev.ErrConnectionRefused) {
			err = o.orNetwork(err)
		}
		return o.fail(err)
	}
	if err == nil {
		if err = o.adopt(p, slot); err == nil {
			return nil
		}
	}
	// The slot is taken, or may be, and no descriptor has it.
	err = o.fail(err)
	if o.discard(p, slot, port); !o.unsure {
		_ = o.reap() // if not now, then before a slot is taken next
	}
	return err
}

// freeSlot asks for a free slot, within the turn. Whoever has it by our books
// has lost it. Where there is none, what the firmware holds for nobody is freed.
func (o *op) freeSlot() (uint8, error) {
	if err := o.reap(); err != nil {
		return 0, err
	}
	v, err := o.first(wire.GetSocket)
	if err == nil && v.Uint8() == wire.NoSlot && o.d.strand(true) {
		if err = o.reap(); err == nil {
			v, err = o.first(wire.GetSocket)
		}
	}
	switch {
	case err != nil:
		return 0, err
	case v.Uint8() == wire.NoSlot:
		return 0, netdev.ErrNoMoreSockets
	case v.Uint8() >= o.d.fw.slots:
		return 0, ErrBadReply
	}
	o.d.disown(false, v.Uint8())
	return v.Uint8(), nil
}

// orNetwork returns the error of what the network should have done, within the
// turn: if there is no network, that is why, and the alarm is raised.
func (o *op) orNetwork(err error) error {
	cmd := o.cmd
	if up, lerr := o.linkUp(); lerr == nil && !up {
		err = netdev.ErrNotConnected
	}
	o.cmd = cmd
	return err
}
