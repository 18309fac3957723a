package wifinina_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const down, upEvent = netlink.EventNetDown, netlink.EventNetUp

// The first rung: the one in flight is told, the next exchange resynchronises,
// and nobody else notices.
func TestADamagedReplyCostsOneCall(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		for _, f := range []emulator.Fault{
			{Kind: emulator.Truncate, N: 2}, {Kind: emulator.WrongEcho, N: 5}, {Kind: emulator.FlipBit, N: 0}, {Kind: emulator.Overlong, N: 40},
		} {
			onBench(t, engine, func(b *bench) {
				to := b.serve(7, echoes)
				one, other := b.stream(to), b.stream(to)
				f.Nth = 1
				b.chip.Inject(f)
				_, err := b.dev.Send(one, []byte("lost?"), 0, time.Time{})
				assert.IsType(b, wire.Error(0), cause(err), "%v", err)
				b.echo(other)
				_, err = b.dev.Send(one, []byte("x"), 0, time.Time{})
				assert.ErrorIs(b, err, netdev.ErrConnectionReset, "a stream that may have a hole is cut")
				b.echo(b.stream(to))
				s := b.dev.Stats()
				assert.EqualValues(b, 1, s.Resyncs)
				assert.EqualValues(b, 1, s.Resets, "that of NetConnect")
				assert.Equal(b, []netlink.Event{upEvent}, b.told())
			})
		}
	})
}

// calamities make the coprocessor lose everything.
var calamities = []struct {
	name   string
	resets uint32 // of ours
	strike func(b *bench)
}{
	{"three damaged replies", 1, func(b *bench) {
		b.chip.Inject(emulator.Fault{Kind: emulator.Truncate, N: 1, Nth: 1, Times: 3})
		for range 3 {
			_, err := b.dev.GetHardwareAddr()
			assert.Error(b, err)
		}
	}},
	{"READY stuck", 1, func(b *bench) { b.chip.Inject(emulator.Fault{Kind: emulator.ReadyHigh}) }},
	{"crash", 1, func(b *bench) { b.chip.Inject(emulator.Fault{Kind: emulator.Crash}) }},
	{"reboot", 1, func(b *bench) { b.chip.Inject(emulator.Fault{Kind: emulator.Reboot}) }},
}

// users are what a program does when the calamity comes. They go on until they
// are told.
var users = []struct {
	name string
	use  func(b *bench) (call func() error)
}{
	{"Recv", func(b *bench) func() error {
		fd := b.stream(b.serve(80, mute))
		return func() error { _, err := b.dev.Recv(fd, make([]byte, 1), 0, time.Time{}); return err }
	}},
	{"Accept", func(b *bench) func() error {
		fd := b.listener(8080)
		return func() error { _, _, err := b.dev.Accept(fd); return err }
	}},
	{"RecvFrom", func(b *bench) func() error {
		fd := b.datagrams(53)
		return func() error { _, _, err := b.dev.RecvFrom(fd, make([]byte, 1), 0, time.Time{}); return err }
	}},
	{"SendTo", func(b *bench) func() error {
		fd := b.datagrams(53)
		return func() error {
			_, err := b.dev.SendTo(fd, []byte("x"), 0, netip.AddrPortFrom(farAddr, 9), time.Time{})
			time.Sleep(time.Second)
			return err
		}
	}},
	{"Connect", func(b *bench) func() error {
		to := b.serve(80, mute)
		return func() error {
			fd, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
			if err == nil {
				err = b.dev.Connect(fd, "", to)
				_ = b.dev.Close(fd)
			}
			time.Sleep(time.Second)
			return err
		}
	}},
	{"GetHostByName", func(b *bench) func() error {
		return func() error { _, err := b.dev.GetHostByName("far.test"); time.Sleep(time.Second); return err }
	}},
}

// The last rungs: the sockets are lost, the coprocessor is reset, the network
// joined again, and new sockets work, whatever it was that noticed.
func TestAfterACalamityNewSocketsWork(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		for _, c := range calamities {
			for _, u := range users {
				t.Run(c.name+"/"+u.name, func(t *testing.T) {
					onBench(t, engine, func(b *bench) {
						to := b.serve(7, echoes)
						old, listener, udp := b.stream(to), b.listener(99), b.datagrams(99)
						call := u.use(b)
						c.strike(b)
						told := error(nil)
						for start := time.Now(); told == nil && assert.Less(t, time.Since(start), time.Minute); {
							told = call()
						}
						b.recovers(to)
						_, err := b.dev.Send(old, []byte("x"), 0, time.Time{})
						assert.ErrorIs(t, err, netdev.ErrConnectionReset)
						_, _, err = b.dev.Accept(listener)
						assert.ErrorIs(t, err, netdev.ErrConnectionReset)
						_, err = b.dev.Recv(udp, make([]byte, 1), 0, time.Time{})
						assert.ErrorIs(t, err, netdev.ErrConnectionReset)
						assert.Equal(t, []netlink.Event{upEvent, down, upEvent}, b.told())
						assert.EqualValues(t, 1+c.resets, b.dev.Stats().Resets)
						assert.EqualValues(t, 1, b.dev.Stats().Rejoins)
					})
				})
			}
		}
	})
}

// recovers waits until a new socket works, without any call of NetConnect.
func (b *bench) recovers(to netip.AddrPort) {
	b.Helper()
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		fd, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(b, err)
		err = b.dev.Connect(fd, "", to)
		if err == nil {
			err = b.tryEcho(fd, "again")
		}
		_ = b.dev.Close(fd)
		if err == nil {
			time.Sleep(time.Second) // the firmware is in the network before the driver notices
			return
		}
		require.Less(b, time.Since(start), 2*time.Minute, "%v", err)
	}
}

// While the coprocessor is reset the others are told at once.
func TestWhileRecoveringCallsFailAtOnce(t *testing.T) {
	bothEngines(t, func(t *testing.T, engine wifinina.Engine) {
		onBench(t, engine, func(b *bench) {
			b.chip.Inject(emulator.Fault{Kind: emulator.Crash})
			for range 3 {
				_, err := b.dev.RSSI()
				assert.Error(b, err)
			}
			start := time.Now()
			_, err := b.dev.RSSI()
			assert.ErrorIs(b, err, wifinina.ErrRecovering)
			assert.Less(b, time.Since(start), grace)
			time.Sleep(5 * time.Second)
			_, err = b.dev.RSSI()
			assert.NoError(b, err)
		})
	})
}
