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
	// clock at the time 0 of the trace; zero: as the file says, if it does.
	Labels []capture.Label
	Wall   time.Time
	// Analyzer is the name of the analyzer to import where a data table has
	// several. Empty: the first that selects or clocks.
	Analyzer string
	// Channels says which channel of a file with levels is which line. The
	// keys are cs, clk, mosi, miso, ready, resetn and gpio0; "-" is no
	// channel. What is not here is known by the names of the channels; cs
	// and clk else by what happens on them.
	Channels map[string]string
	// Pause tells bytes of two windows apart in a file that has no other
	// sign of where one ends. 0: found out from the file.
	Pause time.Duration
	// Glitch is how long a pulse lasts at least; shorter ones, of any
	// channel in a file with levels, are left out. 0: none is.
	Glitch time.Duration
}

// Stats says what an import found.
type Stats struct {
	Analyzer   string        // the analyzer whose rows were taken
	Channels   []Channel     // the channels that were taken for lines
	Windows    int           // records of windows, of which
	Incomplete int           // have a part missing, and
	Masked     int           // have secrets withheld
	Bytes      int64         // bytes of all windows, one direction
	Lost       int64         // bytes left out of windows longer than capture.MaxWindow
	Partial    int           // windows that ended in the middle of a byte, which is left out
	Pins       int           // records of lines
	Troubles   int           // rows in which the analyzer says that it lost the clock
	Skipped    int           // rows of other analyzers
	Glitches   int           // pulses shorter than Options.Glitch
	PerBit     float64       // samples of the analyzer per bit of the bus; below 4 bits may be wrong; 0: unknown
	Pause      time.Duration // what told windows apart, where nothing else did
	Cut        bool          // a file ends in the middle of a row or a sample
	Shift      time.Duration // added to every time, because a file begins before its zero
	Duration   time.Duration // time of the last thing the files tell
}
