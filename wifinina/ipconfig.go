package wifinina

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An IPConfig is the IPv4 configuration of the network interface.
type IPConfig struct {
	Addr    netip.Addr
	Mask    netip.Addr // such as 255.255.255.0
	Gateway netip.Addr
}

// IPConfig returns the configuration in use. netdev.ErrNotConnected when there
// is no address. Adafruit's firmware from 2.0.0 on has none to tell of an
// access point of its own.
func (d *Device) IPConfig() (IPConfig, error) {
	o := d.command(wire.GetIPAddr)
	c, err := o.ipConfig()
	return c, o.end(bus.Result{Err: o.fail(err)})
}

func (o *op) ipConfig() (IPConfig, error) {
	if err := o.acquire(); err != nil {
		return IPConfig{}, err
	}
	defer o.release()
	reply, err := o.exchange(wire.GetIPAddr)
	if err != nil {
		return IPConfig{}, err
	}
	c := IPConfig{netip.AddrFrom4(reply[0].IP()), netip.AddrFrom4(reply[1].IP()), netip.AddrFrom4(reply[2].IP())}
	if c.Addr.IsUnspecified() {
		return IPConfig{}, netdev.ErrNotConnected
	}
	return c, nil
}

// validAll is the first parameter of SET_IP_CONFIG and SET_DNS_CONFIG: how many
// of the others count. The firmware does not look at it.
const (
	validAll = 3
	validDNS = 2
)

// SetIPConfig gives the interface a fixed configuration instead of what DHCP
// hands out, from the next join on and until the coprocessor is reset. It
// forgets the DNS servers: SetDNSServers. Call it between Start and
// NetConnect. netdev.ErrMalAddr for anything but IPv4 addresses.
func (d *Device) SetIPConfig(c IPConfig) error {
	if !c.Addr.Is4() || !c.Mask.Is4() || !c.Gateway.Is4() {
		return d.refuse(wire.SetIPConfig, netdev.ErrMalAddr)
	}
	// The answer is 0 and means nothing (nina-observed "Frame rules" 10).
	_, err := d.query(wire.SetIPConfig, wire.Uint(validAll),
		wire.IP(c.Addr.As4()), wire.IP(c.Gateway.As4()), wire.IP(c.Mask.As4()))
	return err
}

// DNSServers returns the name servers in use; the zero Addr is none.
// ErrUnsupported before Arduino 1.6.0 and Adafruit 2.0.0.
func (d *Device) DNSServers() (primary, secondary netip.Addr, err error) {
	o := d.command(wire.GetDNSConfig)
	primary, secondary, err = o.dnsServers()
	return primary, secondary, o.end(bus.Result{Err: o.fail(err)})
}

func (o *op) dnsServers() (primary, secondary netip.Addr, err error) {
	if err := o.acquireFor(wire.GetDNSConfig); err != nil {
		return primary, secondary, err
	}
	defer o.release()
	reply, err := o.exchange(wire.GetDNSConfig)
	if err != nil {
		return primary, secondary, err
	}
	return addrOf(reply[0]), addrOf(reply[1]), nil
}

// addrOf returns the address in v, the zero Addr for 0.0.0.0.
func addrOf(v wire.Value) netip.Addr {
	if v.Int() == 0 {
		return netip.Addr{}
	}
	return netip.AddrFrom4(v.IP())
}

// SetDNSServers sets the name servers; the zero Addr leaves one as it is.
// Arduino's firmware sets them again at a join only with SetIPConfig in force:
// otherwise DHCP's take over. netdev.ErrMalAddr for an address that is not
// IPv4.
func (d *Device) SetDNSServers(primary, secondary netip.Addr) error {
	if !isServer(primary) || !isServer(secondary) {
		return d.refuse(wire.SetDNSConfig, netdev.ErrMalAddr)
	}
	return d.set(wire.SetDNSConfig, wire.Uint(validDNS), serverValue(primary), serverValue(secondary))
}

func isServer(a netip.Addr) bool { return a.Is4() || !a.IsValid() }

// serverValue returns the Value of a name server, 0.0.0.0 for none.
func serverValue(a netip.Addr) wire.Value {
	if !a.IsValid() {
		return wire.IP([4]byte{})
	}
	return wire.IP(a.As4())
}
