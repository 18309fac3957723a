package logic

import (
	"io"

	"github.com/ninatrace/ninatrace/capture"
)

// importLevels writes what the levels of the lines say.
func importLevels(w *capture.Writer, src sampler, times *calendar, o Options) (Stats, error) {
	var stats Stats
	all := make([]line, lineCount)
	for l := range all {
		all[l] = line(l)
	}
	wires, err := newWiring(src.channels(), o.Channels, all...)
	if err != nil {
		return stats, err
	}
	var first []sample
	if wires.missing(lineCLK) || wires.missing(lineCS) {
		p := newPreview(src)
		src, first = p, p.first
	}
	if err := wires.guess(first); err != nil {
		return stats, err
	}
	stats.Channels = wires.told()
	glitches := &glitchFilter{sampler: src, least: o.Glitch}
	if o.Glitch > 0 {
		src = glitches
	}
	bus := newSPI(src, wires)
	events, err := open(bus)
	if err != nil {
		return stats, err
	}
	err = assemble(w, events, &stream{}, o, times, &stats)
	stats.Glitches = glitches.dropped
	stats.PerBit = bus.pace.samplesPerBit(src.interval())
	return stats, err
}

// importDigital imports a digital export that has the bus too.
func importDigital(w *capture.Writer, rows *rows, pins io.Reader, o Options) (Stats, error) {
	if pins != nil {
		return Stats{}, ErrTwoDigital
	}
	var times calendar
	d, err := newDigital(rows, &times)
	if err != nil {
		return Stats{}, err
	}
	stats, err := importLevels(w, d, &times, o)
	stats.Cut = rows.cut
	return stats, err
}
