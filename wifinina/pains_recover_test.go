package wifinina

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// One fault costs the call it strikes, and nobody else: no watchdog and no
// reset are needed.
func TestT21ReadAFaultIsNotSticky(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		to := l.serve(echo)
		lfd, fd := listenOn(l.T, l.d, 80), dial(l.T, l.d, to)
		resets := l.d.Stats().Resets
		for _, kind := range []emulator.FaultKind{emulator.WrongEcho, emulator.Truncate, emulator.ErrorReply} {
			l.bus.Inject(emulator.Fault{Kind: kind, Command: wire.GetIPAddr})
			_, err := l.d.Addr()
			assert.Error(l, err)
			require.NoError(l, echoOf(l.d, fd, pattern(3000)), "reading with and without data")
			_, client := l.greet(lfd, 80)
			require.NoError(l, l.d.Close(client))
			_, err = l.d.GetHostByName("peer.test")
			require.NoError(l, err)
		}
		assert.Equal(l, resets, l.d.Stats().Resets)
	})
}

// A reply that says nothing is not slot 0, or descriptor 0: that may be
// somebody else's.
func TestT21AFaultyAnswerIsNoSocket(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		to := l.serve(echo)
		first := dial(l.T, l.d, to)
		for _, c := range []wire.Command{wire.GetSocket, wire.SocketSocket} {
			l.bus.Inject(emulator.Fault{Kind: emulator.Truncate, N: 4, Command: c})
		}
		fd := l.socket(netdev.SOCK_STREAM)
		assert.ErrorIs(l, l.d.Connect(fd, "", to), wire.ErrEnd)
		l.bus.ClearFaults()
		require.NoError(l, l.d.Close(fd))
		require.NoError(l, echoOf(l.d, first, []byte("mine")))
	})
}

// As long as READY is high no byte is clocked: the firmware would take it for
// something else. Afterwards all goes on.
func TestT22NothingIsSentToFirmwareThatIsNotReady(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := dial(l.T, l.d, l.serve(echo))
		l.bus.Inject(emulator.Fault{Kind: emulator.ReadyHigh, For: 15 * time.Second})
		windows := len(l.bus.pieces)
		l.within(2*time.Second, func() {
			_, err := l.d.Addr()
			assert.ErrorIs(l, err, bus.ErrReadyTimeout)
		})
		assert.Len(l, l.bus.pieces, windows, "not even a select")
		time.Sleep(14 * time.Second)
		require.NoError(l, echoOf(l.d, fd, pattern(3000)))
		assert.Empty(l, l.bus.Misuses())
	})
}

// The stock driver waits ten seconds for READY and holds its lock meanwhile,
// whatever the deadline says.
func TestT22ReadTheWaitForReadyEndsWithTheDeadline(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd, other := dial(l.T, l.d, l.serve(echo)), dial(l.T, l.d, l.serve(echo))
		l.bus.Inject(emulator.Fault{Kind: emulator.ReadyHigh, For: 1500 * time.Millisecond})
		together(2, func(i int) {
			l.within(520*time.Millisecond, func() {
				_, err := l.d.Recv([]int{fd, other}[i], make([]byte, 1), 0, time.Now().Add(500*time.Millisecond))
				assert.ErrorIs(l, err, netdev.ErrTimeout)
			})
		})
		require.NoError(l, echoOf(l.d, fd, []byte("and on")))
	})
}

// A connection nobody answers, for longer than ten seconds: with the BSD engine
// all others go on, with slots the firmware does nothing else, deadlines hold
// and the bus stays in step.
func TestT22T23AConnectionThatNobodyAnswers(t *testing.T) {
	hole := netip.AddrPortFrom(netip.MustParseAddr("192.168.1.66"), 80)
	onEngines(t, emulator.Config{}, func(l *lab) {
		l.lan.SetReach(hole.Addr(), emulator.BlackHole)
		fd, lost := dial(l.T, l.d, l.serve(echo)), l.socket(netdev.SOCK_STREAM)
		result, start := make(chan error, 1), time.Now()
		go func() { result <- l.d.Connect(lost, "", hole) }()
		time.Sleep(5 * time.Second)
		if l.sockets == BSDEngine {
			l.within(100*time.Millisecond, func() { require.NoError(l, echoOf(l.d, fd, []byte("others go on"))) })
			l.within(100*time.Millisecond, func() { _, err := l.d.GetHostByName("peer.test"); require.NoError(l, err) })
		} else {
			l.within(220*time.Millisecond, func() {
				_, err := l.d.Recv(fd, make([]byte, 1), 0, time.Now().Add(200*time.Millisecond))
				assert.ErrorIs(l, err, netdev.ErrTimeout)
			})
		}
		assert.Error(l, <-result)
		took := time.Since(start)
		assert.Greater(l, took, 15*time.Second)
		assert.LessOrEqual(l, took, time.Minute)
		require.NoError(l, echoOf(l.d, fd, []byte("in step")))
		assert.Zero(l, l.d.Stats().Resyncs)
	})
}

// A join that goes on for ever has the bus for one exchange at a time.
func TestT23AJoinDoesNotHoldTheBus(t *testing.T) {
	onEngines(t, emulator.Config{Pacing: emulator.Realistic8MHz()}, func(l *lab) {
		joined := make(chan error, 1)
		go func() { joined <- l.d.NetConnect(&netlink.ConnectParams{Ssid: "nowhere", Passphrase: "ninatrace"}) }()
		for range 100 {
			time.Sleep(33 * time.Millisecond)
			l.within(10*time.Millisecond, func() { _, err := l.d.Status(); require.NoError(l, err) })
		}
		l.within(50*time.Millisecond, func() { l.d.NetDisconnect() })
		assert.ErrorIs(l, <-joined, ErrSuperseded)
	})
}

