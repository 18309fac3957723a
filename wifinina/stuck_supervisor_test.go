package wifinina_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// The access point goes and comes back. A program that waits for a client, and
// nothing else, is told; the device is back without its doing.
func TestTheAccessPointGoesAndComesBack(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		for _, watchdog := range []time.Duration{0, 5 * time.Second} {
			onBench(t, engine, func(b *bench) {
				b.home.WatchdogTimeout = watchdog
				require.NoError(b, b.dev.NetConnect(&b.home))
				to := b.serve(7, echoes)
				conn, l := b.stream(to), b.listener(8080)
				ended := make(chan error, 2)
				go func() { _, err := b.dev.Recv(conn, make([]byte, 1), 0, time.Time{}); ended <- err }()
				go func() { _, _, err := b.dev.Accept(l); ended <- err }()
				b.chip.SetAccessPoints()
				assert.ErrorIs(b, <-ended, netdev.ErrConnectionReset)
				time.Sleep(time.Second)
				assert.Equal(b, down, b.told()[len(b.told())-1])
				time.Sleep(90 * time.Second)
				b.chip.SetAccessPoints(emulator.DefaultAccessPoint())
				time.Sleep(31 * time.Second)
				assert.Equal(b, upEvent, b.told()[len(b.told())-1])
				b.echo(b.stream(to))
				assert.EqualValues(b, 1, b.dev.Stats().Resets, "the firmware was never to blame")
				assert.EqualValues(b, 1, b.dev.Stats().Rejoins)
			})
		}
	})
}

// Nobody but the supervisor is at work: what its tries cost is bounded.
func TestTriesToGetBackAreFewerAndFewer(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			b.home.WatchdogTimeout = time.Second
			require.NoError(b, b.dev.NetConnect(&b.home))
			b.chip.SetAccessPoints()
			time.Sleep(time.Minute)
			before := b.dev.Stats().Exchanges
			time.Sleep(10 * time.Minute)
			tries := b.dev.Stats().Exchanges - before
			assert.Less(b, tries, uint32(10*60/30*10))
			assert.Greater(b, tries, uint32(10*60/30))
		})
	})
}

// NetDisconnect and NetConnect at every moment of a recovery: the last one
// wins, soon, and nothing of the recovery is left.
func TestTheLastOneWinsAtEveryMomentOfARecovery(t *testing.T) {
	const step, moments = 61 * time.Millisecond, 40
	for i := range moments {
		for _, stays := range []bool{false, true} {
			onBench(t, wifinina.AutoEngine, func(b *bench) {
				b.home.WatchdogTimeout = time.Second
				require.NoError(b, b.dev.NetConnect(&b.home))
				to := b.serve(7, echoes)
				switch i % 3 {
				case 0:
					b.chip.Inject(emulator.Fault{Kind: emulator.Reboot})
				case 1:
					b.chip.Inject(emulator.Fault{Kind: emulator.ReadyHigh, Nth: 1, For: 7 * time.Second})
				default:
					b.chip.SetAccessPoints()
					time.AfterFunc(time.Second, func() { b.chip.SetAccessPoints(emulator.DefaultAccessPoint()) })
				}
				time.Sleep(time.Duration(i%(moments/2)) * step * 2)
				if i%2 == 0 {
					time.Sleep(6 * time.Second)
				}
				start := time.Now()
				all(2, func(n int) {
					if n == 0 == stays {
						b.dev.NetDisconnect()
						return
					}
					time.Sleep(time.Millisecond)
					p := b.home
					p.Retries = 20
					_ = b.dev.NetConnect(&p)
				})
				if !stays {
					b.dev.NetDisconnect()
				} else {
					p := b.home
					p.Retries = 20
					require.NoError(b, b.dev.NetConnect(&p))
				}
				assert.Less(b, time.Since(start), time.Minute)
				time.Sleep(5 * time.Second)
				last := b.told()[len(b.told())-1]
				if stays {
					assert.Equal(b, upEvent, last, "moment %d", i)
					b.echo(b.stream(to))
					return
				}
				assert.Equal(b, down, last, "moment %d", i)
				before := b.dev.Stats()
				time.Sleep(5 * time.Minute)
				assert.Equal(b, before.Exchanges, b.dev.Stats().Exchanges, "nobody is at work any more")
				assert.Equal(b, before.Resets, b.dev.Stats().Resets)
			})
		}
	}
}

// T-24: a callback may call the device. T-25: NetDisconnect waits for no
// watchdog.
func TestT24T25ACallbackMayDisconnect(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			b.home.WatchdogTimeout = time.Hour
			require.NoError(b, b.dev.NetConnect(&b.home))
			b.dev.NetNotify(func(e netlink.Event) {
				b.note(e)
				if e == down {
					b.dev.NetDisconnect()
				}
			})
			fd := b.stream(b.serve(7, echoes))
			b.chip.SetAccessPoints()
			_, err := b.dev.Recv(fd, make([]byte, 1), 0, time.Time{})
			assert.ErrorIs(b, err, netdev.ErrConnectionReset)
			time.Sleep(time.Minute)
			assert.Equal(b, []netlink.Event{upEvent, down, upEvent, down}, b.told(), "with the second NetConnect")
			b.chip.SetAccessPoints(emulator.DefaultAccessPoint())
			time.Sleep(time.Minute)
			assert.Equal(b, down, b.told()[len(b.told())-1], "it was told to stay away")
			start := time.Now()
			b.dev.NetDisconnect()
			assert.Less(b, time.Since(start), grace)
		})
	})
}
