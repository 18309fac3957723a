package emulator

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var defaultTime = time.Unix(1_700_000_000, 0)

// nowhere is a network without anybody on it.
type nowhere struct{ Host }

func (nowhere) Dial(context.Context, netip.AddrPort) (net.Conn, error) {
	return nil, syscall.ECONNREFUSED
}

func (nowhere) Listen(uint16) (net.Listener, error) { return nil, syscall.EADDRINUSE }

func (nowhere) ListenPacket(uint16, netip.Addr) (PacketConn, error) {
	return nil, syscall.EADDRINUSE
}

func (nowhere) Lookup(context.Context, string) (netip.Addr, error) {
	return netip.Addr{}, syscall.EHOSTUNREACH
}

// FuzzCommand: whatever a host clocks in, the emulator does not panic, and the
// next exchange is in step, unless the firmware has died of the command and
// says so.
func FuzzCommand(f *testing.F) {
	for c := range handlers {
		f.Add([]byte{0xE0, byte(c), 0, 0xEE}, true)
		f.Add([]byte{0xE0, byte(c), 4, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, false)
		f.Add([]byte{0xE0, byte(c), 6, 0x00, 0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00}, true)
		f.Add([]byte{0xE0, byte(c), 3, 1, fd0, fd0 + 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, true)
	}
	f.Fuzz(func(t *testing.T, command []byte, joined bool) {
		clock := newHandClock(defaultTime)
		h := newHost(t, Config{Clock: clock, JoinTime: -1, Network: nowhere{}})
		if joined {
			h.join()
			for i := range 2 {
				h.nonBlocking(h.openFD(wire.SockStream+i, fd0+i))
			}
		}
		h.window(command)
		if died(h) {
			h.restart(bus.High)
		} else if len(command) > 0 {
			h.window(fill(16, 0xFF))
		}
		h.expect(askVersion, isVersion)
	})
}

func died(h *rawHost) bool {
	m := h.Misuses()
	return len(m) > 0 && m[len(m)-1].Crash && m[len(m)-1].Command == wire.GetRemoteData
}

// TestAnyCommandKeepsStep is the fuzz test's property on one connected module
// with every slot in use, for all commands and many slots.
func TestAnyCommandKeepsStep(t *testing.T) {
	h := udpHost(t)
	h.connect(0)
	h.serve(1)
	h.openUDP(2, newUDPPeer(t))
	h.nonBlocking(h.openFD(wire.SockStream, fd0))
	h.nonBlocking(h.openFD(wire.SockDgram, fd0+1))
	for c := range handlers {
		for _, arg := range []byte{0, 1, 2, 3, 10, fd0, fd0 + 1, 255} {
			if wire.Command(c) == wire.GetRemoteData && arg >= 10 || wire.Command(c) == wire.Ping {
				continue // the first is TestCrash, the second takes five seconds: TestPing
			}
			h.window([]byte{0xE0, byte(c), 1, 1, arg, arg, arg, arg})
			h.window(fill(16, 0xFF))
			require.Equal(t, isVersion, h.ask(askVersion, isVersion), "after %02x %d", c, arg)
		}
	}
}
