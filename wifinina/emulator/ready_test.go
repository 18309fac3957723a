package emulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func TestReadyStuckHigh(t *testing.T) {
	inBubbleHost(t, Config{}, func(t *testing.T, h *rawHost) {
		h.Inject(Fault{Kind: ReadyHigh, For: time.Minute})
		d, err := h.WaitReady(bus.Armed, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, time.Minute, d)
		h.expect(askStatus, isIdle)

		h.Inject(Fault{Kind: ReadyHigh, Command: wire.GetConnStatus})
		h.expect(askVersion, isVersion)
		h.write(askStatus)
		_, err = h.WaitReady(bus.Armed, time.Hour)
		require.ErrorIs(t, err, bus.ErrReadyTimeout)
		h.restart(bus.High)
		h.expect(askStatus, isIdle)
	})
}

func TestReadyStuckLow(t *testing.T) {
	inBubbleHost(t, Config{}, func(t *testing.T, h *rawHost) {
		h.Inject(Fault{Kind: ReadyLow, For: time.Second})
		require.NoError(t, h.Select())
		d, err := h.WaitReady(bus.Busy, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, time.Second, d)
	})
}

// TestReadyStuckWhileSomebodyWaits: the fault is seen by a wait in progress.
func TestReadyStuckWhileSomebodyWaits(t *testing.T) {
	inBubbleHost(t, Config{}, func(t *testing.T, h *rawHost) {
		time.AfterFunc(time.Second, func() { h.Inject(Fault{Kind: ReadyHigh}) })
		d, err := h.WaitReady(bus.Busy, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, time.Second, d)
	})
}

func TestReadyLate(t *testing.T) {
	inBubbleHost(t, Config{}, func(t *testing.T, h *rawHost) {
		h.Inject(Fault{Kind: ReadyLate, Nth: 2, Times: 2, For: 3 * time.Second})
		for _, want := range []time.Duration{0, 3 * time.Second, 3 * time.Second, 0} {
			h.write(askStatus)
			d, err := h.WaitReady(bus.Armed, time.Hour)
			require.NoError(t, err)
			assert.Equal(t, want, d)
			assert.Equal(t, isIdle, h.read(8))
		}
	})
}

func TestBootGlitch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		glitch := 27 * time.Microsecond
		h := newHost(t, Config{BootTime: RealBootTime, BootGlitch: glitch})
		for _, step := range []struct {
			level bus.Ready
			after time.Duration
		}{{bus.Armed, RealBootTime / 2}, {bus.Busy, glitch}, {bus.Armed, RealBootTime/2 - glitch}} {
			d, err := h.WaitReady(step.level, time.Hour)
			require.NoError(t, err)
			require.Equal(t, step.after, d)
		}
		h.expect(askStatus, isIdle)
		h.restart(bus.High)
		time.Sleep(RealBootTime / 2)
		require.NoError(t, h.Select(), "a host that believes the glitch")
		require.NoError(t, h.Tx(unhex(t, askStatus), nil))
		_, err := h.Deselect()
		require.NoError(t, err)
		time.Sleep(glitch)
		h.expect(askVersion, isVersion)
	})
}
