package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A nameNetwork knows one name.
type nameNetwork struct{ Host }

func (nameNetwork) Lookup(_ context.Context, host string) (netip.Addr, error) {
	if host == "known.test" {
		return netip.AddrFrom4([4]byte{10, 1, 2, 3}), nil
	}
	return netip.Addr{}, errors.New("no such host")
}

func resolveCmd(host string) string { return padded(fmt.Sprintf("e03401 %02x %x ee", len(host), host)) }

func TestNames(t *testing.T) {
	const resolved, unknown, result = "e0b40101 01 ee", "e0b40101 00 ee", "e03500ee"
	h := newHost(t, Config{Network: nameNetwork{}, Hosts: map[string]netip.Addr{"Table.Test": loopback}})
	h.expect(result, "e0b50104 ffffffff ee")
	h.expect(resolveCmd("known.test"), unknown) // no link
	h.expect(resolveCmd("table.test"), unknown)
	h.expect(resolveCmd("10.9.8.7"), resolved) // needs none
	h.expect(result, "e0b50104 0a090807 ee")
	h.join()
	h.expect(resolveCmd("known.test"), resolved)
	h.expect(result, "e0b50104 0a010203 ee")
	h.expect(resolveCmd("tAbLe.tEsT"), resolved)
	h.expect(result, "e0b50104 7f000001 ee")
	for _, name := range []string{"unknown.test", "", "::1", "1.2.3"} {
		h.expect(resolveCmd(name), unknown)
		h.expect(result, "e0b50104 ffffffff ee") // forgotten
	}
}

func TestPing(t *testing.T) {
	clock := newHandClock(time.Unix(1e9, 0))
	known := netip.AddrFrom4([4]byte{10, 0, 0, 1})
	h := newHost(t, Config{Clock: clock, BootTime: -1, JoinTime: -1, Pings: map[netip.Addr]time.Duration{known: 47 * time.Millisecond}})
	took := func(request, reply string) time.Duration {
		t.Helper()
		start := clock.Now()
		h.expect(request, reply)
		return clock.Now().Sub(start)
	}
	const pingKnown = "e03e 02 04 0a000001 01 80 ee ff"
	assert.Equal(t, pingTimeout, took(pingKnown, "e0be0102 ffff ee")) // no link
	h.join()
	assert.Equal(t, 47*time.Millisecond, took(pingKnown, "e0be0102 2800 ee")) // in steps of 10 ms
	assert.Zero(t, took("e03e 02 04 7f000001 01 80 ee ff", "e0be0102 0000 ee"))
	assert.Equal(t, pingTimeout, took("e03e 02 04 0a000002 01 80 ee ff", "e0be0102 ffff ee"))
}
