package scenario_test

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/emulator/scenario"
)

// The examples are run against the driver, by a program that visits an echo
// server again and again, whatever comes.

const examples = "../../../examples/scenarios"

var server = netip.MustParseAddrPort("192.168.1.99:7")

// A day is what a run of the program was like.
type day struct {
	good, bad, wrong int           // visits; wrong ones got other bytes than they sent
	longest          time.Duration // that a visit took
	stats            wifinina.Stats
	struck           map[emulator.FaultKind]int // that found something to strike
}

// play runs the program under an example for a time, with a pause between two
// visits, on both engines.
func play(t *testing.T, name string, length, pause time.Duration, check func(t *testing.T, d day)) {
	for engine, sockets := range map[string]wifinina.Engine{"slots": wifinina.SlotEngine, "bsd": wifinina.BSDEngine} {
		t.Run(engine, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { check(t, live(t, name, sockets, length, pause)) })
		})
	}
}

func load(t *testing.T, name string) *scenario.Scenario {
	f, err := os.Open(filepath.Join(examples, name))
	require.NoError(t, err)
	defer f.Close()
	s, err := scenario.Read(f)
	require.NoError(t, err)
	return s
}

// live is one run.
func live(t *testing.T, name string, sockets wifinina.Engine, length, pause time.Duration) day {
	s := load(t, name)
	strikes := make(chan emulator.Strike, 100_000)
	s.Config.Strikes = strikes
	lan := emulator.NewMemory(*s.Memory)
	serveEcho(t, lan)
	chip := s.New(lan)
	dev := wifinina.New(&wifinina.Config{Bus: chip, Sockets: sockets})
	t.Cleanup(func() {
		dev.NetDisconnect()
		lan.Reset(netip.AddrPort{})
		chip.Close()
		time.Sleep(time.Minute) // the supervisor ends
	})
	require.NoError(t, dev.NetConnect(&netlink.ConnectParams{
		Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 3, WatchdogTimeout: 5 * time.Second}))
	d := day{struck: map[emulator.FaultKind]int{}}
	for start := time.Now(); time.Since(start) < length; time.Sleep(pause) {
		d.visit(dev, len(s.Config.Hosts) > 0)
	}
	d.stats = dev.Stats()
	chip.ClearFaults()
	time.Sleep(time.Minute)
	after := day{}
	after.visit(dev, false)
	assert.Equal(t, 1, after.good, "when it is over all is well")
	for len(strikes) > 0 {
		if s := <-strikes; !s.Missed {
			d.struck[s.Fault.Kind]++
		}
	}
	return d
}

// visit sends something and expects it back.
func (d *day) visit(dev *wifinina.Device, byName bool) {
	start := time.Now()
	sent := bytes.Repeat([]byte("all is well. "), 100)
	got, err := exchange(dev, sent, byName)
	d.longest = max(d.longest, time.Since(start))
	switch {
	case err != nil:
		d.bad++
	case !bytes.Equal(got, sent):
		d.wrong++
	default:
		d.good++
	}
}

func exchange(dev *wifinina.Device, sent []byte, byName bool) (got []byte, err error) {
	to := server
	if byName {
		addr, err := dev.GetHostByName("peer.test")
		if err != nil {
			return nil, err
		}
		to = netip.AddrPortFrom(addr, to.Port())
	}
	fd, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	defer dev.Close(fd)
	if err := dev.Connect(fd, "", to); err != nil {
		return nil, err
	}
	soon := time.Now().Add(5 * time.Second)
	for rest := sent; len(rest) > 0; {
		n, err := dev.Send(fd, rest, 0, soon)
		if err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	for buf := make([]byte, 500); len(got) < len(sent); {
		n, err := dev.Recv(fd, buf, 0, soon)
		if err != nil {
			return nil, err
		}
		got = append(got, buf[:n]...)
	}
	return got, nil
}

func serveEcho(t *testing.T, lan *emulator.Memory) {
	ln, err := lan.Node(server.Addr()).Listen(server.Port())
	require.NoError(t, err)
	var all sync.WaitGroup
	t.Cleanup(func() {
		ln.Close()
		lan.Reset(netip.AddrPort{})
		all.Wait()
	})
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() { echo(c) })
		}
	})
}

