package logic

import (
	"io"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// A digital is the source of a Logic 2 digital export: one row per change of
// any channel, with the levels after it. The first row has the levels at the
// beginning.
//
//	Time [s],CS,READY,RESETN,GPIO0
//	0.000000000,1,1,1,1
//	0.001651167,1,1,1,0
//
// The names are those that the user gave the channels. Chip select is not
// taken from here: the analyzer saw the same edges.
type digital struct {
	rows  *rows
	time  int
	lines []line
	told  int // how many of the lines were told of this row
	at    time.Duration
	rank  int // of the row, from 0
}

// A line is a channel that matters.
type line struct {
	pin    capture.Pin
	column int
	high   bool
}

// channels has the names under which boards and libraries know the lines.
var channels = []struct {
	pin   capture.Pin
	names []string
}{
	{capture.PinReady, []string{"READY", "ACK", "BUSY", "SLAVEREADY"}},
	{capture.PinReset, []string{"RESETN"}},
	{capture.PinGPIO0, []string{"GPIO0", "IRQ"}},
}

func newDigital(r io.Reader) (*digital, error) {
	rows, err := newRows(Digital, r)
	if err != nil {
		return nil, err
	}
	d := &digital{rows: rows, time: rows.column("Time [s]", "Time"), rank: -1}
	for _, c := range channels {
		if i := rows.column(c.names...); i >= 0 {
			d.lines = append(d.lines, line{pin: c.pin, column: i})
		}
	}
	if d.time < 0 || len(d.lines) == 0 {
		return nil, rows.lacks("a header with Time [s] and one of READY, RESETN, GPIO0")
	}
	d.told = len(d.lines)
	return d, nil
}

// next implements source.
func (d *digital) next(e *event) error {
	for {
		for d.told < len(d.lines) {
			l := &d.lines[d.told]
			d.told++
			if changed, err := d.update(l); err != nil || changed {
				*e = event{kind: edge, at: d.at, pin: l.pin, high: l.high}
				if d.rank == 0 {
					e.kind = level
				}
				return err
			}
		}
		if err := d.row(); err != nil {
			return err
		}
	}
}

// update takes the level of a line from the row. The first row changes all.
func (d *digital) update(l *line) (changed bool, err error) {
	var high bool
	switch d.rows.at(l.column) {
	case "0":
	case "1":
		high = true
	default:
		return false, d.rows.bad(l.column, "a level, 0 or 1")
	}
	changed = high != l.high || d.rank == 0
	l.high = high
	return changed, nil
}

// row goes to the next row.
func (d *digital) row() error {
	if err := d.rows.next(); err != nil {
		return err
	}
	at, ok := seconds(d.rows.at(d.time))
	if !ok {
		return d.rows.bad(d.time, "a time in seconds")
	}
	if at < d.at && d.rank >= 0 {
		return d.rows.bad(d.time, "a time from that of the row before on")
	}
	d.at, d.told = at, 0
	d.rank++
	return nil
}
