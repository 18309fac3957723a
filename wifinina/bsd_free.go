package wifinina

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// close implements engine. What was sent and not yet acknowledged goes out
// afterwards.
func (bsdEngine) close(o op, _ phase, _ uint16) error {
	if err := o.acquire(); err != nil {
		return err
	}
	defer o.release()
	err := o.closeFD(o.handle)
	o.part(closing)
	return o.fail(err)
}

// closeFD makes the firmware close a descriptor, within the turn. One that is
// closed already counts as closed. If the firmware can't be told now, it is told
// before a descriptor is made next.
func (o *op) closeFD(fd uint8) error {
	_, err := o.first(wire.SocketClose, wire.Uint(fd))
	if unanswered(err) {
		o.d.orphan(fd)
		return err
	}
	o.d.orphans &^= 1 << (fd & highFD)
	return nil
}

// orphan notes, within the turn, that the firmware must still be told to close
// a descriptor.
func (d *Device) orphan(fd uint8) { d.orphans |= 1 << (fd & highFD) }

// reapFDs makes the firmware close what is left of sockets that are no more,
// within the turn. It must run before the firmware gives out a descriptor.
func (o *op) reapFDs() error {
	if o.d.astray {
		o.d.sweep()
	}
	for fd := uint8(0); o.d.orphans != 0 && fd <= highFD; fd++ {
		if o.d.orphans&(1<<fd) == 0 {
			continue
		}
		if err := o.closeFD(fd); err != nil {
			return err
		}
	}
	return nil
}

// sweep makes orphans of all descriptors that are not ours, within the turn:
// the firmware has made one in a reply that was lost. Slots have descriptors
// too, and nobody knows which; as long as one is taken nothing is done.
func (d *Device) sweep() {
	d.mu.Lock()
	defer d.mu.Unlock()
	ours := uint64(0)
	for i := range d.sockets {
		switch s := &d.sockets[i]; {
		case s.phase == unused || s.handle == noHandle:
		case s.bsd:
			ours |= 1 << (s.handle & highFD)
		default:
			return
		}
	}
	if d.parked != [len(d.parked)]uint16{} || d.strays != 0 {
		return
	}
	d.orphans |= (1<<(highFD+1-lowFD) - 1) << lowFD &^ ours
	d.astray = false
}
