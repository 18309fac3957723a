package logic

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/ninatrace/ninatrace/capture"
)

// A line is one of the link.
type line uint8

const (
	lineCS line = iota
	lineCLK
	lineMOSI
	lineMISO
	lineReady
	lineReset
	lineGPIO0
	lineCount
)

// linkLines has for each line its name in Options.Channels, and the names under
// which boards, libraries and analyzers know it, the likeliest first.
var linkLines = [lineCount]struct {
	key   string
	names []string
}{
	lineCS:    {"cs", []string{"CS", "CSN", "NCS", "SS", "NSS", "SSN", "SSEL", "ENABLE", "CE"}},
	lineCLK:   {"clk", []string{"CLK", "SCK", "SCLK", "CLOCK"}},
	lineMOSI:  {"mosi", []string{"MOSI", "COPI", "PICO"}},
	lineMISO:  {"miso", []string{"MISO", "CIPO", "POCI"}},
	lineReady: {"ready", []string{"READY", "RDY", "ACK", "BUSY", "SLAVEREADY"}},
	lineReset: {"resetn", []string{"RESETN", "RSTN", "NRST", "NRESET", "RESET", "RST"}},
	lineGPIO0: {"gpio0", []string{"GPIO0", "IO0", "IRQ"}},
}

// pins are the lines beside the bus.
var pins = [...]struct {
	line line
	pin  capture.Pin
}{{lineReady, capture.PinReady}, {lineReset, capture.PinReset}, {lineGPIO0, capture.PinGPIO0}}

// A Channel says which channel of a file was taken for a line of the link.
type Channel struct {
	Line    string // cs, clk, mosi, miso, ready, resetn or gpio0
	Name    string // of the channel, as the file has it
	Guessed bool   // by what happens on it, not by name or by Options.Channels
}

// A ChannelError says that the channels of a file cannot be told apart.
type ChannelError struct {
	Problem string   // one clause
	Have    []string // the channels of the file
}

// Error returns one sentence.
func (e *ChannelError) Error() string {
	return fmt.Sprintf("%s; the channels of the file are %q", e.Problem, e.Have)
}

// A wiring says which channel is which line.
type wiring struct {
	names   []string       // of the channels
	channel [lineCount]int // -1: none
	wanted  [lineCount]bool
	guessed [lineCount]bool
}

// newWiring takes the channels that were asked for, and others by their names,
// for the lines of need and no others.
func newWiring(names []string, asked map[string]string, need ...line) (*wiring, error) {
	w := &wiring{names: names}
	for l := range w.channel {
		w.channel[l] = -1
	}
	for _, l := range need {
		w.wanted[l] = true
	}
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		if err := w.ask(key, strings.TrimSpace(asked[key])); err != nil {
			return nil, err
		}
	}
	for l := range lineCount {
		if w.wanted[l] && w.channel[l] < 0 {
			w.channel[l] = w.named(linkLines[l].names)
		}
	}
	return w, nil
}

// ask takes the channel of that name as a line; "-" is no channel.
func (w *wiring) ask(key, name string) error {
	l := line(0)
	for l < lineCount && !strings.EqualFold(linkLines[l].key, key) {
		l++
	}
	if l == lineCount {
		return w.wrong("%q is no line, they are cs, clk, mosi, miso, ready, resetn and gpio0", key)
	}
	if name == "-" || !w.wanted[l] {
		w.wanted[l] = false
		return nil
	}
	at := slices.IndexFunc(w.names, func(have string) bool { return strings.EqualFold(strings.TrimSpace(have), name) })
	if name == "" || at < 0 {
		return w.wrong("no channel %q for %s", name, linkLines[l].key)
	}
	if other := slices.Index(w.channel[:], at); other >= 0 {
		return w.wrong("channel %q cannot be both %s and %s", name, linkLines[other].key, linkLines[l].key)
	}
	w.channel[l] = at
	return nil
}

// named returns the channel with the first of the names that one has.
func (w *wiring) named(names []string) int {
	for _, name := range names {
		for i, have := range w.names {
			if plain(have) == name && !slices.Contains(w.channel[:], i) {
				return i
			}
		}
	}
	return -1
}

// plain returns what counts of a channel's name: "SPI_CS#" is CS.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, name)
	for _, owner := range []string{"SPI", "NINA", "ESP32", "ESP"} {
		name = strings.TrimPrefix(name, owner)
	}
	return name
}

// mask returns the bit of a line's channel, 0 for none.
func (w *wiring) mask(l line) uint64 {
	if w.channel[l] < 0 {
		return 0
	}
	return 1 << w.channel[l]
}

// missing reports whether a line is wanted and has no channel.
func (w *wiring) missing(l line) bool { return w.wanted[l] && w.channel[l] < 0 }

// all returns the bits of all channels that are taken.
func (w *wiring) all() (bits uint64) {
	for l := range lineCount {
		bits |= w.mask(l)
	}
	return bits
}

// told returns what was taken for what.
func (w *wiring) told() (all []Channel) {
	for l, at := range w.channel {
		if at >= 0 {
			all = append(all, Channel{Line: linkLines[l].key, Name: w.names[at], Guessed: w.guessed[l]})
		}
	}
	return all
}

// wrong returns a ChannelError.
func (w *wiring) wrong(format string, args ...any) error {
	e := &ChannelError{Problem: fmt.Sprintf(format, args...)}
	for _, name := range w.names {
		if name != "" {
			e.Have = append(e.Have, shown(name))
		}
	}
	return e
}
