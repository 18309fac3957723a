//go:build !unix

package netdevtest_test

import (
	"net/netip"
	"testing"
)

// silent returns no address: the backlog of a listener is a matter of unix.
func silent(*testing.T) netip.AddrPort { return netip.AddrPort{} }
