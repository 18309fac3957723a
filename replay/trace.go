package replay

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Trace is a recorded session in memory. It is never changed after Load, and
// several goroutines may replay one at once.
type Trace struct {
	Name    string
	records []capture.Record
	calls   []bus.CallID // in the order of their begins
	loss    capture.Loss // everything that is missing
	lossAt  int64        // where the first of it is
}

// ErrEmpty is returned for a trace in which nothing happened.
var ErrEmpty = errors.New("replay: the trace holds no transactions")

// Load reads a trace whole. The error is that of [capture.Reader.Next] or
// ErrEmpty. Damage is no error: [Trace.Replay] reports it.
func Load(name string, r io.Reader) (*Trace, error) {
	t := &Trace{Name: name}
	src := capture.NewReader(r)
	for {
		var rec capture.Record
		err := src.Next(&rec)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		t.add(&rec)
	}
	if !slices.ContainsFunc(t.records, func(r capture.Record) bool { return r.Kind == capture.KindWindow }) {
		return nil, ErrEmpty
	}
	return t, nil
}

// LoadFile reads a trace of a file system.
func LoadFile(fsys fs.FS, name string) (*Trace, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Load(name, f)
}

// add keeps a record, if it matters to a replay.
func (t *Trace) add(rec *capture.Record) {
	switch rec.Kind {
	case capture.KindLoss:
		if t.loss.None() {
			t.lossAt = rec.Offset
		}
		t.loss.Frames += rec.Loss.Frames
		t.loss.Bytes += rec.Loss.Bytes
		t.loss.Records += rec.Loss.Records
		t.loss.Joined = t.loss.Joined || rec.Loss.Joined
		t.loss.Cut = t.loss.Cut || rec.Loss.Cut
		return
	case capture.KindStart, capture.KindNote, capture.KindText:
		return
	case capture.KindPin:
		if rec.Pin == capture.PinReady {
			return
		}
	case capture.KindBegin:
		t.calls = append(t.calls, rec.ID)
	}
	kept := *rec
	w := &kept.Window
	w.MOSI, w.MISO, w.Masks = slices.Clone(w.MOSI), slices.Clone(w.MISO), slices.Clone(w.Masks)
	t.records = append(t.records, kept)
}

// end returns the time of the last record.
func (t *Trace) end() time.Duration {
	last := t.records[len(t.records)-1]
	return last.Window.End(last.Time)
}
