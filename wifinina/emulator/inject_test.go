package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// logged returns a channel for a Config, and what tells all that is in it.
func logged() (chan<- Strike, func() []Strike) {
	strikes := make(chan Strike, 10_000)
	return strikes, func() (all []Strike) {
		for len(strikes) > 0 {
			all = append(all, <-strikes)
		}
		return all
	}
}

// times returns when strikes of a kind were.
func times(all []Strike, k FaultKind) (at []time.Duration) {
	for _, s := range all {
		if s.Fault.Kind == k {
			at = append(at, s.At)
		}
	}
	return at
}

// onClocks runs a test on both kinds of simulated time. The sleep it is given
// lets time pass without anybody looking.
func onClocks(t *testing.T, cfg Config, test func(t *testing.T, h *rawHost, clock bus.Clock)) {
	t.Run("by hand", func(t *testing.T) {
		cfg := cfg
		cfg.Clock = newHandClock(defaultTime)
		h := newHost(t, cfg)
		h.await(bus.Armed)
		test(t, h, cfg.Clock)
	})
	t.Run("bubble", func(t *testing.T) {
		inBubbleHost(t, cfg, func(t *testing.T, h *rawHost) { test(t, h, bus.System{}) })
	})
}

// TestTimedConditionIsSeenByAWaiter: who waits for READY sees it begin and end
// to the nanosecond.
func TestTimedConditionIsSeenByAWaiter(t *testing.T) {
	onClocks(t, Config{}, func(t *testing.T, h *rawHost, clock bus.Clock) {
		h.Inject(Fault{Kind: ReadyHigh, After: 30 * time.Second, For: 2 * time.Second})
		clock.Sleep(29 * time.Second)
		h.ready(bus.Armed, "not yet")
		d, err := h.WaitReady(bus.Busy, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, time.Second, d)
		d, err = h.WaitReady(bus.Armed, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, 2*time.Second, d)
		assert.Empty(t, h.Pending())
	})
}

// TestTimedFaultsStrikeAtTheirTime: also when nobody looks until later.
func TestTimedFaultsStrikeAtTheirTime(t *testing.T) {
	strikes, all := logged()
	cfg := Config{Clock: newHandClock(defaultTime), BootTime: RealBootTime, Strikes: strikes}
	h := newHost(t, cfg)
	h.await(bus.Armed)
	h.expect("e0 51 02 01 19 01 01 ee", "e0d1010101ee")
	h.Inject(Fault{Kind: ReadyHigh, After: time.Minute, For: time.Second})
	h.Inject(Fault{Kind: Reboot, After: 30 * time.Second})
	cfg.Clock.Sleep(time.Hour)
	h.ready(bus.Armed, "it has booted, and READY is free again")
	h.expect("e0 53 01 01 19 ee ff ff", "e0d3010100ee")
	assert.Equal(t, []Strike{
		{No: 1, Fault: Fault{Kind: Reboot, After: 30 * time.Second}, Count: 1, At: RealBootTime + 30*time.Second},
		{No: 2, Fault: Fault{Kind: ReadyHigh, After: time.Minute, For: time.Second}, Count: 1, At: RealBootTime + time.Minute},
	}, all())
}

func TestFaultsThatRecur(t *testing.T) {
	strikes, all := logged()
	onClocks(t, Config{BootTime: -1, Strikes: strikes}, func(t *testing.T, h *rawHost, clock bus.Clock) {
		h.Inject(Fault{Kind: ReadyGlitch, After: time.Second, Every: time.Minute, Times: 3})
		h.Inject(Fault{Kind: ResetPeers, Every: 2 * time.Minute})
		h.Inject(Fault{Kind: Crash, Every: time.Nanosecond, Times: 2})
		clock.Sleep(5 * time.Minute)
		require.Len(t, h.Pending(), 1)
		assert.Equal(t, Fault{Kind: ResetPeers, Every: 2 * time.Minute, After: time.Minute, Times: -1}, h.Pending()[0])
		h.ClearFaults()
		clock.Sleep(5 * time.Minute)
		assert.Empty(t, h.Pending())
		got := all()
		assert.Equal(t, []time.Duration{time.Second, 61 * time.Second, 121 * time.Second}, times(got, ReadyGlitch))
		assert.Equal(t, []time.Duration{2 * time.Minute, 4 * time.Minute}, times(got, ResetPeers))
		assert.Equal(t, []time.Duration{minEvery, 2 * minEvery}, times(got, Crash))
	})
}

