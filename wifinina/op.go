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
	deadline time.Time   // zero: none
	limit    time.Time   // when an exchange of this turn gives up; counts with a deadline
	session  session     // of a NetConnect; zero: another call
	how      credentials // of a call that joins
	sock     *socket     // nil: a call that has no descriptor
	gen      uint32      // of sock when the call began
	handle   uint8       // of sock when the call began
	bsd      bool        // the BSD engine serves sock
	line     bool        // it waits for what GPIO0 shows, if the slot engine serves sock
	stream   bool        // and for the end of a stream, which that does not show
	cmd      wire.Command
	now      time.Time     // end of the last exchange
	unsure   bool          // the last exchange failed after the firmware may have got the request
	waited   time.Duration // for READY, in the last exchange
	idle     time.Duration // the last pause; zero: the call does not wait
	pauses   uint16        // since there was something
	quiet    bool          // the last one ended with GPIO0 low
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
	o.stir()
	if o.d.tracer != nil {
		o.d.tracer.End(o.id, o.kind, r)
	}
	return r.Err
}

// endOfStream is io.EOF inside the driver: to compare an error with io.EOF
// costs a board more than all of this file.
type endOfStream struct{}

// Error implements error.
func (endOfStream) Error() string { return "EOF" }

// A program that polls meets these all the time: they are made once.
var (
	recvTimeout = &OpError{Op: bus.OpRecv, Err: netdev.ErrTimeout}
	sendTimeout = &OpError{Op: bus.OpSend, Err: netdev.ErrTimeout}
)

// fail wraps an error with the call and the command it happened in, once. The
// end of a stream is no failure of a Recv, and a reset connection for all
// others.
func (o *op) fail(err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *OpError:
		return err
	case endOfStream:
		if o.kind == bus.OpRecv {
			return io.EOF
		}
		err = netdev.ErrConnectionReset
	case netdev.Error:
		switch {
		case e != netdev.ErrTimeout || o.cmd != 0:
		case o.kind == bus.OpRecv:
			return recvTimeout
		case o.kind == bus.OpSend:
			return sendTimeout
		}
	}
	return &OpError{Op: o.kind, Cmd: o.cmd, Err: err}
}

// turn waits for the bus, at most until the deadline. A turn that comes may
// overrun the deadline, however many exchanges it takes, only by overrun.
func (o *op) turn() error {
	err := o.d.turns.Acquire(o.id, o.deadline)
	if f, ok := err.(bus.Fault); ok && f == bus.ErrTurnTimeout {
		return netdev.ErrTimeout
	}
	if !o.deadline.IsZero() {
		o.limit = o.deadline
		if now := o.d.clock.Now(); now.After(o.limit) {
			o.limit = now
		}
		o.limit = o.limit.Add(overrun)
	}
	return err
}

// acquire waits for the bus. A call on a descriptor that was closed meanwhile,
// or whose handle the firmware has forgotten, does not get it: nothing is ever
// sent to a handle that may belong to another connection by now.
func (o *op) acquire() error {
	if err := o.turn(); err != nil {
		return err
	}
	if err := o.current(); err != nil {
		o.release()
		return err
	}
	return nil
}

// current checks that the session, the descriptor, its handle and the firmware
// are still what they were.
func (o *op) current() error {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if err := o.session.current(o.d); err != nil {
		return err
	}
	if s := o.sock; s != nil {
		switch {
		case s.gen != o.gen:
			return netdev.ErrInvalidSocketFd
		case s.handle != o.handle:
			return s.phase.gone()
		}
	}
	switch {
	case o.d.life == started:
		return nil
	case o.d.trouble:
		return ErrRecovering
	}
	return netdev.ErrNotConnected
}

// release gives the bus back.
func (o *op) release() { o.d.turns.Release(o.id) }
