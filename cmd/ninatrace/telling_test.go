package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/emulator/scenario"
)

// told powers modules on and says lines to all of them. It returns their buses,
// a function that powers them off, and what was written.
func told(t *testing.T, modulesOn int, lines string) (on []bus.Bus, off func(), out, errs, log *bytes.Buffer) {
	out, errs, log = new(bytes.Buffer), new(bytes.Buffer), new(bytes.Buffer)
	m := &modules{scenario: new(scenario.Scenario), out: out, errs: errs, log: log}
	off = func() {}
	for range modulesOn {
		c, err := m.powerOn(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		on = append(on, c)
		before := off
		off = func() { before(); c.Close() }
	}
	m.listen(strings.NewReader(lines))
	return on, off, out, errs, log
}

func TestLinesAreToldToAllModules(t *testing.T) {
	on, off, out, _, log := told(t, 2, "READY high\nnth 5: crash\nlist\n")
	for _, b := range on {
		_, err := b.WaitReady(bus.Armed, 20*time.Millisecond)
		assert.ErrorIs(t, err, bus.ErrReadyTimeout)
	}
	off()
	assert.Contains(t, out.String(), "1: nth 5, times 1: crash\n2: nth 5, times 1: crash\n")
	assert.Regexp(t, `(?m)^#1 .*  READY high$`, log.String())
	assert.Regexp(t, `(?m)^#2 .*  READY high$`, log.String())
}

func TestWrongLinesAreAnswered(t *testing.T) {
	_, _, _, errs, _ := told(t, 1, "explode\n\n# nothing\n")
	assert.Contains(t, errs.String(), `ninatrace: column 1: "explode" is no fault; it can be READY high, `)
	assert.Contains(t, errs.String(), "ninatrace: hint: help lists what can be said\n")
	assert.Equal(t, 2, strings.Count(errs.String(), "\n"))
}

func TestLinesWithoutModules(t *testing.T) {
	_, _, out, errs, _ := told(t, 0, "READY high\nhelp\n")
	assert.Equal(t, "ninatrace: no module is connected\n", errs.String())
	assert.Equal(t, scenario.Help(), out.String())
}

// TestTheLogSaysWhatItHasNotShown: a module that is faster than its log is not
// held up by it.
func TestTheLogSaysWhatItHasNotShown(t *testing.T) {
	l := newStrikeLog()
	chip := emulator.New(emulator.Config{Strikes: l.strikes})
	for range roomForStrikes + 3 {
		chip.Inject(emulator.Fault{Kind: emulator.ReadyGlitch})
	}
	require.NoError(t, chip.Close())
	var lines []string
	l.end(chip, func(line string) { lines = append(lines, line) })
	require.Len(t, lines, roomForStrikes+1)
	assert.Contains(t, lines[0], "READY glitch")
	assert.Equal(t, "3 strikes not shown", lines[roomForStrikes])
}
