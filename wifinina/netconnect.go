package wifinina

import (
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// NetConnectWEP is NetConnect to a network that goes by WEP; Passphrase and
// ConnectMode of params do not count. The key is given as 5 or 13 characters,
// or as 10 or 26 hexadecimal digits. ErrTooLong beyond 26.
func (d *Device) NetConnectWEP(params *netlink.ConnectParams, key string) error {
	if len(key) > wire.MaxWEPKey {
		return d.refuse(wire.SetKey, ErrTooLong)
	}
	return d.joinBy(wire.SetKey, params, wepKey(key))
}

// maxChannel is the highest WiFi channel of the 2.4 GHz band; Japan's 14 is for
// 802.11b alone.
const maxChannel = 13

// StartAccessPoint opens an access point of our own on a channel from 1 to 13;
// it is NetConnect with ConnectModeAP, which always takes channel 1. An empty
// passphrase opens it to everybody. At most four stations can join. ErrRefused:
// the firmware does not open it. netdev.ErrInvalidArgument for a channel there
// is not: what the firmware would make of it is not known.
func (d *Device) StartAccessPoint(ssid, passphrase string, channel uint8) error {
	if channel < 1 || channel > maxChannel {
		return d.refuse(wire.SetAPNet, netdev.ErrInvalidArgument)
	}
	return d.joinAs(wire.SetAPNet, &netlink.ConnectParams{
		ConnectMode: netlink.ConnectModeAP, Ssid: ssid, Passphrase: passphrase, Retries: 1,
	}, accessPoint{passphrase, channel})
}

// joinBy joins the network of params by other credentials than theirs.
func (d *Device) joinBy(c wire.Command, params *netlink.ConnectParams, how credentials) error {
	var p netlink.ConnectParams
	if params != nil {
		p = *params
	}
	p.Passphrase, p.ConnectMode = "", netlink.ConnectModeSTA
	return d.joinAs(c, &p, how)
}

func (d *Device) joinAs(c wire.Command, params *netlink.ConnectParams, how credentials) error {
	o := d.command(c)
	o.how = how
	err := d.netConnect(&o, params)
	if err == nil {
		d.tell(o.session, netlink.EventNetUp)
	}
	return o.end(bus.Result{Err: o.fail(err)})
}
