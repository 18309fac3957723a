package wifinina

import (
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Scan looks for networks and returns those in range, the strongest first, or
// none. That takes seconds, during which the firmware answers nobody else.
// Networks that hide their name are not found, and several access points of
// one name are several networks. Arduino's firmware tells of ten at most.
//
// Arduino's firmware, and Adafruit's before 2.0.0, leaves its network for the
// scan and does not come back: Scan then is a NetDisconnect, which ends a
// NetConnect at work (ErrSuperseded) and tells EventNetDown. Adafruit's later
// firmware stays, and does not scan while it joins.
//
// The first time, Scan starts the coprocessor, as NetConnect does. The result
// is the caller's to keep and is allocated. ErrScanFailed: the radio could not
// scan.
func (d *Device) Scan() ([]Network, error) {
	o := d.command(wire.ScanNetworks)
	_, err := o.start()
	var list []Network
	if err == nil {
		list, err = o.scan()
	}
	return list, o.end(bus.Result{Err: o.fail(err)})
}

// scan keeps the turn until everything is asked: another scan would change
// what an index means.
func (o *op) scan() ([]Network, error) {
	if err := o.acquireFor(wire.ScanNetworks); err != nil {
		return nil, err
	}
	leaves := o.d.fw.scanLeaves
	list, err := o.survey()
	o.release()
	if leaves {
		o.d.tell(o.session, netlink.EventNetDown)
	}
	return list, err
}

func (o *op) survey() ([]Network, error) {
	if o.d.fw.scanLeaves {
		o.session = o.d.beginSession()
		o.d.cut()
	}
	list, err := o.names()
	for i := 0; i < len(list) && err == nil; i++ {
		err = o.describe(&list[i], uint8(i))
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

// names runs the scan itself. A reply with the names of all networks may be
// larger than the device's buffer.
func (o *op) names() ([]Network, error) {
	d := o.d
	buf := d.buf[:]
	if d.fw.scansAll {
		buf = make([]byte, wire.MaxFrame)
	}
	o.cmd = wire.ScanNetworks
	vals, msg, err := o.converse(o.cmd, wire.AppendRequestTo(d.buf[:0], d.fw.family, o.cmd), buf)
	switch {
	case err != nil:
		return nil, err
	case msg.ErrorReply:
		return nil, ErrUnsupported
	case len(vals) == 0:
		return nil, o.emptyScan(msg)
	}
	list := make([]Network, len(vals))
	for i := range list {
		list[i].SSID = string(vals[i].Bytes())
	}
	return list, nil
}

// emptyScan tells a scan that found nothing from one that failed: firmware
// says so by a negative count, older one by the status (reference §4.2).
func (o *op) emptyScan(msg wire.Message) error {
	failed := msg.Count != 0
	if !o.d.fw.scansAll {
		v, err := o.first(wire.GetConnStatus)
		if err != nil {
			return err
		}
		failed = wire.Status(v.Uint8()) == wire.StatusNoSSIDAvail
	}
	if failed {
		return ErrScanFailed
	}
	return nil
}

// describe asks for everything but the name of network i of the last scan.
func (o *op) describe(n *Network, i uint8) error {
	index := wire.Uint(i)
	v, err := o.first(wire.GetIdxRSSI, index)
	if err != nil {
		return err
	}
	n.RSSI = int(v.Int())
	if v, err = o.first(wire.GetIdxChannel, index); err != nil {
		return err
	}
	n.Channel = v.Uint8()
	if v, err = o.first(wire.GetIdxEncT, index); err != nil {
		return err
	}
	n.Encryption = o.d.fw.encryption(v.Uint8())
	n.BSSID, err = o.mac(wire.GetIdxBSSID, index)
	return err
}

// encryption reads the answer to GET_IDX_ENCT.
func (p *profile) encryption(code uint8) wire.Encryption {
	if p.rawEncryption {
		return wire.AuthMode(code).Encryption()
	}
	return wire.Encryption(code)
}
