package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// pair returns two modules.
func pair(t *testing.T) (chips []*emulator.Emulator) {
	for range 2 {
		chip := new(Scenario).New(nil)
		t.Cleanup(func() { chip.Close() })
		chips = append(chips, chip)
	}
	return chips
}

func TestTellReachesAll(t *testing.T) {
	chips := pair(t)
	tell := func(line string) string {
		answer, err := Tell(line, chips...)
		require.NoError(t, err, line)
		return answer
	}
	assert.Empty(t, tell("  # nothing"))
	assert.Empty(t, tell(" "))
	assert.Equal(t, "nothing waits\n", tell("list"))
	assert.Empty(t, tell("nth 2: error reply"))
	for _, chip := range chips {
		assert.Equal(t, []emulator.Fault{{Kind: emulator.ErrorReply, Nth: 2, Times: 1}}, chip.Pending())
	}
	assert.Equal(t, "1: nth 2, times 1: error reply\n2: nth 2, times 1: error reply\n", tell("list"))
	tell("chaos flip bit 0.5 longest 10ms")
	assert.Contains(t, tell("list"), "1: chaos flip bit 0.5, longest 10ms\n1: nth 2")
	tell("clear")
	assert.Equal(t, "nothing waits\n", tell("list"))
	tell("READY high")
	for _, chip := range chips {
		_, err := chip.WaitReady(bus.Armed, 20*time.Millisecond)
		assert.ErrorIs(t, err, bus.ErrReadyTimeout)
	}
}

func TestToldChaosBeginsAndEnds(t *testing.T) {
	strikes := make(chan emulator.Strike, 100)
	s := Scenario{Config: emulator.Config{Strikes: strikes}}
	chip := s.New(nil)
	defer chip.Close()
	ask := func() {
		for range 2 {
			_, err := chip.WaitReady(bus.Armed, time.Second)
			require.NoError(t, err)
			require.NoError(t, chip.Select())
			require.NoError(t, chip.Tx(wire.AppendRequest(nil, wire.GetFWVersion), nil))
			_, err = chip.Deselect()
			require.NoError(t, err)
		}
	}
	for _, line := range []string{"chaos error reply 1", "chaos off", "chaos error reply 1", "clear"} {
		_, err := Tell(line, chip)
		require.NoError(t, err)
		ask()
	}
	assert.Len(t, strikes, 2)
	assert.Contains(t, Line(<-strikes), "command 1, GET_FW_VERSION: error reply")
	assert.Contains(t, Line(<-strikes), "command 3, GET_FW_VERSION: error reply")
}

func TestTellRefusesWhole(t *testing.T) {
	chips := pair(t)
	for line, says := range map[string]string{
		"explode":       `column 1: "explode" is no fault`,
		"clear all":     `column 7: "all" is no part of clear`,
		"list chaos":    `"chaos" is no part of list`,
		"chaos":         "a fault is missing",
		"chaos explode": `column 7: "explode" is no fault`,
	} {
		answer, err := Tell(line, chips...)
		assert.ErrorContains(t, err, says, line)
		assert.Empty(t, answer)
	}
	assert.Empty(t, chips[0].Pending())
}

// TestHelpNamesAll: every fault, when and order is in it.
func TestHelpNamesAll(t *testing.T) {
	answer, err := Tell("help")
	require.NoError(t, err)
	for _, word := range append(names(), "after", "every", "at", "nth", "times", "always", "chaos", "clear", "list") {
		assert.Contains(t, answer, "  "+word)
	}
	for line := range strings.Lines(answer) {
		assert.LessOrEqual(t, len(line), 110)
	}
}

func TestLine(t *testing.T) {
	for want, s := range map[string]emulator.Strike{
		"         30s  READY high for 2s": {At: 30 * time.Second, Fault: emulator.Fault{Kind: emulator.ReadyHigh, For: 2 * time.Second, After: 30 * time.Second}},
		"   1h0m0.25s  command 7, SEND_DATA_TCP: truncate to 4": {At: time.Hour + 250*time.Millisecond, Count: 7, Command: wire.SendDataTCP,
			Fault: emulator.Fault{Kind: emulator.Truncate, N: 4, Command: wire.SendDataTCP, Nth: 2, Times: -1}},
		"          1s  drop link (nothing to strike)": {At: time.Second, Fault: emulator.Fault{Kind: emulator.DropLink}, Missed: true},
	} {
		assert.Equal(t, want, Line(s))
	}
}

// TestStartCountsFromPowerOn: on a network in memory, at the address of the
// lease.
func TestStartCountsFromPowerOn(t *testing.T) {
	s := Scenario{
		Memory: &emulator.MemoryConfig{},
		Steps:  []emulator.Fault{{Kind: emulator.Silence, Addr: peer, After: time.Hour}},
	}
	chip := s.New(nil)
	defer chip.Close()
	require.Len(t, chip.Pending(), 1)
	assert.InDelta(t, time.Hour, chip.Pending()[0].After, float64(time.Minute))
}
