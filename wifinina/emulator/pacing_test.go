package emulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// checkPace goes through an exchange step by step, where now tells the time.
func checkPace(t *testing.T, h *rawHost, now func() time.Time) {
	h.await(bus.Armed)
	takes := func(want time.Duration, what string, step func()) {
		t.Helper()
		start := now()
		step()
		assert.Equal(t, want, now().Sub(start), what)
	}
	toss := func() { h.Select() }
	tx := func(n int) func() { return func() { require.NoError(t, h.Tx(nil, make([]byte, n))) } }
	raise := func() { h.Deselect() }
	takes(0, "select", toss)
	takes(15*time.Microsecond, "select seen", func() { h.await(bus.Busy) })
	takes(0, "busy already", func() { h.await(bus.Busy) })
	takes(4*time.Microsecond, "4 bytes", func() { h.Tx(unhex(t, askStatus), nil) })
	takes(0, "deselect", raise)
	takes(200*time.Microsecond, "service and turnaround", func() { h.await(bus.Armed) })
	takes(0, "select", toss)
	takes(15*time.Microsecond, "select seen", func() { h.await(bus.Busy) })
	takes(8*time.Microsecond, "8 bytes", tx(8))
	takes(0, "deselect", raise)
	takes(100*time.Microsecond, "turnaround", func() { h.await(bus.Armed) })
}

func TestPacingOnASimulatedClock(t *testing.T) {
	clock := newHandClock(defaultTime)
	checkPace(t, newHost(t, Config{Clock: clock, Pacing: Realistic8MHz()}), clock.Now)
}

func TestPacingInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		checkPace(t, newHost(t, Config{Pacing: Realistic8MHz()}), time.Now)
	})
}

// TestPacingAddsToWhatACommandWaitsFor: a scan takes its time besides, and so
// does the network.
func TestPacingAddsToWhatACommandWaitsFor(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		h := onMemory(t, lan, Config{Pacing: Realistic8MHz(), ScanTime: time.Second})
		for _, c := range []struct {
			request string
			takes   time.Duration
		}{
			{"e03401 05 6e616d6565 eeffff", 2 * latency},
			{"e02700ee", time.Second}, // which ends the link
		} {
			h.write(c.request)
			d, err := h.WaitReady(bus.Armed, patience)
			require.NoError(t, err)
			assert.Equal(t, c.takes+200*time.Microsecond, d)
			h.window(nil)
		}
	})
}

// TestPacedHostThatDoesNotWait: READY goes high also for a select that is over
// before the firmware has seen it.
func TestPacedHostThatDoesNotWait(t *testing.T) {
	clock := newHandClock(defaultTime)
	h := newHost(t, Config{Clock: clock, Pacing: Realistic8MHz()})
	for range 2 {
		h.await(bus.Armed)
		h.Select()
		h.Tx(unhex(t, askStatus), nil)
		h.Deselect()
		_, err := h.WaitReady(bus.Armed, 0)
		require.ErrorIs(t, err, bus.ErrReadyTimeout)
	}
	h.expect(askVersion, isVersion)
}

func TestSPIClockDoesNotDrift(t *testing.T) {
	clock := newHandClock(defaultTime)
	h := newHost(t, Config{Clock: clock, Pacing: Pacing{SPIClock: 3_000_000}})
	for range 3000 {
		require.NoError(t, h.Tx([]byte{0}, nil)) // 2666.67 ns
	}
	assert.Equal(t, 8*time.Millisecond, clock.Now().Sub(defaultTime))
}

// A lateClock sleeps too long, as real ones do.
type lateClock struct{ *handClock }

func (c lateClock) Sleep(d time.Duration) { c.handClock.Sleep(d + 60*time.Microsecond) }

func TestSPIClockMakesUpForLateSleeps(t *testing.T) {
	clock := lateClock{newHandClock(defaultTime)}
	h := newHost(t, Config{Clock: clock, Pacing: Pacing{SPIClock: 1_000_000}})
	for range 1000 {
		require.NoError(t, h.Tx(make([]byte, 4), nil)) // 32 µs
	}
	assert.InDelta(t, 32*time.Millisecond, clock.Now().Sub(defaultTime), float64(100*time.Microsecond))
	clock.handClock.Sleep(time.Hour)
	start := clock.Now()
	require.NoError(t, h.Tx(make([]byte, 1000), nil))
	assert.GreaterOrEqual(t, clock.Now().Sub(start), 7*time.Millisecond, "there is no credit for waiting")
}
