package wifinina

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An endpoint is an IPv4 address and a port, in a quarter of the memory that
// netip takes. Zero: none.
type endpoint struct {
	ip   [4]byte
	port uint16
}

// endpointOf returns the endpoint of an address. ErrMalAddr: it is not IPv4.
func endpointOf(a netip.AddrPort) (endpoint, error) {
	ip := a.Addr().Unmap()
	if !ip.Is4() {
		return endpoint{}, netdev.ErrMalAddr
	}
	return endpoint{ip.As4(), a.Port()}, nil
}

// addrPort returns the endpoint as netip has it, not valid for none.
func (e endpoint) addrPort() netip.AddrPort {
	if e == (endpoint{}) {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(netip.AddrFrom4(e.ip), e.port)
}

// group reports whether datagrams to the address may be answered from others.
func (e endpoint) group() bool { return e.ip[0] >= 224 }

// values returns the two parameters that commands take.
func (e endpoint) values() (ip, port wire.Value) { return wire.IP(e.ip), wire.Uint(e.port) }
