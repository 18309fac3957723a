package logic

import (
	"errors"
	"fmt"
	"strings"
)

// A RowError is a row or a word of a file that cannot be what the file claims
// to be.
// errors.As finds it in what an import returns.
type RowError struct {
	File   File
	Line   int    // from 1
	Column int    // byte of the line where the value begins, from 1; 0: unknown, or the whole line
	Name   string // of the column, as its header says; empty: the whole line, or the file has no columns
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

// File says which file is meant, or which part of one.
type File uint8

// The kinds of files.
const (
	Table    File = 1 + iota // Logic 2's data table of the analyzers
	Digital                  // Logic's digital export
	Packets                  // Logic's export of one SPI analyzer
	VCD                      // a value change dump
	Metadata                 // the metadata in a file of sigrok
)

// String returns what people call the file.
func (f File) String() string {
	switch f {
	case Table:
		return "analyzer table"
	case Digital:
		return "digital export"
	case Packets:
		return "SPI export"
	case VCD:
		return "value change dump"
	case Metadata:
		return "metadata"
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

// An ArchiveError is a file that cannot be one of sigrok, or is damaged.
type ArchiveError struct {
	Member string // of the archive; empty: the archive itself
	Sample int64  // how many samples came before, -1: it is not about the samples
	Err    error
}

// Error returns one sentence.
func (e *ArchiveError) Error() string {
	var b strings.Builder
	b.WriteString("sigrok file")
	if e.Member != "" {
		fmt.Fprintf(&b, ", %s", shown(e.Member))
	}
	if e.Sample >= 0 {
		fmt.Fprintf(&b, ", sample %d", e.Sample)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	return b.String()
}

// Unwrap returns Err.
func (e *ArchiveError) Unwrap() error { return e.Err }

// ErrTwoDigital says that the file has all the lines that the other one was
// given for.
var ErrTwoDigital = errors.New("the digital export of the bus needs no second one beside it")

// maxShown is how many bytes of a bad value an error shows.
const maxShown = 60

// shown returns what an error shows of a value.
func shown(s string) string {
	if len(s) <= maxShown {
		return strings.Clone(s)
	}
	return s[:maxShown] + "..."
}
