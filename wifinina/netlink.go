package wifinina

import (
	"net"

	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// NetConnect implements netdev.Netlinker. The first time, and whenever the last
// exchange with the coprocessor failed, it resets the coprocessor and checks
// that firmware answers; open sockets are then lost (ErrConnectionReset). Then
// it joins the network of params, or opens an access point, and returns when
// there is an address.
//
// A join that fails is tried again until params.Retries tries are made, where
// zero means for ever; a passphrase that the access point rejects is not tried
// again. A NetConnect or NetDisconnect that begins later takes over:
// ErrSuperseded. The error of the last try says why: netlink.ErrMissingSSID,
// ErrShortPassphrase, ErrConnectModeNoGood, ErrAuthTypeNoGood; ErrTooLong,
// ErrNoSuchNetwork, ErrWrongPassphrase, ErrJoinTimeout, ErrJoinFailed,
// ErrNoFirmware, or what the link itself reports.
//
// AuthTypeOpen takes no passphrase, whatever params say; of the others the
// firmware finds out which it is. It has no command for Country, and ignores it.
func (d *Device) NetConnect(params *netlink.ConnectParams) error {
	if params == nil {
		params = &netlink.ConnectParams{}
	}
	o := d.begin(bus.Call{
		Op: bus.OpNetConnect, Text: params.Ssid, Secret: params.Passphrase, Hostname: params.Hostname,
		Int: [5]int64{int64(params.ConnectMode), int64(params.AuthType), int64(params.Retries),
			int64(params.ConnectTimeout), int64(params.WatchdogTimeout)},
	})
	o.how = credentialsOf(params)
	err := d.netConnect(&o, params)
	if err == nil {
		d.tell(o.session, netlink.EventNetUp)
	}
	return o.end(bus.Result{Err: o.fail(err)})
}

// netConnect does not trust firmware that ran before: if the link fails, it
// starts once more, from a reset.
func (d *Device) netConnect(o *op, params *netlink.ConnectParams) error {
	if err := checkParams(params); err != nil {
		return err
	}
	o.session = d.beginSession()
	for {
		fresh, err := o.start()
		if err != nil {
			return err
		}
		if err = o.enter(params); err == nil {
			return o.settleIn(params)
		}
		if fresh || !damaged(err) {
			return err
		}
	}
}

// settleIn makes the network the one to go back to.
func (o *op) settleIn(params *netlink.ConnectParams) error {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if err := o.session.current(o.d); err != nil {
		return err
	}
	o.d.home, o.d.homeBy, o.d.joined = *params, o.how, true
	o.d.trouble = o.d.life != started // it was lost the moment it was joined
	if params.WatchdogTimeout > 0 || o.d.trouble {
		o.d.startSupervisor()
	}
	return nil
}

// enter joins, as often as it takes. The firmware closes its connections when
// it is told to join.
func (o *op) enter(params *netlink.ConnectParams) error {
	if params.Hostname != "" {
		if err := o.acceptedOnce(wire.SetHostname, wire.Text(params.Hostname)); err != nil {
			return err
		}
	}
	for try := 1; ; try++ {
		err := o.step(func() error { o.d.cut(); return nil })
		if err == nil {
			o.d.tell(o.session, netlink.EventNetDown)
			err = o.join(params)
		}
		if e, ok := err.(Error); !ok || !e.mayPass() || try == params.Retries {
			return err
		}
		o.d.clock.Sleep(joinPoll)
	}
}

// mayPass reports whether another try to join may end differently.
func (e Error) mayPass() bool {
	return e == ErrNoSuchNetwork || e == ErrJoinTimeout || e == ErrJoinFailed
}

// checkParams refuses what would overrun a buffer of the firmware.
func checkParams(params *netlink.ConnectParams) error {
	switch {
	case params.Ssid == "":
		return netlink.ErrMissingSSID
	case len(params.Ssid) > wire.MaxSSID, len(params.Passphrase) > wire.MaxPassphrase, len(params.Hostname) > wire.MaxHostname:
		return ErrTooLong
	case params.ConnectMode != netlink.ConnectModeSTA && params.ConnectMode != netlink.ConnectModeAP:
		return netlink.ErrConnectModeNoGood
	case params.AuthType < netlink.AuthTypeWPA2 || params.AuthType > netlink.AuthTypeWPA2Mixed:
		return netlink.ErrAuthTypeNoGood
	case params.Passphrase != "" && len(params.Passphrase) < 8:
		return netlink.ErrShortPassphrase
	}
	return nil
}

// NetDisconnect implements netdev.Netlinker: it leaves the network and ends a
// NetConnect at work. The firmware closes all connections and goes on running;
// NetConnect joins again.
func (d *Device) NetDisconnect() {
	o := d.begin(bus.Call{Op: bus.OpNetDisconnect})
	o.session = d.beginSession()
	_, err := o.ask(wire.Disconnect)
	_ = o.step(func() error { d.cut(); return nil })
	_ = o.end(bus.Result{Err: o.fail(err)})
	d.tell(o.session, netlink.EventNetDown)
}

// NetNotify implements netdev.Netlinker: cb is told when the network comes and
// goes, each once. It is called from the goroutine that connects or
// disconnects, or from one of the driver's own when the network is lost or
// found again, and may call the Device. Nil ends the notification.
func (d *Device) NetNotify(cb func(netlink.Event)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notify = cb
}

// tell tells the callback, without the lock, what has become of the network of
// a session, unless that is over or it is no news. One callback runs at a time,
// so that the last one told is right: who comes meanwhile leaves it to the one
// who tells.
func (d *Device) tell(s session, e netlink.Event) {
	d.mu.Lock()
	if s.current(d) == nil {
		d.up = e == netlink.EventNetUp
	}
	if d.telling {
		d.mu.Unlock()
		return
	}
	d.telling = true
	for d.told != d.up {
		d.told = d.up
		cb, event := d.notify, netlink.EventNetDown
		if d.up {
			event = netlink.EventNetUp
		}
		d.mu.Unlock()
		if cb != nil {
			cb(event)
		}
		d.mu.Lock()
	}
	d.telling = false
	d.mu.Unlock()
}

// GetHardwareAddr implements netdev.Netlinker: the MAC address, first octet
// first. It is the caller's to keep.
func (d *Device) GetHardwareAddr() (net.HardwareAddr, error) {
	o := d.begin(bus.Call{Op: bus.OpGetHardwareAddr})
	mac, err := o.hardwareAddr()
	return mac, o.end(bus.Result{Data: mac, Err: o.fail(err)})
}

func (o *op) hardwareAddr() (net.HardwareAddr, error) {
	if err := o.acquire(); err != nil {
		return nil, err
	}
	defer o.release()
	return o.mac(wire.GetMACAddr)
}
