package wifinina

import (
	"io"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An op is one call of the public face on its way through the driver. It lives
// on the caller's stack and is passed by value to an engine.
type op struct {
	d        *Device
	kind     bus.Op
	id       bus.CallID
	deadline time.Time // zero: none
	sock     *socket   // nil: a call that has no descriptor
	gen      uint32    // of sock when the call began
	handle   uint8     // of sock when the call began
	cmd      wire.Command
	now      time.Time // end of the last exchange
	idle     time.Duration
}

// begin starts an op and tells the tracer.
func (d *Device) begin(c bus.Call) op {
	o := op{d: d, kind: c.Op, deadline: c.Deadline}
	if d.tracer != nil {
		o.id = d.tracer.Begin(c)
	}
	return o
}

// end tells the tracer how the op ended and returns its error.
func (o *op) end(r bus.Result) error {
	if o.d.tracer != nil {
		o.d.tracer.End(o.id, o.kind, r)
	}
	return r.Err
}

// fail wraps an error with the call and the command it happened in, once.
// io.EOF is no failure and stays as it is.
func (o *op) fail(err error) error {
	if _, done := err.(*OpError); err == nil || done || err == io.EOF {
		return err
	}
	return &OpError{Op: o.kind, Cmd: o.cmd, Err: err}
}

// acquire waits for the bus. A call on a descriptor that was closed meanwhile,
// or whose handle the firmware has forgotten, does not get it: nothing is ever
// sent to a handle that may belong to another connection by now.
func (o *op) acquire() error {
	if err := o.d.turns.Acquire(o.id, o.deadline); err != nil {
		if f, ok := err.(bus.Fault); ok && f == bus.ErrTurnTimeout {
			return netdev.ErrTimeout
		}
		return err
	}
	if err := o.current(); err != nil {
		o.release()
		return err
	}
	return nil
}

// current checks that the descriptor and its handle are still what they were.
func (o *op) current() error {
	if o.sock == nil {
		return nil
	}
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	switch {
	case o.sock.gen != o.gen:
		return netdev.ErrInvalidSocketFd
	case o.sock.handle != o.handle:
		return netdev.ErrNotConnected
	}
	return nil
}

// release gives the bus back.
func (o *op) release() { o.d.turns.Release(o.id) }

// Polling: a call that waits for something the firmware does not announce asks
// again after pollMin, and less and less often down to every pollMax.
const (
	pollMin = time.Millisecond
	pollMax = 16 * time.Millisecond
)

// pause waits until it is time to ask again. It fails with ErrTimeout when the
// deadline had passed at the end of the last exchange.
func (o *op) pause() error {
	o.idle = min(max(2*o.idle, pollMin), pollMax)
	wait := o.idle
	if !o.deadline.IsZero() {
		left := o.deadline.Sub(o.now)
		if left <= 0 {
			return netdev.ErrTimeout
		}
		wait = min(wait, left)
	}
	o.d.clock.Sleep(wait)
	return nil
}

// once runs one exchange in a turn of its own, for replies without bytes.
func (o *op) once(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	if err := o.acquire(); err != nil {
		return wire.Value{}, err
	}
	defer o.release()
	return o.first(c, vals...)
}

// first runs one exchange within the turn and returns the reply's first value,
// which is zero when there is none. Bytes in it are valid for the turn.
func (o *op) first(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	reply, err := o.exchange(c, vals...)
	if err != nil || len(reply) == 0 {
		return wire.Value{}, err
	}
	return reply[0], nil
}

// accepted runs one exchange within the turn whose reply is 1 for yes.
func (o *op) accepted(c wire.Command, vals ...wire.Value) error {
	v, err := o.first(c, vals...)
	if err == nil && v.Int() != 1 {
		err = ErrRefused
	}
	return err
}
