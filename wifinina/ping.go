package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// defaultTTL is the time to live of a Ping that names none, WiFiNINA's.
const defaultTTL = 128

// Ping sends one echo request and returns how long the answer took, in steps
// of the firmware's clock: 10 ms in Arduino's firmware. A ttl of 0 is 128. The
// firmware waits 5 s and answers nobody else meanwhile; no answer is
// netdev.ErrTimeout, and netdev.ErrMalAddr is anything but an IPv4 address.
func (d *Device) Ping(addr netip.Addr, ttl uint8) (time.Duration, error) {
	to, err := endpointOf(netip.AddrPortFrom(addr, 0))
	if err != nil {
		return 0, d.refuse(wire.Ping, err)
	}
	if ttl == 0 {
		ttl = defaultTTL
	}
	o := d.command(wire.Ping)
	v, err := o.query(wire.Ping, wire.IP(to.ip), wire.Uint(ttl))
	if err == nil && v.Int() < 0 {
		err = netdev.ErrTimeout
	}
	return max(0, time.Duration(v.Int())) * time.Millisecond, o.end(bus.Result{Err: o.fail(err)})
}
