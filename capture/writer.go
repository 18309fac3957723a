package capture

import (
	"io"
	"time"
)

// A Writer makes a trace of records that were not recorded by a [Recorder]:
// imported, joined or filtered ones. One goroutine at a time may use it.
type Writer struct {
	frames  framer
	tick    time.Duration
	started bool
	masks   [][2]int
}

// writerBuffer has room for the longest record there is.
const writerBuffer = 1 << 15

// writerFrame is how long a frame gets before it is sent, so that damage to a
// file costs no more than about as much.
const writerFrame = 1 << 10

// NewWriter returns a Writer to w with the given tick, a power of ten from
// 1 ns to 1 ms. Close it to send the last frame. Errors: ErrTick.
func NewWriter(w io.Writer, tick time.Duration) (*Writer, error) {
	wr := &Writer{tick: tick}
	if err := wr.frames.init(w, make([]byte, writerBuffer), tick); err != nil {
		return nil, err
	}
	return wr, nil
}

// Write writes one record, whose Offset does not count. What [Reader.Next]
// gave comes back the same if the tick is as fine as the one it was recorded
// with.
//
// Records come in the order of their times, a window's being that of its
// deselect; one that comes too late is written with the time of the one
// before, unless it is a window. A trace begins with a start record: where the
// first record is another, an empty one is put before it. Text and losses are
// facts about a file and are not written, except for records that were
// dropped. Texts, labels and windows are cut to MaxText, MaxLabels, MaxLabel
// and MaxWindow; a window of which bytes are left out is Incomplete.
//
// Errors: ErrKind, and the first error of the stream, for good.
func (w *Writer) Write(rec *Record) error {
	if !w.started && rec.Kind != KindStart {
		w.frames.start(0, time.Time{}, nil)
	}
	w.started = true
	at := w.ticks(rec.Time)
	f := &w.frames
	switch rec.Kind {
	case KindStart:
		f.start(at, rec.Wall, rec.Labels)
	case KindWindow:
		w.window(rec)
	case KindPin:
		f.pin(at, rec.Pin, rec.High, uint32(rec.ID))
	case KindBegin:
		f.begin(at, uint32(rec.ID), &rec.Call, w.tick)
	case KindEnd:
		f.finished(at, uint32(rec.ID), rec.Call.Op, &rec.Result)
	case KindWait:
		f.waited(at, rec.High, rec.Window.Status, w.ticks(rec.Window.Wait), uint32(rec.ID))
	case KindNote:
		f.note(at, string(rec.Text))
	case KindRepeat:
		f.repeated(at, rec.Repeat.N, w.ticks(rec.Repeat.Span))
	case KindText:
	case KindLoss:
		if rec.Loss.Records > 0 {
			f.dropped(at, rec.Loss.Records, w.ticks(rec.Loss.Span))
		}
	default:
		return ErrKind
	}
	if f.end-f.head >= writerFrame {
		f.seal()
	}
	return f.err
}

// window writes a window.
func (w *Writer) window(rec *Record) {
	win := &rec.Window
	start := w.ticks(rec.Time)
	t := timing{wait: w.ticks(win.Wait), call: uint32(win.Call), status: win.Status &^ HasMasks}
	t.ack = min(w.ticks(win.Ack), w.frames.limit-start)
	t.end = max(w.ticks(win.End(rec.Time)), start+t.ack)
	t.dur = t.end - start - t.ack
	n := min(len(win.MOSI), len(win.MISO), MaxWindow)
	if n < max(len(win.MOSI), len(win.MISO)) {
		t.status |= Incomplete
	}
	w.masks = w.masks[:0]
	for _, m := range win.Masks {
		w.masks = append(w.masks, [2]int{m.Off, m.Len})
	}
	masks := tidy(w.masks, n)
	if n <= shortBytes && len(masks) == 0 && win.Omitted <= 0 {
		s := shortWindow{n: uint8(n)}
		copy(s.mosi[:], win.MOSI[:n])
		copy(s.miso[:], win.MISO[:n])
		w.frames.short(&s, &t)
		return
	}
	w.frames.pieces(win.MOSI[:n], win.MISO[:n], n, masks, t.call)
	w.frames.finish(&t, max(win.Omitted, 0))
}

// ticks rounds down.
func (w *Writer) ticks(d time.Duration) uint64 {
	return min(uint64(max(d, 0)/w.tick), w.frames.limit)
}

// Close sends the last frame and returns the first error of the stream, which
// it does not close.
func (w *Writer) Close() error {
	if !w.started {
		w.started = true
		w.frames.start(0, time.Time{}, nil)
	}
	w.frames.seal()
	return w.frames.err
}
