package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// ordeal puts commands to a chip in chaos and returns all that was read. A
// READY that does not change is answered with a reset.
func ordeal(t *testing.T, c Chaos) (got []string) {
	inBubbleHost(t, Config{}, func(t *testing.T, h *rawHost) {
		h.SetChaos(c)
		try := func(w []byte) string {
			for _, level := range []bus.Ready{bus.Armed, bus.Busy} {
				if _, err := h.WaitReady(level, 20*time.Millisecond); err != nil {
					h.Deselect()
					h.restart(bus.High)
					return err.Error()
				}
				require.NoError(t, h.Select())
			}
			r := make([]byte, len(w))
			require.NoError(t, h.Tx(w, r))
			_, err := h.Deselect()
			require.NoError(t, err)
			return string(r)
		}
		for range 500 {
			try(unhex(t, askVersion))
			got = append(got, try(fill(12, 0xFF)))
		}
		h.SetChaos(Chaos{})
		h.restart(bus.High)
		for range 100 {
			h.expect(askVersion, isVersion)
		}
	})
	return got
}

// everything lets every kind strike one command in a hundred.
func everything() map[FaultKind]float64 {
	rates := map[FaultKind]float64{}
	for k := FaultKind(1); k < faultKinds; k++ {
		rates[k] = 0.01
	}
	return rates
}

func TestChaosIsRepeatable(t *testing.T) {
	one := ordeal(t, Chaos{Seed: 1, Rates: everything()})
	assert.Equal(t, one, ordeal(t, Chaos{Seed: 1, Rates: everything()}))
	assert.NotEqual(t, one, ordeal(t, Chaos{Seed: 2, Rates: everything()}))
}

func TestChaosKeepsItsRates(t *testing.T) {
	wrong := 0
	for _, got := range ordeal(t, Chaos{Rates: map[FaultKind]float64{ErrorReply: 0.2}}) {
		if got == "\xEF\x00\xEE"+string(make([]byte, 9)) {
			wrong++
		} else {
			require.Equal(t, string(unhex(t, isVersion)), got)
		}
	}
	assert.InDelta(t, 100, wrong, 30)
}
