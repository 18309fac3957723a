package wifinina

import (
	"net"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Network is what the firmware tells of a network in range, or of the one in
// use.
type Network struct {
	SSID       string           // up to 32 bytes, in no particular encoding
	BSSID      net.HardwareAddr // of the access point, first octet first
	Channel    uint8            // 0 in what [Device.Network] returns: the firmware does not tell
	RSSI       int              // dBm
	Encryption wire.Encryption
}

// Network returns what the firmware tells of the network in use: the one
// joined, or our own access point, whose RSSI is 0 and whose BSSID is our own
// address. The four questions are asked in one turn. SSID and BSSID are the
// caller's to keep and are allocated. netdev.ErrNotConnected when there is no
// network.
func (d *Device) Network() (Network, error) {
	o := d.command(wire.GetCurrSSID)
	n, err := o.network()
	return n, o.end(bus.Result{Err: o.fail(err)})
}

func (o *op) network() (n Network, err error) {
	if err := o.acquire(); err != nil {
		return Network{}, err
	}
	defer o.release()
	v, err := o.first(wire.GetCurrSSID)
	if err == nil && len(v.Bytes()) == 0 {
		err = netdev.ErrNotConnected
	}
	if err != nil {
		return Network{}, err
	}
	n.SSID = string(v.Bytes())
	if n.BSSID, err = o.mac(wire.GetCurrBSSID); err != nil {
		return Network{}, err
	}
	if v, err = o.first(wire.GetCurrRSSI); err != nil {
		return Network{}, err
	}
	n.RSSI = int(v.Int())
	if v, err = o.first(wire.GetCurrEncT); err != nil {
		return Network{}, err
	}
	n.Encryption = wire.Encryption(v.Uint8())
	return n, nil
}

// RSSI returns the strength of the network in use in dBm, 0 when there is none
// or it is our own. It allocates nothing.
func (d *Device) RSSI() (int, error) {
	v, err := d.query(wire.GetCurrRSSI)
	return int(v.Int()), err
}

// Status returns the connection status. Adafruit's firmware from 2.0.0 on
// tells that of the station only, and gives the numbers a meaning of its own:
// 6 is a join in progress too, and 1 a network that was not found.
func (d *Device) Status() (wire.Status, error) {
	v, err := d.query(wire.GetConnStatus)
	return wire.Status(v.Uint8()), err
}

// ReasonCode returns why the station was last disconnected. Arduino's firmware
// forgets it when a join succeeds. ErrUnsupported before Arduino 1.2.3 and
// Adafruit 2.0.0.
func (d *Device) ReasonCode() (wire.Reason, error) {
	v, err := d.query(wire.GetReasonCode)
	return wire.Reason(v.Uint8()), err
}

// mac runs one exchange within the turn whose reply is a MAC address, and
// returns a copy of it, first octet first.
func (o *op) mac(c wire.Command, vals ...wire.Value) (net.HardwareAddr, error) {
	v, err := o.first(c, vals...)
	if err != nil {
		return nil, err
	}
	mac := append(net.HardwareAddr(nil), v.Bytes()...)
	if o.d.fw.macReversed {
		for i, j := 0, len(mac)-1; i < j; i, j = i+1, j-1 {
			mac[i], mac[j] = mac[j], mac[i]
		}
	}
	return mac, nil
}
