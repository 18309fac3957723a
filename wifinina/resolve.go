package wifinina

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// GetHostByName implements netdev.Netdever: the IPv4 address of a host, or of
// an address in dotted form, for which the firmware is not asked.
// ErrHostUnknown is all the firmware says of a failure.
func (d *Device) GetHostByName(name string) (netip.Addr, error) {
	o := d.begin(bus.Call{Op: bus.OpGetHostByName, Text: name})
	addr, err := o.resolve(name)
	return addr, o.end(bus.Result{Addr: netip.AddrPortFrom(addr, 0), Err: o.fail(err)})
}

// resolve asks in one turn: the firmware keeps a single result for whoever
// asks next (reference §4.2, REQ_HOST_BY_NAME).
func (o *op) resolve(name string) (netip.Addr, error) {
	if addr, ok := parseIPv4(name); ok {
		return addr, nil
	}
	if name == "" || len(name) > wire.MaxHost {
		return netip.Addr{}, netdev.ErrMalAddr
	}
	if err := o.acquire(); err != nil {
		return netip.Addr{}, err
	}
	defer o.release()
	if err := o.accepted(wire.ReqHostByName, wire.Text(name)); err != nil {
		if e, ok := err.(Error); ok && e == ErrRefused {
			err = netdev.ErrHostUnknown
			_ = o.orNetwork(err) // it raises the alarm
		}
		return netip.Addr{}, err
	}
	v, err := o.first(wire.GetHostByName)
	if err != nil {
		return netip.Addr{}, err
	}
	addr := v.IP()
	if addr == [4]byte{255, 255, 255, 255} || addr == [4]byte{} {
		return netip.Addr{}, netdev.ErrHostUnknown
	}
	return netip.AddrFrom4(addr), nil
}

// parseIPv4 reads an address in dotted form. It costs a board far less than
// netip.ParseAddr, which knows IPv6 and zones.
func parseIPv4(s string) (netip.Addr, bool) {
	var a [4]byte
	part, n, digits := 0, 0, 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == '.':
			if digits == 0 || part == 4 {
				return netip.Addr{}, false
			}
			a[part] = byte(n)
			part, n, digits = part+1, 0, 0
		case s[i] >= '0' && s[i] <= '9':
			n, digits = n*10+int(s[i]-'0'), digits+1
			if n > 255 {
				return netip.Addr{}, false
			}
		default:
			return netip.Addr{}, false
		}
	}
	return netip.AddrFrom4(a), part == 4
}

// Addr implements netdev.Netdever: the address the firmware has now.
// ErrNotConnected when it has none.
func (d *Device) Addr() (netip.Addr, error) {
	o := d.begin(bus.Call{Op: bus.OpAddr})
	v, err := o.once(wire.GetIPAddr)
	addr := netip.AddrFrom4(v.IP())
	if err == nil && addr.IsUnspecified() {
		err = netdev.ErrNotConnected
	}
	if err != nil {
		return netip.Addr{}, o.end(bus.Result{Err: o.fail(err)})
	}
	return addr, o.end(bus.Result{Addr: netip.AddrPortFrom(addr, 0)})
}
