package emulator

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// endure goes through one select with a chip in chaos and returns what was
// read. A READY that does not change is answered with a reset.
func (h *rawHost) endure(w []byte) string {
	h.t.Helper()
	for _, level := range []bus.Ready{bus.Armed, bus.Busy} {
		if _, err := h.WaitReady(level, 20*time.Millisecond); err != nil {
			h.Deselect()
			h.restart(bus.High)
			return err.Error()
		}
		require.NoError(h.t, h.Select())
	}
	r := make([]byte, len(w))
	require.NoError(h.t, h.Tx(w, r))
	_, err := h.Deselect()
	require.NoError(h.t, err)
	return string(r)
}

// recover ends the chaos: after a reset the chip is as good as new.
func (h *rawHost) recover() {
	h.t.Helper()
	h.SetChaos(Chaos{})
	h.restart(bus.High)
	for range 100 {
		h.expect(askVersion, isVersion)
	}
}

// ordeal puts commands to a chip in chaos and returns all that was read.
func ordeal(t *testing.T, c Chaos) (got []string) {
	inBubbleHost(t, Config{}, func(t *testing.T, h *rawHost) {
		h.SetChaos(c)
		for range 500 {
			h.endure(unhex(t, askVersion))
			got = append(got, h.endure(fill(12, 0xFF)))
		}
		h.recover()
	})
	return got
}

// TestChaosWithConnections: whatever is struck, nothing is left of it after a
// reset.
func TestChaosWithConnections(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: time.Millisecond, Jitter: time.Millisecond}, func(t *testing.T, lan *Memory) {
		echo(t, lan.Node(peerAddr), webPort)
		h := onMemory(t, lan, Config{Pacing: Realistic8MHz()})
		h.SetChaos(Chaos{Rates: everything()})
		for i := range 1000 {
			slot := i % 10
			for _, request := range []string{
				"e01102 09 6e696e617472616365 09 6e696e617472616365 ee ffff",
				"e02000ee",
				startClientAt(netip.AddrPortFrom(peerAddr, webPort), slot),
				sendDataCmd(slot, "hello"),
				getDatabufCmd(slot, 5),
				slotCmd(0x2E, (i+5)%10),
			} {
				h.endure(unhex(t, request))
				h.endure(fill(16, 0xFF))
			}
		}
		h.recover()
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Empty(t, lan.conns)
		assert.Empty(t, h.fw.live)
	})
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
