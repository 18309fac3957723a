package capture

import (
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
	// bus.System. A method Since(time.Time) time.Duration is used if it has
	// one.
	Clock bus.Clock
	// Tick is the unit of time, a power of ten from 1 ns to 1 ms. Zero: 1 µs.
	Tick time.Duration
	// FlushAfter sends a frame that is not full when something is recorded
	// and the frame spans this much time. Zero: only full frames are sent. The
	// head of the trace does not wait.
	FlushAfter time.Duration
	// Live makes a recorder that never waits for its sink, which must be a
	// Line with room for Buffer, of twice MinBuffer at least. What does not fit
	// is dropped in whole records, and a record tells how many and when; a long
	// window that begins to fit is Incomplete.
	Live bool
	// Fold counts exchanges that repeat the last one instead of recording each.
	Fold bool
	// Filter chooses what is recorded, nil: everything.
	Filter Filter
	// HideSSID withholds the name of the network in the record of NetConnect.
	// A Masker does it for the bytes.
	HideSSID bool
	// Trigger says upon which troubles of a window or a wait the recorder calls
	// Dump where its sink is a BlackBox.
	Trigger Status
	// Labels go into the head of the trace: at most MaxLabels, and those
	// that fit the buffer.
	Labels []Label
}

// A Recorder is a [bus.Bus] that writes down everything that happens on the
// bus below it. It is a [bus.Arbiter] and a [bus.Tracer] too, so that every
// transaction is recorded with the driver call it served; where the bus below
// is one itself, it decides and is told as without the Recorder.
//
// The Bus methods keep the rule of bus.Bus, one goroutine at a time; the
// others may be called by any. Recording changes nothing that the driver sees,
// with one exception that makes replays exact: times are rounded down to the
// tick. An error of the sink ends the recording and not the session; see
// [Recorder.Err].
//
// It allocates nothing after construction.
type Recorder struct {
	bus    bus.Bus
	turns  bus.Arbiter
	tracer bus.Tracer // that of the bus below, or nil
	mask   Masker
	since  func(time.Time) time.Duration
	start  time.Time
	tick   time.Duration
	flush  uint64 // FlushAfter in ticks
	filter Filter
	hide   bool // HideSSID
	box    *BlackBox
	upon   Status // Trigger, none without a box

	// Of the turn and the window that is open: the holder's alone.
	call   uint32
	win    openWindow
	masks  [maxMasks][2]int
	in     [sniffBytes]byte
	gpio0  bool // last level of GPIO0
	looked bool // gpio0 counts
	limit  int  // how many bytes of this window are recorded
	reply  int  // and of those in which the host only reads

	mu     sync.Mutex
	frames framer
	nextID uint32
}

// defaultBuffer is the size of the buffer of a zero Config.
const defaultBuffer = 4096

// NewRecorder returns a Recorder of b that writes to w: each frame in one
// Write, which must not use the Recorder. mask says what is secret; nil keeps
// secrets in the trace. Close it to send the last frame. Errors: ErrTick,
// ErrBuffer, ErrLine.
func NewRecorder(b bus.Bus, w io.Writer, mask Masker, cfg Config) (*Recorder, error) {
	if cfg.Buffer == nil {
		cfg.Buffer = make([]byte, defaultBuffer)
	}
	if cfg.Clock == nil {
		cfg.Clock = bus.System{}
	}
	if cfg.Tick == 0 {
		cfg.Tick = time.Microsecond
	}
	r := &Recorder{bus: b, mask: mask, tick: cfg.Tick, start: cfg.Clock.Now()}
	if err := r.frames.init(w, cfg.Buffer, cfg.Tick); err != nil {
		return nil, err
	}
	if cfg.Live {
		if err := r.frames.live(w); err != nil {
			return nil, err
		}
	}
	r.frames.fold, r.hide = cfg.Fold, cfg.HideSSID
	r.filter, r.limit, r.reply = cfg.Filter, MaxWindow, MaxWindow
	if box, ok := w.(*BlackBox); ok {
		r.box, r.upon = box, cfg.Trigger
	}
	r.turns = bus.ArbiterOf(b, cfg.Clock)
	r.tracer = bus.TracerOf(b)
	r.since = sinceOf(cfg.Clock)
	if cfg.FlushAfter > 0 {
		r.flush = max(uint64(cfg.FlushAfter/cfg.Tick), 1)
	}
	labels := cfg.Labels
	if cfg.Filter != nil {
		labels = append([]Label{{FilterLabel, "yes"}}, labels...)
	}
	r.frames.start(0, wallClock(r.start), labels)
	return r, nil
}

// sinceOf returns the Since of a clock, or makes one of its Now.
func sinceOf(c bus.Clock) func(time.Time) time.Duration {
	if s, ok := c.(interface {
		Since(time.Time) time.Duration
	}); ok {
		return s.Since
	}
	return func(t time.Time) time.Duration { return c.Now().Sub(t) }
}

// wallClock returns t, or nothing when t is from before 2001: the clock of a
// board that nobody has set.
func wallClock(t time.Time) time.Time {
	if t.Unix() < 1e9 {
		return time.Time{}
	}
	return t
}

// Err returns the first error of the sink, after which nothing was recorded.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.frames.err
}

// Flush sends the records that are not sent yet and returns [Recorder.Err], or
// ErrFull where a line has no room for them all: call it again.
func (r *Recorder) Flush() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.frames.flush()
}

// Dump is Flush and then the Dump of the BlackBox that the Recorder writes to.
func (r *Recorder) Dump() error {
	if err := r.Flush(); err != nil || r.box == nil {
		return err
	}
	return r.box.Dump()
}

// fault dumps the BlackBox if a status is reason to. The frames are locked.
func (r *Recorder) fault(s Status) {
	if s&r.upon == 0 {
		return
	}
	r.frames.seal()
	if err := r.box.Dump(); err != nil && r.frames.err == nil {
		r.frames.err = err
	}
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
	if r.frames.line != nil {
		r.frames.line.Free() // lets a Ring hand on
	}
	if r.flush > 0 && r.frames.span() >= r.flush {
		r.frames.seal()
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
	n := uint64(d)
	if r.tick == time.Microsecond { // division by a constant is cheap
		n /= 1000
	} else {
		n /= uint64(r.tick)
	}
	return min(n, r.frames.limit)
}

// span is the reverse of ticks.
func (r *Recorder) span(ticks uint64) time.Duration { return time.Duration(ticks) * r.tick }

// at returns the time that lies ticks after the start.
func (r *Recorder) at(ticks uint64) time.Time { return r.start.Add(r.span(ticks)) }
