package logic

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// dirty returns the wave with pulses of a length on all its channels, every
// eighth sample.
func dirty(w *wave, length time.Duration) *wave {
	var all []sample
	for i, s := range w.samples {
		all = append(all, s)
		bit := uint64(1) << (i % len(w.names))
		if i%8 == 3 {
			all = append(all, sample{s.at + 5, s.levels ^ bit}, sample{s.at + 5 + length, s.levels})
		}
	}
	return &wave{names: w.names, samples: all}
}

func TestGlitchesAreLeftOut(t *testing.T) {
	want := spaced(fake(8), grid)
	w := render(want)
	got, stats, err := importedVCD(t, w.vcd(), Options{Glitch: 2 * grid})
	require.NoError(t, err)
	requireRecords(t, want, got)
	assert.Zero(t, stats.Glitches)

	got, stats, err = importedVCD(t, dirty(w, 4).vcd(), Options{Glitch: 5})
	require.NoError(t, err)
	requireRecords(t, want, got)
	assert.Equal(t, (len(w.samples)+4)/8, stats.Glitches)

	got, stats, err = importedVCD(t, dirty(w, 4).vcd(), Options{})
	require.NoError(t, err)
	assert.NotEqual(t, len(want), len(got)-1, "they do harm")
	got, _, err = importedVCD(t, dirty(w, 5).vcd(), Options{Glitch: 5})
	require.NoError(t, err)
	assert.NotEqual(t, len(want), len(got)-1, "a pulse of that length is none")
	assert.Zero(t, stats.Glitches)
}

// coarse returns the wave as an analyzer with that time between samples sees
// it.
func coarse(w *wave, step time.Duration) *wave {
	out := &wave{names: w.names}
	last := w.samples[len(w.samples)-1].at
	i := 0
	for at := time.Duration(0); at <= last+step; at += step {
		for i+1 < len(w.samples) && w.samples[i+1].at <= at {
			i++
		}
		levels := w.samples[i].levels
		if n := len(out.samples); n == 0 || out.samples[n-1].levels != levels {
			out.samples = append(out.samples, sample{at, levels})
		}
	}
	return out
}

// The samples a bit has are known where the file says how far apart they are,
// and else seen from the clock.
func TestSamplesPerBit(t *testing.T) {
	records := spaced(fake(30), grid) // a bit is 100 ns
	for _, c := range []struct {
		step     time.Duration
		from, to float64
	}{{1, 0, 0}, {12, 0, 9}, {24, 0, 4.2}, {27, 3, 3.99}, {31, 3, 3.3}, {41, 2, 2.5}} {
		w := coarse(render(records), c.step)
		_, stats, err := importedVCD(t, w.vcd(), Options{})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, stats.PerBit, c.from, "%d ns", c.step)
		assert.LessOrEqual(t, stats.PerBit, c.to, "%d ns", c.step)
		said := strings.Replace(w.vcd(), "$scope", fmt.Sprintf("$comment\n  Acquisition with 7/7 channels at %f MHz\n$end\n$scope", 1000/float64(c.step)), 1)
		_, stats, err = importedVCD(t, said, Options{})
		require.NoError(t, err)
		assert.InDelta(t, 100/float64(c.step), stats.PerBit, 1, "%d ns", c.step)
	}
}

// packetWindows is what an export of bytes alone can say of windows: they go
// from their first byte to their last.
func packetWindows(records []capture.Record) (out []capture.Record) {
	for _, r := range windows(records) {
		step := r.Window.Dur / time.Duration(len(r.Window.MOSI)+1)
		r.Time += r.Window.Ack
		r.Window.Ack, r.Window.Dur = 0, step*time.Duration(len(r.Window.MOSI)-1)
		out = append(out, r)
	}
	return out
}

func TestPackets(t *testing.T) {
	records := spaced(fake(50), grid)
	for i := range records { // a pause between windows, where the host waits
		records[i].Time += time.Duration(i) * 5 * time.Microsecond
	}
	want := packetWindows(records)
	for name, c := range map[string]struct {
		id    string
		o     Options
		pause bool
	}{
		"numbered":           {"", Options{}, false},
		"all 0":              {"0", Options{}, true},
		"without a number":   {" ", Options{}, true},
		"with a given pause": {"0", Options{Pause: 5 * time.Microsecond}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, stats, err := importedCSV(t, packetsOf(records, c.id), nil, c.o)
			require.NoError(t, err)
			requireRecords(t, want, got)
			assert.Equal(t, c.pause, stats.Pause > 0)
			assert.Zero(t, stats.Incomplete)
		})
	}
	got, stats, err := importedCSV(t, packetsOf(records, "0"), strings.NewReader(render(records).csv()), Options{})
	require.NoError(t, err)
	requireRecords(t, records, got)
	assert.Zero(t, stats.Pause, "the CS channel says it")

	withoutCS := renamed(render(records), "X", "CLK", "MOSI", "MISO", "READY", "RESETN", "GPIO0")
	got, _, err = importedCSV(t, packetsOf(records, ""), strings.NewReader(withoutCS.csv()), Options{})
	require.NoError(t, err)
	assert.Len(t, windows(got), 50)
	for _, r := range windows(got) {
		assert.Zero(t, r.Window.Status, "READY went high before the first byte")
	}

	_, _, err = importedCSV(t, render(records).csv(), strings.NewReader(""), Options{})
	require.ErrorIs(t, err, ErrTwoDigital)
}

// The times of a recording may be dates; both files count from the same one.
func TestDates(t *testing.T) {
	const table = "name,type,start_time,duration,mosi,miso\n" +
		"SPI,enable,2024-02-29T12:00:00.000001000+01:00,4e-09,,\n" +
		"SPI,result,2024-02-29T12:00:00.000002000+01:00,0,0x05,0x06\n" +
		"SPI,disable,2024-02-29T11:00:00.000005000Z,0,,\n"
	const pins = "Time [s],READY\n2024-02-29T11:00:00,1\n2024-02-29 11:00:00.0000005,0\n2024-02-29T11:00:00.000001500+0000,1\n"
	got, stats, err := importedCSV(t, table, strings.NewReader(pins), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(500, capture.PinReady, false),
		holding(win(1000, 500, 3500, 0), "\x05", "\x06"),
	}, got)
	assert.Equal(t, time.Microsecond, stats.Shift)
	assert.Equal(t, time.Date(2024, 2, 29, 11, 0, 0, 0, time.UTC), got[0].Wall.UTC())

	wall := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	got, _, err = importedCSV(t, table, nil, Options{Wall: wall})
	require.NoError(t, err)
	assert.Equal(t, wall, got[0].Wall.UTC(), "the caller knows better")
}

// A sample in which several lines change is told in the order that a working
// link has.
func TestLinesThatChangeAtOnce(t *testing.T) {
	const idle = bitCS | bitReset
	w := &wave{names: waveNames, samples: []sample{{0, idle}, {10, bitReset | bitReady | bitGPIO0}, {20, idle}}}
	got, _, err := importedVCD(t, w.vcd(), Options{})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{
		pin(0, capture.PinReady, false), pin(10, capture.PinGPIO0, true),
		win(10, 0, 10, 0),
		pin(20, capture.PinReady, false), pin(20, capture.PinGPIO0, false),
	}, slices.Clone(got))
}
