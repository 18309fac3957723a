// Package edit makes traces of traces: it copies them, takes a part out of one,
// and withholds more than the recorder did.
package edit

import (
	"io"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// A Source gives the records of a trace, as [capture.Reader] does and
// text.Reader.
type Source interface {
	// Next reads the next record, io.EOF at the end.
	Next(rec *capture.Record) error
	// Clock returns tick and begin of the recording of the last record; a
	// tick of 0 is not known.
	Clock() (tick, epoch time.Duration)
}

// A Sink takes the records of a trace, as [capture.Writer] does and
// text.Writer. It keeps nothing of a record.
type Sink interface {
	// Begin tells that another recording begins, before its first record.
	Begin(tick, at time.Duration) error
	// Write takes a record. It returns io.EOF if it wants no more.
	Write(rec *capture.Record) error
}

// Copy gives all records of src to dst, and tells of the recordings they are
// in. Errors: those of src, io.EOF apart, and of dst.
func Copy(dst Sink, src Source) error {
	var tick, epoch time.Duration
	var rec capture.Record
	for {
		err := src.Next(&rec)
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if k, e := src.Clock(); k != 0 && (k != tick || e != epoch) {
			tick, epoch = k, e
			if err := dst.Begin(tick, epoch); err != nil {
				return err
			}
		}
		switch err := dst.Write(&rec); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}
