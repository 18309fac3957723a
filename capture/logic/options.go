package logic

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// Options says how to import. Its zero value is usable.
type Options struct {
	// Mask finds the secrets in what the host sends; they do not get into
	// the trace. Of a window whose beginning is missing nothing the host
	// sent gets into it, because no Mask can read such a one. Nil keeps
	// everything.
	Mask capture.Masker
	// Labels and Wall go into the start record of the trace. Wall is the
	// clock at the time 0 of the trace; zero: unknown.
	Labels []capture.Label
	Wall   time.Time
	// Analyzer is the name of the analyzer to import where the file has
	// several. Empty: the first that selects or clocks.
	Analyzer string
}

// Stats says what an import found.
type Stats struct {
	Analyzer   string        // the analyzer whose rows were taken
	Windows    int           // records of windows, of which
	Incomplete int           // have a part missing, and
	Masked     int           // have secrets withheld
	Bytes      int64         // bytes of all windows, one direction
	Lost       int64         // bytes left out of windows longer than capture.MaxWindow
	Pins       int           // records of lines
	Troubles   int           // rows in which the analyzer says that it lost the clock
	Skipped    int           // rows of other analyzers
	Cut        bool          // a file ends in the middle of a row
	Shift      time.Duration // added to every time, because a file begins before its zero
	Duration   time.Duration // time of the last thing the files tell
}
