package replay

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/zst"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A Trace is a recorded session in memory. It is never changed after Load, and
// several goroutines may replay one at once.
type Trace struct {
	Name     string
	records  []capture.Record
	numbers  []int        // by record: how many exchanges had begun, as the decoder counts them
	calls    []bus.CallID // in the order of their begins
	damage   Damage
	patience time.Duration // see watchdog
}

// Why a trace can't be loaded, beside what [capture.Reader.Next] says.
var (
	// ErrEmpty: no window is in the trace.
	ErrEmpty = errors.New("replay: the trace holds no transactions")
	// ErrSeveral: a driver lives through one start of a recording.
	ErrSeveral = errors.New("replay: the trace holds several recordings, one after the other")
	// ErrFiltered: the recorder was told to count repeated exchanges or to leave
	// out bytes or exchanges, or its labels name a filter.
	ErrFiltered = errors.New("replay: the trace was filtered: not everything that happened is in it")
	// ErrTooLarge: a replay of the trace would take more than 512 MiB.
	ErrTooLarge = errors.New("replay: the trace takes more memory than a replay may have")
)

// Load reads a trace whole, also a compressed one (package zst). The error is
// ErrEmpty, ErrSeveral, ErrFiltered, ErrTooLarge or
// that of [capture.Reader.Next]. Damage is no error: [Trace.Replay] reports it.
func Load(name string, r io.Reader) (*Trace, error) { return loadWithin(maxMemory, name, r) }

// loadWithin is Load with a bound of its own for the memory of a replay.
func loadWithin(memory int64, name string, r io.Reader) (*Trace, error) {
	l := newLoader(name, memory)
	src := capture.NewReader(zst.NewReader(r))
	for {
		var rec capture.Record
		err := src.Next(&rec)
		switch {
		case err == io.EOF && !l.windows:
			return nil, ErrEmpty
		case err == io.EOF:
			return l.t, nil
		case err != nil:
			return nil, err
		}
		if err := l.add(&rec); err != nil {
			return nil, err
		}
	}
}

// LoadFile reads a trace of a file system. The errors are those of Load and of
// the file system.
func LoadFile(fsys fs.FS, name string) (*Trace, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Load(name, f)
}

// exchanges returns how many exchanges the trace has.
func (t *Trace) exchanges() int {
	if len(t.numbers) == 0 {
		return 0
	}
	return t.numbers[len(t.numbers)-1]
}

// end returns the time of the last record, and where its frame is.
func (t *Trace) end() (time.Duration, int64) {
	if len(t.records) == 0 {
		return 0, 0
	}
	last := &t.records[len(t.records)-1]
	return last.Window.End(last.Time), last.Offset
}

// callOf returns the call that a record of the bus belongs to.
func callOf(rec *capture.Record) bus.CallID {
	if rec.Kind == capture.KindWindow {
		return rec.Window.Call
	}
	return rec.ID
}