// TestFaultsThatWaitForTimeAndCommand: first the one, then the other.
func TestFaultsThatWaitForTimeAndCommand(t *testing.T) {
	onClocks(t, Config{}, func(t *testing.T, h *rawHost, clock bus.Clock) {
		h.Inject(Fault{Kind: ErrorReply, Command: wire.GetFWVersion, Nth: 2, After: time.Minute, Every: time.Minute, Times: 2})
		for range 2 {
			h.expect(askVersion, isVersion)
			h.expect(askVersion, isVersion)
			clock.Sleep(time.Minute)
			h.expect(askStatus, isIdle)
			h.expect(askVersion, isVersion)
			h.expect(askVersion, "ef00ee00")
		}
		clock.Sleep(time.Hour)
		h.expect(askVersion, isVersion)
		h.expect(askVersion, isVersion)
		h.Inject(Fault{Kind: ErrorReply, Every: time.Minute})
		clock.Sleep(time.Hour + time.Second)
		h.expect(askVersion, "ef00ee00")
		h.expect(askVersion, isVersion) // periods without a command are over
		clock.Sleep(time.Minute)
		h.expect(askVersion, "ef00ee00")
	})
}

// TestTimedRebootInAReply: the rest of a reply that is half clocked is silence.
func TestTimedRebootInAReply(t *testing.T) {
	onClocks(t, Config{Pacing: Pacing{SPIClock: 8_000_000}}, func(t *testing.T, h *rawHost, _ bus.Clock) {
		h.write(askVersion)
		h.ready(bus.Armed, "the reply")
		require.NoError(t, h.Select())
		h.Inject(Fault{Kind: Reboot, After: 2 * time.Microsecond})
		first, rest := fill(2, 0xA5), fill(10, 0xA5)
		require.NoError(t, h.Tx(nil, first))
		require.NoError(t, h.Tx(nil, rest))
		_, err := h.Deselect()
		require.NoError(t, err)
		assert.Equal(t, unhex(t, isVersion)[:2], first)
		assert.Equal(t, fill(10, 0), rest)
		h.await(bus.Armed)
		h.expect(askVersion, isVersion)
	})
}

// TestTimedFaultsOfAChipInReset are over, and the log says that they missed.
func TestTimedFaultsOfAChipInReset(t *testing.T) {
	strikes, all := logged()
	onClocks(t, Config{Strikes: strikes}, func(t *testing.T, h *rawHost, clock bus.Clock) {
		h.Inject(Fault{Kind: ReadyHigh, After: time.Second})
		require.NoError(t, h.Reset(true))
		clock.Sleep(time.Minute)
		require.NoError(t, h.Reset(false))
		h.expect(askStatus, isIdle)
		got := all()
		require.Len(t, got, 1)
		assert.True(t, got[0].Missed)
	})
}

// TestGlitchAtWork: READY falls too early, and is right afterwards.
func TestGlitchAtWork(t *testing.T) {
	const d = 50 * time.Microsecond
	onClocks(t, Config{}, func(t *testing.T, h *rawHost, _ bus.Clock) {
		h.Inject(Fault{Kind: ReadyGlitch, Nth: 1, For: d})
		h.write(askStatus)
		h.ready(bus.Armed, "by mistake")
		require.NoError(t, h.Select())
		took, err := h.WaitReady(bus.Busy, time.Second)
		require.NoError(t, err)
		assert.Equal(t, d, took)
		got := fill(4, 0xA5)
		require.NoError(t, h.Tx(nil, got))
		_, err = h.Deselect()
		require.NoError(t, err)
		assert.Equal(t, fill(4, 0), got, "nothing was armed")
		took, err = h.WaitReady(bus.Armed, time.Second)
		require.NoError(t, err)
		assert.Equal(t, d, took)
		assert.Equal(t, isIdle, h.read(len(isIdle)/2))
	})
}

func TestGlitchAtRest(t *testing.T) {
	onClocks(t, Config{}, func(t *testing.T, h *rawHost, _ bus.Clock) {
		h.Inject(Fault{Kind: ReadyGlitch})
		h.ready(bus.Busy, "by mistake")
		took, err := h.WaitReady(bus.Armed, time.Second)
		require.NoError(t, err)
		assert.Equal(t, observedGlitch, took)
		h.expect(askStatus, isIdle)
	})
}

// TestConditionsEndWhenTold: by a negative time.
func TestConditionsEndWhenTold(t *testing.T) {
	h := newHost(t, Config{})
	h.await(bus.Armed)
	for _, k := range []FaultKind{ReadyHigh, ReadyLow} {
		h.Inject(Fault{Kind: k})
		h.Inject(Fault{Kind: k, For: -1})
		h.expect(askStatus, isIdle)
	}
}
