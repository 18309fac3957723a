package emulator

import (
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const (
	isBeaconTimeout = "e09f0101 c8 ee"
	scan, foundNone = "e02700ee", "e0a700ee"
	foundHome       = "e0a701 09 6e696e617472616365 ee"
)

// TestLostAccessPoint: the link goes with it, it is not found meanwhile, and
// a join fails with the right reason until it is back.
func TestLostAccessPoint(t *testing.T) {
	onClocks(t, Config{}, func(t *testing.T, h *rawHost, clock bus.Clock) {
		join := func() {
			h.expect("e01102 09 6e696e617472616365 09 6e696e617472616365 ee ffff", "e0910101 01 ee")
			clock.Sleep(time.Second)
		}
		join()
		h.Inject(Fault{Kind: LoseAP, SSID: "ninatrace", After: 10 * time.Second, For: time.Minute})
		h.Inject(Fault{Kind: LoseAP, SSID: "nobody"})
		h.expect(askStatus, "e0a00101 03 ee")
		clock.Sleep(10 * time.Second)
		h.expect(askStatus, "e0a00101 06 ee")
		h.expect(askReason, isBeaconTimeout)
		h.expect(scan, foundNone)
		join()
		h.expect(askStatus, "e0a00101 04 ee")
		h.expect(askReason, "e09f0101 c9 ee") // none of that name
		clock.Sleep(time.Minute)
		h.expect(scan, foundHome)
		join()
		h.expect(askStatus, "e0a00101 03 ee")
		h.Inject(Fault{Kind: LoseAP})
		h.expect(askReason, isBeaconTimeout)
		h.restart(bus.High)
		h.expect(scan, foundNone) // no reset of the module brings it back
		h.Inject(Fault{Kind: LoseAP, For: -1})
		h.expect(scan, foundHome)
	})
}

func TestFailingScans(t *testing.T) {
	onClocks(t, Config{}, func(t *testing.T, h *rawHost, clock bus.Clock) {
		h.Inject(Fault{Kind: FailScans, For: time.Minute})
		h.expect(scan, foundNone)
		clock.Sleep(time.Minute)
		h.expect(scan, foundHome)
	})
}

// TestPathsThatBreak: a path is unreachable, then silent, then there again,
// with nobody looking when it mends.
func TestPathsThatBreak(t *testing.T) {
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		echo(t, lan.Node(peerAddr), webPort)
		h := onMemory(t, lan, Config{})
		dial := func(slot int) (reply string, took time.Duration) {
			start := time.Now()
			reply = h.ask(startClientAt(netip.AddrPortFrom(peerAddr, webPort), slot), "e0ad0101 01 ee")
			return reply, time.Since(start)
		}
		h.Inject(Fault{Kind: NoRoute, Addr: peerAddr, For: time.Minute})
		reply, took := dial(0)
		assert.Equal(t, "e0ad00ee0000", reply)
		assert.Zero(t, took)
		h.Inject(Fault{Kind: Silence, For: 1500 * time.Millisecond}) // of the module itself
		h.Inject(Fault{Kind: NoRoute, Addr: peerAddr, For: -1})
		reply, took = dial(0)
		assert.Equal(t, "e0ad010101ee", reply, "it has tried again")
		assert.Equal(t, 2*time.Second, took)
		h.ClearFaults()
		h.Inject(Fault{Kind: Silence, Addr: peerAddr, For: time.Hour})
		h.ClearFaults() // what has struck ends when it was to
		time.Sleep(time.Hour)
		reply, took = dial(1)
		assert.Equal(t, "e0ad010101ee", reply)
		assert.Zero(t, took)
	})
}

// TestPathsOfTheHost can't be broken from here, and the log says so.
func TestPathsOfTheHost(t *testing.T) {
	strikes, all := logged()
	h := newHost(t, Config{Strikes: strikes})
	h.Inject(Fault{Kind: NoRoute})
	got := all()
	require.Len(t, got, 1)
	assert.True(t, got[0].Missed)
}

// TestConnectionFaultsOfDescriptors: the sockets of 0x70 to 0x7F are struck as
// the slots are.
func TestConnectionFaultsOfDescriptors(t *testing.T) {
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		echo(t, lan.Node(peerAddr), webPort)
		h := onMemory(t, lan, Config{})
		dial := func(fd int) {
			h.openFD(wire.SockStream, fd)
			h.expect(strings.Replace(connectFD(fd, webPort), "7f000001", "c0a80163", 1), connectOK)
		}
		for i := range 4 {
			dial(fd0 + i)
		}
		h.write(recvFD(fd0, 10)) // blocks
		h.Inject(Fault{Kind: ResetPeer, N: fd0})
		require.Equal(t, noRecv, h.read(6))
		h.expect(askErrno, errnoIs(wire.ECONNRESET))
		h.Inject(Fault{Kind: LoseSlot, N: fd0 + 1})
		h.fails(sendFD(fd0+1, "x"), sentIs(0), wire.EBADF)
		h.Inject(Fault{Kind: ResetPeers, Addr: moduleAddr}) // no peer of that address
		h.expect(sendFD(fd0+2, "x"), sentIs(1))
		h.Inject(Fault{Kind: ResetPeers})
		h.expect(sendFD(fd0+2, "x"), sentIs(0))
		h.expect(sendFD(fd0+3, "x"), sentIs(0))
		dial(fd0 + 1)
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Len(t, lan.conns, 2, "both ends of the last")
	})
}
