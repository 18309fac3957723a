package capture

import (
	"hash/crc32"
	"io"
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// Config is how a [Recorder] records. Its zero value is usable.
type Config struct {
	// Buffer is the memory a frame is made in, at least MinBuffer bytes. The
	// recorder owns it from then on. Nil: 4096 bytes of its own.
	Buffer []byte
	// Clock tells the time. It must be the clock of the recorded bus. Nil:
	// bus.System.
	Clock bus.Clock
	// Tick is the unit of time, a power of ten from 1 ns to 1 ms. Zero: 1 µs.
	Tick time.Duration
	// FlushAfter sends a frame that is not full once it spans this much
	// time. Zero: only full frames are sent.
	FlushAfter time.Duration
	// Labels go into the head of the trace.
	Labels []Label
}

// A Recorder is a [bus.Bus] that writes down everything that happens on the
// bus below it. It is a [bus.Arbiter] and a [bus.Tracer] too, so that every
// transaction is recorded with the driver call it served.
//
// The Bus methods keep the rule of bus.Bus, one goroutine at a time; the
// others may be called by any. Recording never changes what the driver sees,
// with one exception that makes replays exact: times are rounded down to the
// tick. An error of the sink ends the recording and not the session; see
// [Recorder.Err].
//
// It allocates nothing after construction.
type Recorder struct {
	bus   bus.Bus
	turns bus.Arbiter
	mask  Masker
	clock bus.Clock
	since func(time.Time) time.Duration
	start time.Time
	tick  time.Duration
	flush uint64 // FlushAfter in ticks

	// Of the window that is open, and of the turn: the holder's alone.
	call     uint32
	win      timing
	selected uint64 // time of the select
	open     bool   // between Select and Deselect
	pieces   bool   // bytes of this window are already in a frame
	staged   bool   // short holds the bytes of this window
	short    shortWindow
	masks    [maxMasks + 1][2]int
	attn     bool // last level of GPIO0
	seen     bool // attn counts

	mu     sync.Mutex
	frames framer
	nextID uint32
}

// NewRecorder returns a Recorder of b that writes to w. mask says what is
// secret; nil keeps secrets in the trace. Close it to send the last frame.
func NewRecorder(b bus.Bus, w io.Writer, mask Masker, cfg Config) (*Recorder, error) {
	if cfg.Buffer == nil {
		cfg.Buffer = make([]byte, 4096)
	}
	if cfg.Clock == nil {
		cfg.Clock = bus.System{}
	}
	if cfg.Tick == 0 {
		cfg.Tick = time.Microsecond
	}
	r := &Recorder{bus: b, mask: mask, clock: cfg.Clock, tick: cfg.Tick}
	r.turns = bus.ArbiterOf(b, cfg.Clock)
	r.flush = uint64(cfg.FlushAfter / cfg.Tick)
	r.start = cfg.Clock.Now()
	r.since = func(t time.Time) time.Duration { return cfg.Clock.Now().Sub(t) }
	if s, ok := cfg.Clock.(interface {
		Since(time.Time) time.Duration
	}); ok {
		r.since = s.Since
	}
	if err := r.frames.init(w, cfg.Buffer, cfg.Tick); err != nil {
		return nil, err
	}
	r.frames.start(0, r.start, cfg.Labels)
	return r, nil
}

// Err returns the first error of the sink, after which nothing was recorded.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.frames.err
}

// Flush sends the records that are not sent yet and returns [Recorder.Err].
func (r *Recorder) Flush() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frames.seal()
	return r.frames.err
}

// Close sends the last frame. The bus below is not closed, and still works
// through the Recorder.
func (r *Recorder) Close() error { return r.Flush() }

// Note writes a remark into the trace, cut to what fits a frame.
func (r *Recorder) Note(text string) {
	r.mu.Lock()
	defer r.unlock()
	r.frames.note(r.now(), text)
}

// unlock gives back the lock on the frames, after sending a frame that has
// been open for long enough.
func (r *Recorder) unlock() {
	if f := &r.frames; r.flush > 0 && f.last-f.base >= r.flush {
		f.seal()
	}
	r.mu.Unlock()
}

// now returns the time in ticks since the start.
func (r *Recorder) now() uint64 { return r.ticks(r.since(r.start)) }

// ticks rounds down.
func (r *Recorder) ticks(d time.Duration) uint64 {
	if d < 0 {
		return 0
	}
	if r.tick == time.Microsecond {
		return uint64(d) / 1000
	}
	return uint64(d / r.tick)
}

// at is the reverse of ticks.
func (r *Recorder) at(ticks uint64) time.Time {
	return r.start.Add(time.Duration(ticks) * r.tick)
}

// sum is the checksum by which a trace knows a payload again.
func sum(p []byte) uint32 { return crc32.ChecksumIEEE(p) }
