package replay

import (
	"fmt"

	"github.com/ninatrace/ninatrace/capture"
)

// A Damage says that a trace is not what was recorded. Such a trace is not
// replayed: what is missing can't be held against the driver.
type Damage struct {
	capture.Loss
	Windows int   // windows of which bytes are missing
	Calls   int   // records of calls that can't be: begun twice, ended without a begin, on the bus outside of both
	Offset  int64 // of the first damage in the file
}

// none reports whether the trace is whole.
func (d *Damage) none() bool { return d.Loss.None() && d.Windows == 0 && d.Calls == 0 }

// at notes where the first damage is.
func (d *Damage) at(offset int64) {
	if d.none() {
		d.Offset = offset
	}
}

// lose adds what a record says is missing.
func (d *Damage) lose(rec *capture.Record) {
	d.at(rec.Offset)
	d.Frames += rec.Loss.Frames
	d.Bytes += rec.Loss.Bytes
	d.Records += rec.Loss.Records
	d.Joined = d.Joined || rec.Loss.Joined
	d.Cut = d.Cut || rec.Loss.Cut
}

// Error returns the damage in one line.
func (d *Damage) Error() string {
	s := fmt.Sprintf("the trace is damaged from byte %d on:", d.Offset)
	add := func(n uint64, what string) {
		if n > 0 {
			s += fmt.Sprintf(" %d %s,", n, what)
		}
	}
	add(d.Frames, "frames missing")
	add(uint64(d.Bytes), "bytes unreadable")
	add(d.Records, "records dropped by the recorder")
	add(uint64(d.Windows), "windows with bytes missing")
	add(uint64(d.Calls), "records of calls that do not go together")
	if d.Joined {
		s += " a part from the middle of a recording,"
	}
	if d.Cut {
		s += " the file ends inside a frame,"
	}
	return s[:len(s)-1]
}
