package wifinina_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// Handles of the firmware are given again and again, descriptors are lost by
// resets in between: whoever has an old one touches no newer connection.
func TestAStaleDescriptorTouchesNoNewerConnection(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			b.home.WatchdogTimeout = time.Second
			require.NoError(b, b.dev.NetConnect(&b.home))
			to := b.serve(7, echoes)
			var stale []int
			for round := range 24 {
				fresh := b.stream(to)
				_, err := b.dev.Send(fresh, []byte("whole"), 0, time.Time{})
				require.NoError(b, err)
				for _, fd := range stale {
					_, err := b.dev.Send(fd, []byte("not there"), 0, time.Time{})
					assert.ErrorIs(b, err, netdev.ErrConnectionReset)
					_, err = b.dev.Recv(fd, make([]byte, 10), 0, time.Time{})
					assert.ErrorIs(b, err, netdev.ErrConnectionReset)
				}
				if len(stale) == 5 {
					for _, fd := range stale {
						assert.NoError(b, b.dev.Close(fd))
					}
					stale = nil
				}
				time.Sleep(10 * time.Millisecond)
				buf := make([]byte, 10)
				n, err := b.dev.Recv(fresh, buf, 0, time.Time{})
				require.NoError(b, err)
				assert.Equal(b, "whole", string(buf[:n]))
				switch round % 3 {
				case 0: // the peer resets it
					b.lan.Reset(netip.AddrPortFrom(farAddr, 7))
					_, err = b.dev.Recv(fresh, buf, 0, time.Time{})
					assert.Error(b, err)
					assert.NoError(b, b.dev.Close(fresh))
					continue
				case 1: // the chip is reset
					b.chip.Inject(emulator.Fault{Kind: emulator.Crash})
				default: // the network goes
					b.chip.SetAccessPoints()
					time.Sleep(2 * time.Second)
					b.chip.SetAccessPoints(emulator.DefaultAccessPoint())
				}
				_, err = b.dev.Recv(fresh, buf, 0, time.Time{})
				for err == nil || cause(err) != netdev.ErrConnectionReset {
					_, err = b.dev.Recv(fresh, buf, 0, time.Time{})
				}
				stale = append(stale, fresh)
				b.recovers(to)
			}
		})
	})
}

// What a UDP socket has not read is not for the next one.
func TestADatagramOfAClosedSocketIsNotForTheNext(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			peer, err := b.peer.ListenPacket(53, netip.Addr{})
			require.NoError(b, err)
			defer peer.Close()
			old := b.datagrams(1000)
			for range 3 {
				_, err = peer.WriteToUDPAddrPort([]byte("for the old one"), netip.AddrPortFrom(nearAddr, 1000))
				require.NoError(b, err)
			}
			time.Sleep(50 * time.Millisecond)
			// A send looks whether a datagram waits, which makes the firmware parse it.
			_, err = b.dev.SendTo(old, []byte("x"), 0, netip.AddrPortFrom(farAddr, 53), time.Time{})
			require.NoError(b, err)
			require.NoError(b, b.dev.Close(old))
			next := b.datagrams(2000)
			_, _, err = b.dev.RecvFrom(next, make([]byte, 100), 0, time.Now().Add(time.Second))
			assert.ErrorIs(b, err, netdev.ErrTimeout)
		})
	})
}
