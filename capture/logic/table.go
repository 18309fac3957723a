package logic

import (
	"io"
	"slices"
	"strings"
	"time"
)

// A table is the source of a Logic 2 data table: one row per frame of any
// analyzer of the recording,
//
//	name,type,start_time,duration,"mosi","miso"
//	"SPI","enable",0.762054901,0.000000004,,
//	"SPI","result",0.762089032,0.000034962,0xE0,0x00
//	"SPI","disable",0.762600844,0.000000004,,
//
// with further columns where other analyzers have them.
type table struct {
	rows  *rows
	times *calendar
	col   struct{ name, kind, start, dur, mosi, miso int }

	want    string   // the analyzer to take
	chosen  bool     // want counts
	others  []string // the first names of other analyzers
	skipped int
	begun   bool          // there was a row before this one
	last    time.Duration // start of the row before
	end     time.Duration // end of the row before
	open    bool          // between a select and a deselect
	edges   bool          // chip select was seen to change
}

// maxNames is how many names of analyzers an error shows.
const maxNames = 8

func newTable(rows *rows, times *calendar, analyzer string) (*table, error) {
	t := &table{rows: rows, times: times, want: analyzer, chosen: analyzer != ""}
	c := &t.col
	c.name, c.kind, c.start = rows.column("name"), rows.column("type"), rows.column("start_time")
	c.dur, c.mosi, c.miso = rows.column("duration"), rows.column("mosi"), rows.column("miso")
	if c.name < 0 || c.kind < 0 || c.start < 0 || c.mosi < 0 && c.miso < 0 {
		return nil, rows.lacks("a header with the columns name, type, start_time, mosi, miso")
	}
	return t, nil
}

// next implements source. Where the file ends before the deselect, it gives
// one at the end of the last byte.
func (t *table) next(e *event) error {
	for {
		err := t.rows.next()
		if err == nil {
			if !t.ours() {
				continue
			}
			err = t.parse(e)
		}
		if err == io.EOF && t.open {
			t.open = false
			*e = event{kind: deselected, at: t.end, guessed: true}
			return nil
		}
		return err
	}
}

// ours reports whether the row is one of the analyzer to take, which the first
// row that can only be of an SPI analyzer decides.
func (t *table) ours() bool {
	name := t.rows.at(t.col.name)
	if !t.chosen && kindOf(t.rows.at(t.col.kind)) != 0 {
		t.want, t.chosen = strings.Clone(name), true
	}
	if t.chosen && name == t.want {
		return true
	}
	t.skipped++
	if len(t.others) < maxNames && !slices.Contains(t.others, name) {
		t.others = append(t.others, strings.Clone(name))
	}
	return false
}

// kindOf returns what a row of that type tells, 0 for types that an SPI
// analyzer does not have.
func kindOf(name string) kind {
	switch name {
	case "enable":
		return selected
	case "result":
		return clocked
	case "disable":
		return deselected
	}
	return 0
}

// parse makes an event of the row.
func (t *table) parse(e *event) error {
	name := t.rows.at(t.col.kind)
	*e = event{kind: kindOf(name)}
	if name == "error" {
		e.kind = trouble
	}
	if e.kind == 0 {
		return t.rows.bad(t.col.kind, "enable, result, disable or error")
	}
	end, err := t.span(e)
	if err != nil {
		return err
	}
	if e.kind == clocked {
		if err := t.rows.octets(t.col.mosi, t.col.miso, e); err != nil {
			return err
		}
	}
	t.last, t.end = e.at, end
	if e.kind != trouble {
		t.open = e.kind != deselected
		t.edges = t.edges || e.kind != clocked
	}
	return nil
}

// verdict says, after the last row, whether the table can have been one of
// this link, bytes being how many there were.
func (t *table) verdict(bytes int64) error {
	if !t.begun && len(t.others) > 0 {
		return &AnalyzerError{Want: t.want, Have: t.others}
	}
	if !t.edges && bytes > 0 {
		return &SelectError{Analyzer: t.want, Bytes: bytes}
	}
	return nil
}

// span reads when the row begins and ends.
func (t *table) span(e *event) (end time.Duration, err error) {
	var ok bool
	if e.at, ok = t.times.parse(t.rows.at(t.col.start)); !ok {
		return 0, t.rows.bad(t.col.start, t.times.want())
	}
	if e.at < t.last && t.begun {
		return 0, t.rows.bad(t.col.start, "a time from that of the row before on")
	}
	t.begun = true
	s := t.rows.at(t.col.dur)
	if s == "" {
		return e.at, nil
	}
	d, ok := seconds(s)
	if !ok || d < 0 {
		return 0, t.rows.bad(t.col.dur, "a duration in seconds")
	}
	return e.at + d, nil
}
