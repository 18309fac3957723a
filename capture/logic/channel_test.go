package logic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// renamed returns the wave with other names of its channels.
func renamed(w *wave, names ...string) *wave { return &wave{names: names, samples: w.samples} }

func TestChannelsAreKnown(t *testing.T) {
	want := spaced(fake(8), grid)
	w := render(want)
	unnamed := []string{"D0", "D1", "D2", "D3", "D4", "D5", "D6"}
	for name, c := range map[string]struct {
		names   []string
		asked   map[string]string
		guessed string
	}{
		"by their names":       {waveNames, nil, ""},
		"by others they have":  {[]string{"/CS", "spi_sck", "COPI", "cipo", "Nina Ack", "NRST", "io0"}, nil, ""},
		"by what was asked":    {unnamed, map[string]string{"CS": "d0", "clk": "D1", "mosi": "D2", "miso": "D3", "ready": "D4", "resetn": "D5", "gpio0": " D6 "}, ""},
		"by what they do":      {unnamed, map[string]string{"mosi": "D2", "miso": "D3", "ready": "D4", "resetn": "D5", "gpio0": "D6"}, "cs clk"},
		"asked against a name": {[]string{"CS", "MISO", "MOSI", "CLK", "ACK", "RST", "IRQ"}, map[string]string{"clk": "MISO", "miso": "CLK"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for format, run := range map[string]func() ([]string, error){
				"vcd": func() ([]string, error) {
					got, stats, err := importedVCD(t, renamed(w, c.names...).vcd(), Options{Channels: c.asked})
					requireRecords(t, want, got)
					return guesses(stats), err
				},
				"sr": func() ([]string, error) {
					got, stats, err := importedSigrok(t, renamed(w, c.names...).sigrok(t, 40_000_000, 1, 1<<20), Options{Channels: c.asked})
					requireRecords(t, want, got)
					return guesses(stats), err
				},
			} {
				guessed, err := run()
				require.NoError(t, err, format)
				assert.Equal(t, c.guessed, strings.Join(guessed, " "))
			}
		})
	}
}

// guesses returns the lines that were guessed.
func guesses(s Stats) (all []string) {
	for _, c := range s.Channels {
		if c.Guessed {
			all = append(all, c.Line)
		}
	}
	return all
}

func TestChannelsThatCannotBeTold(t *testing.T) {
	bus := renamed(render(spaced(fake(3), grid)), "D0", "D1", "D2", "D3", "D4", "D5", "D6")
	silent := &wave{names: []string{"A", "B", "MOSI", "MISO"}, samples: []sample{{0, 3}, {10, 2}, {20, 3}}}
	twins := renamed(render(spaced(fake(3), grid)), "CS", "A", "MOSI", "MISO", "B", "C", "D")
	for i := range twins.samples { // another clock
		twins.samples[i].levels |= twins.samples[i].levels & bitCLK << 5
	}
	for name, c := range map[string]struct {
		w     *wave
		asked map[string]string
		want  string
	}{
		"data":                       {bus, nil, "cannot tell which channel is mosi"},
		"nothing happens":            {silent, nil, "cannot tell which channel is cs"},
		"two clocks":                 {twins, nil, "cannot tell which channel is clk"},
		"no such line":               {bus, map[string]string{"sclk": "D0"}, `"sclk" is no line, they are cs, clk, mosi, miso, ready, resetn and gpio0`},
		"no such channel":            {bus, map[string]string{"clk": "D7"}, `no channel "D7" for clk`},
		"no name":                    {bus, map[string]string{"clk": ""}, `no channel "" for clk`},
		"one channel for two lines":  {bus, map[string]string{"clk": "D1", "mosi": "D1"}, `channel "D1" cannot be both clk and mosi`},
		"chip select that cannot be": {bus, map[string]string{"mosi": "D2", "miso": "D3", "clk": "D1", "ready": "D0"}, "cannot tell which channel is cs"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := importedVCD(t, c.w.vcd(), Options{Channels: c.asked})
			var wrong *ChannelError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, c.w.names, wrong.Have)
			assert.Equal(t, c.want, wrong.Problem)
			assert.Contains(t, err.Error(), "; the channels of the file are [")
		})
	}
}

// A line that was not recorded is filled in, and its windows are incomplete.
func TestADirectionThatWasNotRecorded(t *testing.T) {
	want := spaced(fake(3), grid)
	got, stats, err := importedVCD(t, render(want).vcd(), Options{Channels: map[string]string{"miso": "-", "ready": "-"}})
	require.NoError(t, err)
	assert.Equal(t, 3, stats.Incomplete)
	for i, r := range windows(got) {
		w := windows(want)[i].Window
		assert.Equal(t, w.MOSI, r.Window.MOSI)
		assert.Equal(t, strings.Repeat("\x00", len(w.MOSI)), string(r.Window.MISO))
		assert.Zero(t, r.Window.Ack)
	}
}
