package logic

import (
	"fmt"
	"strings"
)

// A RowError is a row of a file that cannot be what the file claims to be.
// errors.As finds it in what an import returns.
type RowError struct {
	File   File
	Line   int    // from 1
	Column int    // byte of the line where the value begins, from 1; 0: the whole line
	Name   string // of the column, as its header says; empty: the whole line
	Got    string // what is there, cut where it is long
	Want   string // what should be
}

// Error returns one sentence, such as
//
//	analyzer table, line 7, column 16 (start_time): "abc" is not a time in seconds
func (e *RowError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, line %d", e.File, e.Line)
	if e.Column > 0 {
		fmt.Fprintf(&b, ", column %d", e.Column)
	}
	if e.Name != "" {
		fmt.Fprintf(&b, " (%s)", e.Name)
	}
	fmt.Fprintf(&b, ": %q is not %s", e.Got, e.Want)
	return b.String()
}

// File says which file of a recording is meant.
type File uint8

// The files of a Logic 2 recording.
const (
	Table   File = 1 + iota // the analyzers' "data table"
	Digital                 // the digital export
)

// String returns what people call the file.
func (f File) String() string {
	switch f {
	case Table:
		return "analyzer table"
	case Digital:
		return "digital export"
	}
	return "file"
}

// An AnalyzerError says that a table has rows, but none of the SPI analyzer
// that was asked for.
type AnalyzerError struct {
	Want string   // the name that was asked for; empty: any SPI analyzer
	Have []string // the first names the table has
}

// Error returns one sentence.
func (e *AnalyzerError) Error() string {
	want := "of an SPI analyzer"
	if e.Want != "" {
		want = fmt.Sprintf("of an SPI analyzer %q", e.Want)
	}
	return fmt.Sprintf("analyzer table: no row %s; the table has %q", want, e.Have)
}

// A SelectError says that a table has bytes, but not one edge of chip select:
// nothing in it says where a transaction begins.
type SelectError struct {
	Analyzer string
	Bytes    int64
}

// Error returns one sentence.
func (e *SelectError) Error() string {
	return fmt.Sprintf("analyzer table: %q has %d bytes and no chip select; "+
		"set its Enable channel to the CS line and export again", e.Analyzer, e.Bytes)
}

// maxShown is how many bytes of a bad value an error shows.
const maxShown = 60

// shown returns what an error shows of a value.
func shown(s string) string {
	if len(s) <= maxShown {
		return strings.Clone(s)
	}
	return s[:maxShown] + "..."
}
