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

// NewWriter returns a Writer to w with the given tick, a power of ten from
// 1 ns to 1 ms. Close it to send the last frame.
func NewWriter(w io.Writer, tick time.Duration) (*Writer, error) {
	wr := &Writer{tick: tick}
	if err := wr.frames.init(w, make([]byte, 8192), tick); err != nil {
		return nil, err
	}
	return wr, nil
}

// Write writes one record; its Offset and, but for a start, its Wall and
// Labels do not count. Records come in the order of their times, a window's
// being that of its deselect; one that comes too late is written with the
// time of the one before. A trace begins with a start record: where the first
// record is another, an empty one is put before it. Text and losses are facts
// about a file and are not written, except for records that were dropped.
func (w *Writer) Write(rec *Record) error {
	if !w.started && rec.Kind != KindStart {
		w.frames.start(w.ticks(0), time.Time{}, nil)
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
		f.pin(at, rec.Pin, rec.High)
	case KindBegin:
		f.begin(at, uint32(rec.ID), &rec.Call, w.tick)
	case KindEnd:
		f.finished(at, uint32(rec.ID), rec.Call.Op, &rec.Result)
	case KindWait:
		f.waited(at, rec.High, w.ticks(rec.Window.Wait))
	case KindNote:
		f.note(at, string(rec.Text))
	case KindLoss:
		if rec.Loss.Records > 0 {
			f.dropped(at, rec.Loss.Records)
		}
	}
	return f.err
}

// window writes a window.
func (w *Writer) window(rec *Record) {
	win := &rec.Window
	t := timing{
		wait: w.ticks(win.Wait), ack: w.ticks(win.Ack),
		call: uint32(win.Call), status: win.Status &^ HasMasks,
	}
	start := w.ticks(rec.Time)
	t.end = max(w.ticks(win.End(rec.Time)), start+t.ack, w.frames.last)
	t.dur = t.end - start - t.ack
	n := min(len(win.MOSI), len(win.MISO))
	if n <= shortBytes && len(win.Masks) == 0 {
		s := shortWindow{n: uint8(n)}
		copy(s.mosi[:], win.MOSI[:n])
		copy(s.miso[:], win.MISO[:n])
		w.frames.short(&s, &t)
		return
	}
	w.masks = w.masks[:0]
	for _, m := range win.Masks {
		w.masks = append(w.masks, [2]int{m.Off, m.Len})
	}
	w.frames.pieces(win.MOSI[:n], win.MISO[:n], tidy(w.masks, n), t.call, true)
	w.frames.finish(&t)
}

func (w *Writer) ticks(d time.Duration) uint64 { return uint64(max(d, 0) / w.tick) }

// Close sends the last frame and returns the first error of the sink.
func (w *Writer) Close() error {
	if !w.started {
		w.started = true
		w.frames.start(0, time.Time{}, nil)
	}
	w.frames.seal()
	return w.frames.err
}
