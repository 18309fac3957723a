package ninalog

import (
	"io"

	"github.com/ninatrace/ninatrace/capture"
)

// Import reads a log and writes it to w, which is not closed, as one recording
// that begins with start. Errors of r and of w come back as they are; the
// records before are written.
func Import(w *capture.Writer, r io.Reader, start capture.Record, o Options) (Stats, error) {
	start.Kind = capture.KindStart
	if err := w.Write(&start); err != nil {
		return Stats{}, err
	}
	log := NewReader(r, o)
	for {
		var rec capture.Record
		switch err := log.Next(&rec); {
		case err == io.EOF:
			return log.Stats(), nil
		case err != nil:
			return log.Stats(), err
		}
		if err := w.Write(&rec); err != nil {
			return log.Stats(), err
		}
	}
}
