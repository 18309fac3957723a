package logic

import (
	"io"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// ImportSaleae reads a recording that Saleae's Logic 2 exported and writes it
// to w. spi is the data table with the frames of the SPI analyzer; pins is the
// digital export of the same recording with the channels READY, RESETN and
// GPIO0, as many as there are, or nil. Columns are known by their names, in any
// order and case; others do not count.
//
// Both files are read side by side, in memory for one window and two rows.
// Times in the trace are those of the recording; only where a file begins
// before the zero of the recording, as after a trigger, all are moved so that
// the first is zero. Give w a tick of 1 ns to keep them exactly.
//
// Windows go from "enable" to "disable". A byte of which one direction is
// missing gets 0xFF as MOSI or 0x00 as MISO. Windows are capture.Incomplete
// where their beginning is missing (bytes before the first enable), their end
// (the file was cut, or the next enable comes first), a direction of a byte,
// bytes beyond capture.MaxWindow, or the clock ("error" rows).
// With the READY line recorded, a window has the status capture.WaitTimedOut
// where READY was high at the select, and capture.AckTimedOut where it stayed
// low to the end.
//
// What is no such recording gives a [*RowError], an [*AnalyzerError] or a
// [*SelectError]; errors of the readers and of w come back wrapped or as they
// are. The records before the error are written, and the Stats count them. w
// is not closed.
func ImportSaleae(w *capture.Writer, spi, pins io.Reader, o Options) (Stats, error) {
	var stats Stats
	table, err := newTable(spi, o.Analyzer)
	if err != nil {
		return stats, err
	}
	bus, err := open(table)
	if err != nil {
		return stats, err
	}
	var wires *digital
	lines := &stream{}
	if pins != nil {
		if wires, err = newDigital(pins); err != nil {
			return stats, err
		}
		if lines, err = open(wires); err != nil {
			return stats, err
		}
	}
	stats.Shift = shift(bus, lines)
	err = assemble(w, bus, lines, o, &stats)
	stats.Analyzer, stats.Skipped = table.want, table.skipped
	stats.Cut = table.rows.cut || wires != nil && wires.rows.cut
	if err == nil {
		err = table.verdict(stats.Bytes)
	}
	return stats, err
}

// shift returns what to add to every time so that the first is not negative.
func shift(streams ...*stream) time.Duration {
	var first time.Duration
	for _, s := range streams {
		if s.more {
			first = min(first, s.head.at)
		}
	}
	return -first
}

// assemble writes the start of the trace and all the streams have.
func assemble(w *capture.Writer, bus, lines *stream, o Options, stats *Stats) error {
	start := capture.Record{Kind: capture.KindStart, Wall: o.Wall, Labels: o.Labels}
	if err := w.Write(&start); err != nil {
		return err
	}
	a := assembler{w: w, mask: o.Mask, stats: stats, shift: stats.Shift}
	return merge(bus, lines, a.take)
}