// Descriptors of before a reset are dead for good, a rejoin that fails is tried
// again, and nobody waits for it.
func TestT24ReadRecoveryLosesTheSocketsAndGoesOnUntilItWorks(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		to := l.serve(echo)
		fd, u, lfd := dial(l.T, l.d, to), l.bound(), listenOn(l.T, l.d, 80)
		l.bus.SetAccessPoints()
		l.bus.Inject(emulator.Fault{Kind: emulator.Crash})
		for range maxFailures {
			_, err := l.d.Addr()
			assert.Error(l, err)
		}
		time.Sleep(20 * time.Second)
		l.within(20*time.Millisecond, func() {
			_, err := l.d.Addr()
			assert.Error(l, err, "there is no network yet")
		})
		assert.EqualValues(l, 1, l.d.Stats().Resets-1, "reset once, and only joined again and again")
		l.bus.SetAccessPoints(emulator.DefaultAccessPoint())
		time.Sleep(retryMax + time.Second)
		require.NoError(l, echoOf(l.d, dial(l.T, l.d, to), []byte("without being told to")))
		assert.EqualValues(l, 1, l.d.Stats().Rejoins)
		for range 2 {
			_, err := l.d.Recv(fd, make([]byte, 1), 0, soon())
			assert.ErrorIs(l, err, netdev.ErrConnectionReset)
			_, err = l.d.Recv(u, make([]byte, 1), 0, soon())
			assert.ErrorIs(l, err, netdev.ErrConnectionReset)
			_, _, err = l.d.Accept(lfd)
			assert.ErrorIs(l, err, netdev.ErrConnectionReset)
		}
		for _, fd := range []int{fd, u, lfd} {
			require.NoError(l, l.d.Close(fd))
		}
	})
}

// The watchdog ends with its network.
func TestT24TheWatchdogEnds(t *testing.T) {
	onSlots(t, emulator.Config{}, func(l *lab) {
		watched := home
		watched.WatchdogTimeout = 100 * time.Millisecond
		require.NoError(l, l.d.NetConnect(&watched))
		asked := l.d.Stats().Exchanges
		time.Sleep(10 * time.Second)
		assert.Greater(l, l.d.Stats().Exchanges, asked+50)
		l.d.NetDisconnect()
		asked = l.d.Stats().Exchanges
		time.Sleep(10 * time.Minute)
		assert.Equal(l, asked, l.d.Stats().Exchanges)
	})
}

// NetDisconnect in the middle of anything the supervisor does: at worst both ask
// firmware that is dead.
func TestT25NetDisconnectDuringRecovery(t *testing.T) {
	onSlots(t, emulator.Config{JoinTime: 100 * time.Millisecond}, func(l *lab) {
		watched := home
		watched.WatchdogTimeout = 50 * time.Millisecond
		for i := range 60 {
			require.NoError(l, l.d.NetConnect(&watched))
			l.bus.Inject(emulator.Fault{Kind: emulator.Crash})
			time.Sleep(time.Duration(i) * 150 * time.Millisecond)
			l.within(4*time.Second, func() { l.d.NetDisconnect() })
		}
		require.NoError(l, l.d.NetConnect(&home))
		require.NoError(l, echoOf(l.d, dial(l.T, l.d, l.serve(echo)), []byte("x")))
	})
}

// The firmware closes connections when it leaves the network. So do we.
func TestT26NetDisconnectEndsTheConnections(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		to := l.serve(func(c net.Conn) { discard(c) })
		fd := dial(l.T, l.d, to)
		waiting := make(chan error, 1)
		go func() { _, err := l.d.Recv(fd, make([]byte, 1), 0, time.Time{}); waiting <- err }()
		time.Sleep(time.Second)
		l.d.NetDisconnect()
		assert.ErrorIs(l, <-waiting, netdev.ErrConnectionReset)
		_, err := l.d.Send(fd, []byte("x"), 0, soon())
		assert.ErrorIs(l, err, netdev.ErrConnectionReset)
		require.NoError(l, l.d.Close(fd))
		require.NoError(l, l.d.NetConnect(&home))
		for range maxSockets {
			dial(l.T, l.d, to)
		}
	})
}

// One answer nobody understands does not say that the network is gone, nor does
// a scan make the watchdog join again.
func TestT28ABadAnswerIsNotALostNetwork(t *testing.T) {
	for _, p := range []emulator.Profile{emulator.Arduino200(), emulator.Adafruit330()} {
		onSlots(t, emulator.Config{Profile: p}, func(l *lab) {
			events := 0
			l.d.NetNotify(func(netlink.Event) { events++ })
			watched := home
			watched.WatchdogTimeout = time.Second
			require.NoError(l, l.d.NetConnect(&watched))
			before := events
			for range 10 {
				l.bus.Inject(emulator.Fault{Kind: emulator.Truncate, Command: wire.GetConnStatus, Times: 2})
				time.Sleep(5 * time.Second)
			}
			assert.Equal(l, before, events)
			_, err := l.d.Scan()
			require.NoError(l, err)
			time.Sleep(time.Minute)
			assert.Zero(l, l.d.Stats().Rejoins)
		})
	}
}
