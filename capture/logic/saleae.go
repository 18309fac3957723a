package logic

import (
	"io"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// ImportSaleae reads a recording that Saleae's Logic exported and writes it to
// w. bus is one of three files, which are known by their first row:
//
//   - the data table of Logic 2, with the frames of the SPI analyzer (name,
//     type, start_time, duration, mosi, miso);
//   - the export of the SPI analyzer alone (Time [s], Packet ID, MOSI, MISO);
//   - the digital export, with every edge of CS, CLK, MOSI and MISO, from which
//     the bytes are read here (Time [s] and the channels).
//
// pins is the digital export with the channels READY, RESETN and GPIO0, as many
// as there are, or nil. Columns are known by their names, in any order and
// case, or by o.Channels; others do not count.
//
// The files are read side by side, in memory for one window and a few rows.
// Times in the trace are those of the recording; only where a file begins
// before the zero of the recording, as after a trigger, all are moved so that
// the first is zero. Dates, as Logic 2 writes them on demand, count from the
// first. Give w a tick of 1 ns to keep times exactly.
//
// Windows go from "enable" to "disable". The analyzer's own export has neither:
// there windows are what has the same Packet ID; where that is always the same
// they go by the CS channel of pins, and without one by the pauses between the
// bytes. A byte of which one direction is missing gets 0xFF as MOSI or 0x00 as
// MISO. Windows are capture.Incomplete where their beginning is missing (bytes
// before the first enable), their end (the file was cut, or the next enable
// comes first), a direction of a byte, a part of the last byte, bytes beyond
// capture.MaxWindow, or the clock ("error" rows). With the READY line recorded,
// a window has the status capture.WaitTimedOut where READY was high at the
// select, and capture.AckTimedOut where it stayed low to the end.
//
// What is no such recording gives a [*RowError], an [*AnalyzerError], a
// [*SelectError], a [*ChannelError] or [ErrTwoDigital]; errors of the readers
// and of w come back wrapped or as they are. The records before the error are
// written, and the Stats count them. w is not closed.
func ImportSaleae(w *capture.Writer, bus, pins io.Reader, o Options) (Stats, error) {
	rows, err := newRows(Table, bus)
	if err != nil {
		return Stats{}, err
	}
	s := saleae{o: o}
	switch {
	case rows.column("Packet ID") >= 0:
		rows.file = Packets
		err = s.packets(rows, pins)
	case rows.column("start_time") >= 0:
		err = s.table(rows, pins)
	case rows.column(timeColumns...) >= 0:
		rows.file = Digital
		return importDigital(w, rows, pins, o)
	default:
		err = rows.lacks("the header of a data table (name, type, start_time, mosi, miso), " +
			"an SPI export (Time [s], Packet ID, MOSI, MISO) or a digital export (Time [s] and channels)")
	}
	if err != nil {
		return s.stats, err
	}
	return s.run(w)
}

// A saleae is an import of bytes, and of levels beside them.
type saleae struct {
	o     Options
	times calendar
	stats Stats
	files []*rows

	bytes source
	tab   *table // bytes, if they are a data table
	lines source // nil: none
}

// table opens a data table.
func (s *saleae) table(rows *rows, pins io.Reader) (err error) {
	if s.tab, err = newTable(rows, &s.times, s.o.Analyzer); err != nil {
		return err
	}
	s.bytes, s.files = s.tab, append(s.files, rows)
	if pins == nil {
		return nil
	}
	_, err = s.levels(pins, lineReady, lineReset, lineGPIO0)
	return err
}

// packets opens an export of the SPI analyzer.
func (s *saleae) packets(rows *rows, pins io.Reader) error {
	p, err := newPackets(rows, &s.times, s.o.Pause)
	if err != nil {
		return err
	}
	s.bytes, s.files = p, append(s.files, rows)
	if pins != nil {
		wires, err := s.levels(pins, lineCS, lineReady, lineReset, lineGPIO0)
		if err != nil {
			return err
		}
		if wires.mask(lineCS) != 0 {
			p.rule = byEnable
		}
	}
	if p.rule == byPause {
		s.stats.Pause = p.gap
	}
	return nil
}

// levels opens a digital export beside the bytes.
func (s *saleae) levels(pins io.Reader, need ...line) (*wiring, error) {
	rows, err := newRows(Digital, pins)
	if err != nil {
		return nil, err
	}
	d, err := newDigital(rows, &s.times)
	if err != nil {
		return nil, err
	}
	wires, err := newWiring(d.channels(), s.o.Channels, need...)
	if err != nil {
		return nil, err
	}
	if wires.all() == 0 {
		return nil, rows.lacks("a header with Time [s] and one of READY, RESETN, GPIO0")
	}
	s.files = append(s.files, rows)
	s.lines, s.stats.Channels = newSPI(d, wires), wires.told()
	return wires, nil
}

// run writes all that the files have.
func (s *saleae) run(w *capture.Writer) (Stats, error) {
	bus, err := open(s.bytes)
	if err != nil {
		return s.stats, err
	}
	lines := &stream{}
	if s.lines != nil {
		if lines, err = open(s.lines); err != nil {
			return s.stats, err
		}
	}
	err = assemble(w, bus, lines, s.o, &s.times, &s.stats)
	for _, f := range s.files {
		s.stats.Cut = s.stats.Cut || f.cut
	}
	if s.tab != nil {
		s.stats.Analyzer, s.stats.Skipped = s.tab.want, s.tab.skipped
		if err == nil {
			err = s.tab.verdict(s.stats.Bytes)
		}
	}
	return s.stats, err
}

// assemble writes the start of the trace and all the streams have.
func assemble(w *capture.Writer, bus, lines *stream, o Options, times *calendar, stats *Stats) error {
	stats.Shift = shift(bus, lines)
	start := capture.Record{Kind: capture.KindStart, Wall: o.Wall, Labels: o.Labels}
	if start.Wall.IsZero() && times.dates {
		start.Wall = times.base.Add(-stats.Shift)
	}
	if err := w.Write(&start); err != nil {
		return err
	}
	a := assembler{w: w, mask: o.Mask, stats: stats, shift: stats.Shift}
	return merge(bus, lines, a.take)
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
