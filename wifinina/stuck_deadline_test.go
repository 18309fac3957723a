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
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// waits are the calls that wait, each prepared on a bench of its own.
var waits = []struct {
	name    string
	prepare func(b *bench) func(until time.Time) error
}{
	{"Recv", func(b *bench) func(time.Time) error {
		fd := b.stream(b.serve(80, mute))
		return func(until time.Time) error {
			_, err := b.dev.Recv(fd, make([]byte, 100), 0, until)
			return err
		}
	}},
	{"Send", func(b *bench) func(time.Time) error {
		fd := b.stream(b.serve(80, b.deaf))
		for { // until nothing fits any more
			n, err := b.dev.Send(fd, make([]byte, 1500), 0, time.Now().Add(100*time.Millisecond))
			if n == 0 {
				require.ErrorIs(b, err, netdev.ErrTimeout)
				break
			}
		}
		return func(until time.Time) error {
			_, err := b.dev.Send(fd, make([]byte, 100), 0, until)
			return err
		}
	}},
	{"RecvFrom", func(b *bench) func(time.Time) error {
		fd := b.datagrams(53)
		return func(until time.Time) error {
			_, _, err := b.dev.RecvFrom(fd, make([]byte, 100), 0, until)
			return err
		}
	}},
}

// hindrances are what may keep a call from its deadline. Each begins at once
// and goes on for a second at least.
var hindrances = []struct {
	name  string
	begin func(b *bench)
	fatal bool // the call may lose its socket
}{
	{"nothing", func(*bench) {}, false},
	{"ten others", func(b *bench) {
		to := b.serve(7, echoes)
		end := time.Now().Add(2 * time.Second)
		for i := range 10 {
			switch {
			case i < 8:
				fd := b.stream(to)
				go func() {
					for time.Now().Before(end) && b.tryEcho(fd, string(make([]byte, 3000))) == nil {
					}
				}()
			default:
				go func() {
					for err := error(nil); err == nil && time.Now().Before(end); {
						_, err = b.dev.RSSI()
					}
				}()
			}
		}
	}, false},
	{"a connect to a black hole", func(b *bench) {
		fd, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(b, err)
		go func() { _ = b.dev.Connect(fd, "", blackHole) }()
	}, false},
	{"a name nobody knows", func(b *bench) {
		go func() { _, _ = b.dev.GetHostByName(deafName) }()
	}, false},
	{"a slow firmware", func(b *bench) {
		b.chip.Inject(emulator.Fault{Kind: emulator.ReadyLate, Nth: 1, Times: -1, For: 12 * time.Millisecond})
	}, false},
	{"READY stuck", func(b *bench) {
		b.chip.Inject(emulator.Fault{Kind: emulator.ReadyHigh, For: 1500 * time.Millisecond})
	}, true},
	{"a crash", func(b *bench) { b.chip.Inject(emulator.Fault{Kind: emulator.Crash}) }, true},
	{"a reset", func(b *bench) {
		b.chip.Inject(emulator.Fault{Kind: emulator.Crash})
		_, err := b.dev.RSSI()
		assert.Error(b, err)
	}, true},
}

// Deadlines hold whatever hinders the call, for every moment of the hindrance
// at which it may begin.
func TestDeadlinesHold(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		for _, h := range hindrances {
			for _, w := range waits {
				t.Run(h.name+"/"+w.name, func(t *testing.T) {
					onBench(t, engine, func(b *bench) {
						call := w.prepare(b)
						h.begin(b)
						for i, d := range []time.Duration{0, time.Millisecond, 17 * time.Millisecond, 50 * time.Millisecond, 333 * time.Millisecond} {
							start := time.Now()
							err := call(start.Add(d))
							took := time.Since(start)
							assert.LessOrEqual(t, took, d+grace, "call %d, %v: %v", i, d, err)
							if h.fatal && !isTimeout(err) {
								assert.Contains(t, []error{netdev.ErrConnectionReset, wifinina.ErrRecovering}, cause(err), "%v", err)
								continue
							}
							assert.ErrorIs(t, err, netdev.ErrTimeout)
							assert.GreaterOrEqual(t, took, d)
						}
					})
				})
			}
		}
	})
}

func isTimeout(err error) bool { return cause(err) == netdev.ErrTimeout }

// A deadline that comes in the middle of an exchange costs nobody else his
// connection: the reply is waited for by whoever comes next.
func TestADeadlineInAnExchangeIsNoFaultOfTheOthers(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			to := b.serve(7, echoes)
			one, other := b.stream(to), b.stream(to)
			cmd := map[wifinina.Engine]wire.Command{wifinina.SlotEngine: wire.GetDatabufTCP, wifinina.BSDEngine: wire.SocketRecv}[engine]
			b.chip.Inject(emulator.Fault{Kind: emulator.ReadyLate, Command: cmd, Nth: 1, For: time.Second})
			_, err := b.dev.Recv(one, make([]byte, 10), 0, time.Now().Add(10*time.Millisecond))
			assert.ErrorIs(t, err, netdev.ErrTimeout)
			b.echo(other)
			assert.Zero(t, b.dev.Stats().Rejoins)
			assert.EqualValues(t, 1, b.dev.Stats().Resets, "that of NetConnect")
		})
	})
}

// Accept has no deadline, nor has a call with a zero one: they wait on.
func TestWithoutADeadlineACallWaitsOn(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			l := b.listener(8080)
			fd := b.stream(b.serve(80, mute))
			done := make(chan error, 2)
			go func() { _, _, err := b.dev.Accept(l); done <- err }()
			go func() { _, err := b.dev.Recv(fd, make([]byte, 1), 0, time.Time{}); done <- err }()
			time.Sleep(2 * time.Minute)
			assert.Empty(t, done)
			c, err := b.peer.Dial(b.Context(), netip.AddrPortFrom(nearAddr, 8080))
			require.NoError(t, err)
			defer c.Close()
			start := time.Now()
			assert.NoError(t, <-done)
			assert.Less(t, time.Since(start), time.Second)
		})
	})
}
