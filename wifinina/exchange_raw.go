package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Exchange sends one request as its bytes are, padding included, and passes
// the reply to read, which may be nil: the values are views of buf and valid
// during the call. Nil buf is the device's own buffer, which holds the replies
// that the device itself asks for, up to 1520 bytes; req may not be in it. The
// firmware's error frame is a reply like another, see wire.Message.ErrorReply.
// Exchange is for what the device has no method for, and for replaying what
// other hosts sent.
//
// Whoever uses it to take or free a socket slot does so behind the back of
// the device, which frees slots it knows nothing of when it finds none. read has the bus and must not call the device. Errors: a
// wire.Error for a req without a frame in it and for a reply that is not one
// of the command, a bus.Fault, or that of read.
func (d *Device) Exchange(req, buf []byte, read func(m wire.Message, vals []wire.Value) error) error {
	cmd := wire.Command(0)
	if len(req) > 1 {
		cmd = wire.Command(req[1])
	}
	o := d.begin(bus.Call{Op: bus.OpExchange, Int: [5]int64{int64(cmd)}})
	return o.end(bus.Result{Err: o.fail(o.raw(cmd, req, buf, read))})
}

// shortestFrame is the size of a request without parameters.
const shortestFrame = 4

func (o *op) raw(cmd wire.Command, req, buf []byte, read func(wire.Message, []wire.Value) error) error {
	d := o.d
	o.cmd = cmd
	if len(req) < shortestFrame {
		// Without clocks the firmware would never answer.
		return wire.ErrTruncated
	}
	if err := o.turn(); err != nil {
		return err
	}
	defer o.release()
	if err := d.awake(); err != nil {
		return err
	}
	if buf == nil {
		buf = d.buf[:]
	}
	vals, msg, err := o.converse(cmd, req, buf)
	if err != nil {
		return err
	}
	if cmd == wire.GetFWVersion && len(vals) > 0 {
		d.learn(vals[0].Bytes())
	}
	if read == nil {
		return nil
	}
	return read(msg, vals)
}

// awake refuses to talk to a coprocessor in the middle of a reset. One that
// nobody has reset may run.
func (d *Device) awake() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.trouble && d.life != started:
		return ErrRecovering
	case d.life == booting:
		return netdev.ErrNotConnected
	}
	return nil
}
