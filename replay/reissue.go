package replay

import (
	"github.com/ninatrace/ninatrace/netdev"
)

// reissue makes the recorded calls on a fresh driver. Each call is made when
// everything that was recorded before it has happened, in a goroutine of its
// own, so that calls which overlapped overlap again.
func (t *Trace) reissue(drive Driver) *Divergence {
	b := NewBus(t)
	var dev netdev.Device
	if b.run(func() { dev = drive(b, b) }) {
		sent := t.payloads()
		for _, c := range b.calls.order {
			p := sent[c.id]
			if !b.due(c, p.blind()) {
				break
			}
			b.start(func() { b.make(dev, c, p) })
			b.arrived(c)
		}
		b.drained()
	}
	d := b.Finish()
	b.dismiss()
	return d
}

// due waits until what stands before a call has happened. It is false when
// the replay has ended. A blind call can't be known by the sum of its payload.
func (b *Bus) due(c *recordedCall, blind bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c.blind = blind
	for !b.over() && !b.happened(c.from) {
		b.wait(nil)
	}
	return !b.over()
}

// make makes a recorded call and sees that the driver told of it.
func (b *Bus) make(dev netdev.Device, c *recordedCall, p payload) {
	possible := issue(dev, c.begin, p)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.over():
	case !possible:
		b.diverge(c.id, "the driver has no method for a recorded call", c.begin)
	case !c.begun || !c.done:
		b.diverge(c.id, "the driver made a call and did not tell its bus.Tracer", c.begin)
	}
}

// arrived waits until the driver has begun a call and comes to the bus, so that
// what it does before is done in the recorded order.
func (b *Bus) arrived(c *recordedCall) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.over() && !(c.begun && b.settled(c)) {
		b.wait(nil)
	}
}

// drained waits until every call that ended in the recording has, and the bus
// has nothing left to do.
func (b *Bus) drained() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.over() && (b.atWork() || !b.endedBefore(len(b.trace.records))) {
		b.wait(nil)
	}
}

// atWork reports whether the bus has something left to do and somebody is
// there who may do it: a call, or what the driver does by itself.
func (b *Bus) atWork() bool {
	rec := b.current()
	if rec == nil {
		return false
	}
	c := b.calls.byID[callOf(rec)]
	return c == nil || !c.done
}
