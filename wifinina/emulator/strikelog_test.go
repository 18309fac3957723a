package emulator

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TestTheLogTellsWhatStruckWhat: whoever has sent it.
func TestTheLogTellsWhatStruckWhat(t *testing.T) {
	strikes, all := logged()
	clock := newHandClock(defaultTime)
	h := newHost(t, Config{Clock: clock, BootTime: -1, JoinTime: -1, Strikes: strikes})
	h.join()
	clock.Sleep(time.Second)
	h.DropLink(wire.ReasonAuthLeave)
	h.DropLink(wire.ReasonAuthLeave) // there is none any more
	h.RestoreLink()
	h.SetAccessPoints(AccessPoint{SSID: "other"})
	h.SetScanFailure(true)
	h.SetScanFailure(false)
	h.SetStations(1)
	h.Inject(Fault{Kind: ErrorReply, Command: wire.GetFWVersion})
	h.expect(askVersion, "ef00ee00")
	h.SetChaos(Chaos{Rates: map[FaultKind]float64{ErrorReply: 1}})
	h.expect(askVersion, "ef00ee00")
	h.SetChaos(Chaos{})
	var got []Strike
	for i, s := range all() {
		assert.Equal(t, uint64(i+1), s.No)
		if s.Command != 0 {
			s.Fault = Fault{Kind: s.Fault.Kind} // what chance has drawn
		}
		s.No = 0
		got = append(got, s)
	}
	world := func(f Fault, missed bool) Strike { return Strike{Fault: f, Count: 2, At: time.Second, Missed: missed} }
	assert.Equal(t, []Strike{
		world(Fault{Kind: DropLink, N: 3}, false),
		world(Fault{Kind: DropLink, N: 3}, true),
		world(Fault{Kind: RestoreLink}, false),
		world(Fault{Kind: LoseAP, SSID: "ninatrace"}, false),
		world(Fault{Kind: LoseAP, SSID: "other", For: -1}, false),
		world(Fault{Kind: FailScans}, false),
		world(Fault{Kind: FailScans, For: -1}, false),
		world(Fault{Kind: Stations, N: 1}, true),
		{Fault: Fault{Kind: ErrorReply}, Command: wire.GetFWVersion, Count: 3, At: time.Second},
		{Fault: Fault{Kind: ErrorReply}, Command: wire.GetFWVersion, Count: 4, At: time.Second},
	}, got)
	assert.Equal(t, uint64(10), h.Struck())
}

// TestAFullLogIsNotWaitedFor: what is dropped can be counted.
func TestAFullLogIsNotWaitedFor(t *testing.T) {
	strikes := make(chan Strike, 2)
	h := newHost(t, Config{Strikes: strikes})
	for range 5 {
		h.Inject(Fault{Kind: ReadyGlitch})
	}
	assert.Equal(t, uint64(1), (<-strikes).No)
	h.Inject(Fault{Kind: ReadyGlitch})
	assert.Equal(t, uint64(2), (<-strikes).No)
	assert.Equal(t, uint64(6), (<-strikes).No)
	assert.Equal(t, uint64(6), h.Struck())
}

// TestTheLogIsRepeatable: the same seed and the same commands bring the same
// log, with connections and timed faults among them.
func TestTheLogIsRepeatable(t *testing.T) {
	run := func(seed uint64) []Strike {
		strikes, all := logged()
		inBubble(t, MemoryConfig{Latency: time.Millisecond, Jitter: time.Millisecond}, func(t *testing.T, lan *Memory) {
			echo(t, lan.Node(peerAddr), webPort)
			h := onMemory(t, lan, Config{Pacing: Realistic8MHz(), Strikes: strikes})
			h.SetChaos(Chaos{Seed: seed, Rates: everything()})
			h.Inject(Fault{Kind: DropLink, Every: 70 * time.Millisecond})
			for i := range 300 {
				for _, request := range []string{
					"e01102 09 6e696e617472616365 09 6e696e617472616365 ee ffff",
					startClientAt(netip.AddrPortFrom(peerAddr, webPort), i%10),
					sendDataCmd(i%10, "hello"),
				} {
					h.endure(unhex(t, request))
					h.endure(fill(16, 0xFF))
				}
			}
			h.ClearFaults()
			h.recover()
		})
		return all()
	}
	one := run(1)
	require.Greater(t, len(one), 100)
	assert.Equal(t, one, run(1))
	assert.NotEqual(t, one, run(2))
}

// TestNoFaultsNoCost: an exchange allocates nothing more because there could be
// faults, or a log.
func TestNoFaultsNoCost(t *testing.T) {
	cost := func(cfg Config) float64 {
		cfg.Clock = newHandClock(defaultTime)
		h := newHost(t, cfg)
		h.await(bus.Armed)
		ask := unhex(t, askVersion)
		buf := make([]byte, 12)
		return testing.AllocsPerRun(100, func() {
			for _, w := range [][]byte{ask, nil} {
				_, _ = h.WaitReady(bus.Armed, time.Second)
				_ = h.Select()
				_, _ = h.WaitReady(bus.Busy, time.Second)
				_ = h.Tx(w, buf)
				_, _ = h.Deselect()
			}
		})
	}
	strikes, _ := logged()
	assert.Equal(t, cost(Config{}), cost(Config{Strikes: strikes}))
}
