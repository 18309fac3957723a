package wifinina

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

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
	err := o.stop(o.handle)
	o.part(closing)
	return o.fail(err)
}

// stop makes the firmware free a slot, within the turn. If it can't be told,
// it is told before a slot is taken next.
func (o *op) stop(slot uint8) error {
	err := o.accepted(wire.StopClientTCP, wire.Uint(slot))
	if unanswered(err) {
		o.d.strays |= 1 << slot
	} else {
		o.d.strays &^= 1 << slot
	}
	return err
}

// discard notes, within the turn, that nobody has a slot which the firmware may
// have taken. One with a listener is kept as such: freeing its number would not
// close it.
func (o *op) discard(was phase, slot uint8, port uint16) {
	if was == listening {
		o.d.park(slot, port)
		return
	}
	o.d.strays |= 1 << slot
}

// reap makes the firmware free what is left of sockets that are no more, within
// the turn. It must run before the firmware gives out a slot.
func (o *op) reap() error {
	for slot := uint8(0); o.d.strays != 0 && slot < wire.MaxSlots; slot++ {
		if o.d.strays&(1<<slot) == 0 {
			continue
		}
		if err := o.stop(slot); unanswered(err) {
			return err
		}
	}
	return nil
}

// strand makes strays of all slots that are not ours, within the turn, if the
// firmware may have given a connection one of them in a reply that was lost.
// To free a free slot does nothing. It reports whether there are any.
func (d *Device) strand(maybe bool) bool {
	if !maybe {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	strays := uint16(1)<<d.fw.slots - 1
	for slot, port := range d.parked {
		if port != 0 {
			strays &^= 1 << slot
		}
	}
	for i := range d.sockets {
		if s := &d.sockets[i]; s.phase != unused && !s.bsd && s.handle != noHandle {
			strays &^= 1 << s.handle
		}
	}
	d.strays |= strays
	return strays != 0
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
		if p == port {
			d.parked[slot] = 0
			return uint8(slot), true
		}
	}
	return noHandle, false
}

// relisten gives the socket the parked listener in a slot, if that still lives.
func (o *op) relisten(slot uint8, port uint16) (bool, error) {
	err := o.acquire()
	if err != nil {
		o.d.park(slot, port)
		return false, err
	}
	defer o.release()
	lives, err := o.listens(slot)
	if err == nil && !lives {
		return false, nil
	}
	if err == nil {
		err = o.adopt(listening, slot)
	}
	if err == nil {
		if err = o.turnAway(); err == nil {
			return true, nil
		}
		o.revert()
	}
	o.d.park(slot, port)
	return false, o.fail(err)
}

// turnAway closes the connections, within the turn, that have come while nobody
// had the listener. There are no more of them than slots.
func (o *op) turnAway() error {
	for range o.d.fw.slots {
		slot, err := o.reported()
		if err != nil || slot == wire.NoSlot {
			return err
		}
		if err := o.stop(slot); unanswered(err) {
			return err
		}
	}
	return nil
}

// listens asks whether a slot has a listener, within the turn.
func (o *op) listens(slot uint8) (bool, error) {
	v, err := o.first(wire.GetStateTCP, wire.Uint(slot))
	return v.Int() == int64(wire.StateListen), err
}
