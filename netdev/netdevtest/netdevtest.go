package netdevtest

import (
	"net/netip"
	"testing"

	"github.com/ninatrace/ninatrace/netdev"
)

// A Setup is a device to test and where it is.
type Setup struct {
	// Device is up, and nobody else uses it.
	Device netdev.Netdever
	// Here is the address by which the device reaches servers of the
	// machine that runs the test. Zero: 127.0.0.1.
	Here netip.Addr
	// Reach is the address by which that machine reaches servers of the
	// device. Zero: 127.0.0.1.
	Reach netip.Addr
	// Silent is an address where a connection is neither made nor refused
	// for a while. Zero: that Close wakes Connect is not tested.
	Silent netip.AddrPort
	// Open is how many connections the device can have at once. Zero: as
	// many as it has descriptors, ten.
	Open int
	// Mute says that Accept does not see a connection before the client has
	// sent something.
	Mute bool
}

func (s Setup) withDefaults() Setup {
	if !s.Here.IsValid() {
		s.Here = loopback
	}
	if !s.Reach.IsValid() {
		s.Reach = loopback
	}
	if s.Open == 0 {
		s.Open = maxSockets
	}
	return s
}

// A test is one thing that a device must do.
type test struct {
	name string
	run  func(*testing.T, Setup)
}

// TestNetdever tests all that package netdev says of a device. open makes one
// for a subtest and cleans it up at its end.
func TestNetdever(t *testing.T, open func(*testing.T) Setup) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"Descriptors", descriptorTests},
		{"Stream", streamTests},
		{"Datagram", datagramTests},
		{"Packet", packetTests},
		{"Server", serverTests},
		{"Concurrency", concurrencyTests},
		{"Conn", connTests},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.tests {
				t.Run(c.name, func(t *testing.T) { c.run(t, open(t).withDefaults()) })
			}
		})
	}
}