func echo(c net.Conn) {
	defer c.Close()
	io.Copy(c, c)
}

func TestAccessPointDrops(t *testing.T) {
	play(t, "access-point-drops.yaml", 10*time.Minute, time.Second, func(t *testing.T, d day) {
		assert.Equal(t, 10, d.struck[emulator.LoseAP])
		assert.GreaterOrEqual(t, int(d.stats.Rejoins), 9, "each time")
		assert.EqualValues(t, 1, d.stats.Resets, "for that nobody needs a reset")
		assert.Greater(t, d.good, 400, "it is away for 10 s, and some seconds to join")
		assert.Zero(t, d.wrong)
		assert.Less(t, d.longest, 5*time.Second)
	})
}

func TestReadySticks(t *testing.T) {
	play(t, "ready-sticks.yaml", 3*time.Hour, 20*time.Second, func(t *testing.T, d day) {
		assert.Equal(t, map[emulator.FaultKind]int{emulator.ReadyHigh: 1, emulator.Crash: 1}, d.struck)
		assert.EqualValues(t, 3, d.stats.Resets, "the first, and one for each")
		assert.EqualValues(t, 2, d.stats.Rejoins)
		assert.Greater(t, d.good, 500)
		assert.LessOrEqual(t, d.bad, 4)
		assert.Zero(t, d.wrong)
		assert.Less(t, d.longest, 10*time.Second)
	})
}

func TestFlakyMISO(t *testing.T) {
	play(t, "flaky-miso.yaml", 15*time.Minute, time.Second, func(t *testing.T, d day) {
		assert.Greater(t, d.struck[emulator.FlipBit], 5)
		assert.Greater(t, d.struck[emulator.ReadyGlitch], 3)
		assert.Greater(t, int(d.stats.Resyncs+d.stats.Retries), 5)
		assert.EqualValues(t, 1, d.stats.Resets, "a select without clocks is enough")
		assert.Greater(t, d.good, 800)
		assert.LessOrEqual(t, d.bad+d.wrong, d.struck[emulator.FlipBit]+d.struck[emulator.ReadyGlitch])
		assert.Less(t, d.longest, time.Second)
	})
}

func TestPeersReset(t *testing.T) {
	play(t, "peers-reset.yaml", 5*time.Minute, time.Second, func(t *testing.T, d day) {
		assert.Greater(t, d.struck[emulator.ResetPeers], 20)
		assert.Equal(t, 2, d.struck[emulator.Silence], "begun and ended")
		assert.EqualValues(t, 1, d.stats.Resets)
		assert.Zero(t, d.stats.Rejoins)
		assert.InDelta(t, d.struck[emulator.ResetPeers], d.bad, 5, "each costs its visit, and no other")
		assert.Zero(t, d.wrong)
		assert.Less(t, d.longest, 30*time.Second)
	})
}

func TestDNSDead(t *testing.T) {
	play(t, "dns-dead.yaml", 3*time.Minute, time.Second, func(t *testing.T, d day) {
		assert.Equal(t, 1, d.struck[emulator.DeadDNS])
		assert.InDelta(t, 60/8, d.bad, 2, "a lookup takes 7 s to fail")
		assert.Greater(t, d.good, 100)
		assert.Less(t, d.longest, 10*time.Second)
	})
}

// TestBadDay: no call hangs, and when it is over all is well.
func TestBadDay(t *testing.T) {
	play(t, "bad-day.yaml", 15*time.Minute, time.Second, func(t *testing.T, d day) {
		assert.GreaterOrEqual(t, len(d.struck), 15)
		assert.Greater(t, d.good, d.bad, "most of it works")
		assert.Greater(t, int(d.stats.Rejoins), 3)
		assert.Less(t, d.longest, 30*time.Second)
	})
}

// TestExamplesAreAllPlayed: an example without a test could be wrong.
func TestExamplesAreAllPlayed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	require.NoError(t, err)
	text, err := os.ReadFile("examples_test.go")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		assert.Contains(t, string(text), `play(t, "`+filepath.Base(f)+`"`)
	}
}
