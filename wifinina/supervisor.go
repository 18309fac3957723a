package wifinina

import (
	"time"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// alarm tells the supervisor that the coprocessor or the network is lost, and
// starts it if it does not run. Without a network to go back to nothing
// happens.
func (d *Device) alarm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.home.Ssid != "" {
		d.trouble = true
		d.startSupervisor()
	}
}

// startSupervisor starts, under mu, the supervisor of the session, unless it
// runs.
func (d *Device) startSupervisor() {
	if d.supervised != d.session {
		d.supervised = d.session
		go d.supervisor(op{d: d, kind: bus.OpNetConnect, session: d.session})
	}
}

// Pauses of the supervisor between two tries to get back, which double from
// the first to the last.
const (
	retryMin = time.Second
	retryMax = 30 * time.Second
)

// supervisor is the goroutine that keeps the device in the network of a
// session. It ends with the session, and without a watchdog as soon as all is
// well: an alarm starts it again. A bus that is closed ends it too.
func (d *Device) supervisor(o op) {
	retry := retryMin
	for o.session.lasts(d) == nil {
		if !d.troubled() {
			watchdog, done := d.watch(o.session)
			if done {
				return
			}
			o.doze(watchdog, d.troubled)
			// A fault of the link is no answer: it raises its own alarm when it
			// lasts.
			_, _ = o.networkUp()
			continue
		}
		d.tell(o.session, netlink.EventNetDown)
		switch err := o.rejoin(); {
		case err == nil:
			retry = retryMin
			d.tell(o.session, netlink.EventNetUp)
			continue
		case closed(err):
			return
		}
		o.doze(retry, func() bool { return false })
		retry = min(2*retry, retryMax)
	}
}

// closed reports whether err says that the bus is gone for good.
func closed(err error) bool {
	f, ok := err.(bus.Fault)
	return ok && f == bus.ErrClosed
}

// networkUp is linkUp in a turn of its own.
func (o *op) networkUp() (bool, error) {
	if err := o.acquire(); err != nil {
		return false, err
	}
	defer o.release()
	return o.linkUp()
}

// linkUp asks, within the turn, whether the network that was joined, or opened,
// is there, and raises the alarm when it is not. Of an access point some
// firmware tells nothing. Firmware that has forgotten that it ever joined has
// booted by itself: it is given up, as its sockets are gone.
func (o *op) linkUp() (bool, error) {
	v, err := o.inquire(wire.GetConnStatus)
	if err != nil {
		return false, err
	}
	o.d.mu.Lock()
	mode, before := o.d.home.ConnectMode, o.d.joined
	o.d.mu.Unlock()
	status := wire.Status(v.Uint8())
	up := joined(status, mode) || mode == netlink.ConnectModeAP && o.d.fw.stationStatus
	if up {
		return true, nil
	}
	if before && booted(status) {
		o.d.disownAll()
	}
	o.d.alarm()
	return false, nil
}

// rejoin resets the coprocessor if it has to be, and joins the network again
// unless it is back by itself.
func (o *op) rejoin() error {
	if _, err := o.start(); err != nil {
		return err
	}
	if up, err := o.networkUp(); err != nil || up {
		return o.calm(err, false)
	}
	o.d.mu.Lock()
	home := o.d.home
	o.how = o.d.homeBy
	o.d.mu.Unlock()
	home.Retries = 1
	return o.calm(o.enter(&home), true)
}

// calm ends the alarm when all is well again.
func (o *op) calm(err error, joined bool) error {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if err == nil && o.session.current(o.d) == nil {
		o.d.trouble, o.d.joined = false, true
		if joined {
			o.d.stats.Rejoins++
		}
	}
	return err
}

// troubled reports whether there is an alarm.
func (d *Device) troubled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.trouble
}

// watch returns how long the supervisor of a session sleeps before it looks,
// or that there is nothing to look after any more.
func (d *Device) watch(s session) (watchdog time.Duration, done bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s != d.session {
		return 0, true
	}
	if d.home.WatchdogTimeout <= 0 && !d.trouble {
		d.supervised = 0
		return 0, true
	}
	return d.home.WatchdogTimeout, false
}

// restSlice is how long the supervisor sleeps at a stretch.
const restSlice = 100 * time.Millisecond

// doze sleeps for d, or until the session is over or something happens.
func (o *op) doze(d time.Duration, happened func() bool) {
	for d > 0 && o.session.lasts(o.d) == nil && !happened() {
		slice := min(d, restSlice)
		o.d.clock.Sleep(slice)
		d -= slice
	}
}
