package wifinina

import (
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Start resets the coprocessor and checks that firmware answers, as the first
// NetConnect does, and joins nothing. What is said to the firmware after Start
// and before NetConnect holds for the join: SetIPConfig, SetHostname. If the
// firmware runs already and the link is in order, Start does nothing.
// ErrNoFirmware when nothing answers.
//
// All other methods but Scan and those that join need a started coprocessor:
// netdev.ErrNotConnected.
func (d *Device) Start() error {
	o := d.command(wire.GetFWVersion)
	_, err := o.start()
	return o.end(bus.Result{Err: o.fail(err)})
}

// command begins a call that consists of exchanges of one command, which is
// what a trace shows of it.
func (d *Device) command(c wire.Command) op {
	o := d.begin(bus.Call{Op: bus.OpExchange, Int: [5]int64{int64(c)}})
	o.cmd = c
	return o
}

// acquireFor waits for the bus. Firmware that does not have the command is not
// asked: ErrUnsupported.
func (o *op) acquireFor(c wire.Command) error {
	if err := o.acquire(); err != nil {
		return err
	}
	if !o.d.fw.has(c) {
		o.cmd = c
		o.release()
		return ErrUnsupported
	}
	return nil
}

// query is a call that asks for a number.
func (d *Device) query(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	o := d.command(c)
	v, err := o.query(c, vals...)
	return v, o.end(bus.Result{Err: o.fail(err)})
}

// query runs one exchange in a turn of its own, for replies without bytes.
func (o *op) query(c wire.Command, vals ...wire.Value) (wire.Value, error) {
	if err := o.acquireFor(c); err != nil {
		return wire.Value{}, err
	}
	defer o.release()
	return o.first(c, vals...)
}

// set is a call that sets something, which the firmware answers with 1.
func (d *Device) set(c wire.Command, vals ...wire.Value) error {
	o := d.command(c)
	v, err := o.query(c, vals...)
	if err == nil && v.Int() != 1 {
		err = ErrRefused
	}
	return o.end(bus.Result{Err: o.fail(err)})
}

// refuse is a call that ends before anything is sent.
func (d *Device) refuse(c wire.Command, err error) error {
	o := d.command(c)
	return o.end(bus.Result{Err: o.fail(err)})
}
