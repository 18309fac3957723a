package wifinina_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Close wakes whoever waits on the descriptor, and takes no longer itself.
func TestCloseWakesAllWhoWait(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		for _, busy := range []bool{false, true} {
			onBench(t, engine, func(b *bench) {
				conn, full := b.stream(b.serve(80, mute)), b.stream(b.serve(81, b.deaf))
				l, u := b.listener(8080), b.datagrams(53)
				calls := []struct {
					fd int
					do func() error
				}{
					{conn, func() error { _, err := b.dev.Recv(conn, make([]byte, 1), 0, time.Time{}); return err }},
					{conn, func() error { _, err := b.dev.Recv(conn, make([]byte, 1), 0, time.Now().Add(time.Hour)); return err }},
					{full, func() error { _, err := b.dev.Send(full, make([]byte, 1<<20), 0, time.Time{}); return err }},
					{full, func() error { _, err := b.dev.Recv(full, make([]byte, 1), 0, time.Time{}); return err }},
					{l, func() error { _, _, err := b.dev.Accept(l); return err }},
					{u, func() error { _, _, err := b.dev.RecvFrom(u, make([]byte, 1), 0, time.Time{}); return err }},
				}
				if engine == wifinina.BSDEngine {
					fd, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
					require.NoError(b, err)
					calls = append(calls, struct {
						fd int
						do func() error
					}{fd, func() error { return b.dev.Connect(fd, "", blackHole) }})
				}
				if busy {
					to := b.serve(7, echoes)
					for range 4 {
						fd := b.stream(to)
						go func() {
							for b.tryEcho(fd, string(make([]byte, 1000))) == nil {
							}
						}()
					}
				}
				woken := make(chan time.Time, len(calls))
				for _, c := range calls {
					go func() {
						assert.ErrorIs(b, c.do(), netdev.ErrInvalidSocketFd)
						woken <- time.Now()
					}()
				}
				time.Sleep(4 * time.Second)
				require.Empty(b, woken)
				for i, c := range calls {
					if i > 0 && calls[i-1].fd == c.fd {
						continue // closed with the one before
					}
					start := time.Now()
					require.NoError(b, b.dev.Close(c.fd))
					for _, other := range calls {
						if other.fd == c.fd {
							assert.LessOrEqual(b, (<-woken).Sub(start), grace, "descriptor %d", c.fd)
						}
					}
					assert.LessOrEqual(b, time.Since(start), grace)
				}
			})
		}
	})
}

// While the firmware works on a name it answers nobody. A Close waits for it,
// and those it wakes wait too: no longer than the firmware does.
func TestCloseWaitsForABusyFirmware(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			fd := b.stream(b.serve(80, mute))
			woken := make(chan error, 1)
			go func() { _, err := b.dev.Recv(fd, make([]byte, 1), 0, time.Time{}); woken <- err }()
			asked := make(chan error, 1)
			go func() { _, err := b.dev.GetHostByName(deafName); asked <- err }()
			time.Sleep(time.Second)
			start := time.Now()
			assert.ErrorIs(t, b.dev.Close(fd), bus.ErrReadyTimeout)
			// The time of a slow command, and of the resync that does not help.
			assert.LessOrEqual(t, time.Since(start), time.Minute+3*time.Second)
			assert.ErrorIs(t, <-woken, netdev.ErrInvalidSocketFd)
			assert.Error(t, <-asked)
		})
	})
}

// Where the firmware connects by itself nobody else notices. Where it does
// nothing else meanwhile the others wait until it gives up.
func TestAConnectToABlackHole(t *testing.T) {
	rounds := func(b *bench, fd int) (n int) {
		for end := time.Now().Add(3 * time.Second); time.Now().Before(end); n++ {
			b.echo(fd)
		}
		return n
	}
	onBench(t, wifinina.BSDEngine, func(b *bench) {
		fd := b.stream(b.serve(7, echoes))
		alone := rounds(b, fd)
		hole, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(b, err)
		done := make(chan error, 1)
		go func() { done <- b.dev.Connect(hole, "", blackHole) }()
		assert.Greater(b, rounds(b, fd), alone*9/10)
		assert.Empty(b, done)
		assert.ErrorIs(b, <-done, netdev.ErrTimeout)
		assert.NoError(b, b.dev.Connect(hole, "", netip.AddrPortFrom(farAddr, 7)), "the descriptor is good for another")
	})
	onBench(t, wifinina.SlotEngine, func(b *bench) {
		fd := b.stream(b.serve(7, echoes))
		hole, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(b, err)
		done := make(chan error, 1)
		go func() { done <- b.dev.Connect(hole, "", blackHole) }()
		time.Sleep(time.Second)
		start := time.Now()
		_, err = b.dev.Send(fd, []byte("x"), 0, time.Time{})
		assert.NoError(b, err)
		assert.LessOrEqual(b, time.Since(start), time.Minute)
		assert.ErrorIs(b, <-done, netdev.ErrConnectionRefused)
		assert.NoError(b, b.dev.Connect(hole, "", netip.AddrPortFrom(farAddr, 7)))
	})
}
