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
	epoch   time.Duration // where the recording begins
	latest  time.Duration // time of the latest record
	started bool
	texting bool // what was written last is console text

	mosiMasks, misoMasks [][2]int
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

// Begin makes what follows another recording, with a tick of its own, which
// begins at the given time or at that of the latest record, whatever is later.
// Times of records go on to count from the start of the first. A copy of a
// trace begins the recordings that [Reader.Clock] tells of; the start record
// comes out of the trace then, and none is put before another record. Errors:
// ErrTick.
func (w *Writer) Begin(tick, at time.Duration) error {
	code, ok := tickCode(tick)
	if !ok {
		return ErrTick
	}
	w.started = true
	w.advance(at)
	w.frames.seal()
	w.tick, w.epoch = tick, w.latest
	w.frames.restart(code, uint64((longest-w.epoch)/tick))
	return w.frames.err
}

// Write writes one record, whose Offset does not count. What [Reader.Next]
// gave comes back the same if the tick is as fine as the one it was recorded
// with, and recordings are told by Begin. So a copy of a trace tells of the
// damage to the trace it was copied from, and has none.
//
// Records come in the order of their times, a window's being that of its
// deselect; one that comes too late is written with the time of the one
// before, unless it is a window. A trace begins with a start record: where the
// first record is another and no text, an empty one is put before it. Texts,
// labels and windows are cut to MaxText, MaxLabels, MaxLabel and MaxWindow; a
// window of which bytes are left out is Incomplete. Console text of any length
// is written as it is, between frames.
//
// Errors: ErrKind, ErrText, and the first error of the stream, for good.
func (w *Writer) Write(rec *Record) error {
	if rec.Kind == KindText {
		return w.text(rec)
	}
	w.start(rec.Kind)
	if !w.record(rec) {
		return ErrKind
	}
	w.wrote()
	return w.frames.err
}

// start puts an empty start record before a first record of another kind.
func (w *Writer) start(first Kind) {
	if !w.started && first != KindStart {
		w.frames.start(0, time.Time{}, nil)
	}
	w.started, w.texting = true, false
}

// wrote notes that a record was written.
func (w *Writer) wrote() {
	f := &w.frames
	w.latest = max(w.latest, w.epoch+time.Duration(f.last)*w.tick)
	if f.end-f.head >= writerFrame {
		f.seal()
	}
}

// record writes a record that stands in a frame, and reports whether there is
// such a kind.
func (w *Writer) record(rec *Record) bool {
	f := &w.frames
	at := w.at(rec.Time)
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
	case KindLoss:
		w.loss(at, rec)
	default:
		return false
	}
	return true
}

// loss writes what is missing. A reader gives it the latest time there was.
func (w *Writer) loss(at uint64, rec *Record) {
	if rec.Time <= w.latest {
		at = w.frames.last
	}
	switch l := rec.Loss; l {
	case Loss{}:
	case Loss{Records: l.Records, Span: l.Span}:
		w.frames.dropped(at, l.Records, w.ticks(l.Span))
	default:
		w.frames.lost(at, &l)
	}
}

// text writes console text between two frames, and a zero between two of them.
// The first bytes of a character that did not fit go with the text before.
func (w *Writer) text(rec *Record) error {
	whole := IsText(rec.Text)
	switch {
	case len(rec.Text) == 0:
		return w.frames.err
	case !whole && !(w.texting && isPart(rec.Text)):
		return ErrText
	}
	w.advance(rec.Time)
	w.frames.seal()
	if w.texting && whole {
		w.frames.raw([]byte{0})
	}
	w.frames.raw(rec.Text)
	w.texting = true
	return w.frames.err
}

// advance makes a time the latest, if it is later than all records: by a drop
// of nothing, which no reader tells of.
func (w *Writer) advance(at time.Duration) {
	if at > w.latest {
		w.start(KindLoss)
		w.frames.dropped(w.at(at), 0, 0)
		w.wrote()
	}
}

// window writes a window.
func (w *Writer) window(rec *Record) {
	win := &rec.Window
	start := w.at(rec.Time)
	t := timing{wait: w.ticks(win.Wait), call: uint32(win.Call), status: win.Status &^ anyMasks}
	t.ack = min(w.ticks(win.Ack), w.frames.limit-start)
	t.end = max(w.at(win.End(rec.Time)), start+t.ack)
	t.dur = t.end - start - t.ack
	n := min(len(win.MOSI), len(win.MISO), MaxWindow)
	if n < max(len(win.MOSI), len(win.MISO)) {
		t.status |= Incomplete
	}
	w.mosiMasks, w.misoMasks = spansOf(w.mosiMasks, win.Masks), spansOf(w.misoMasks, win.MISOMasks)
	l := lanes{mosi: win.MOSI[:n], miso: win.MISO[:n], n: n, mosiMasks: tidy(w.mosiMasks, n), misoMasks: tidy(w.misoMasks, n)}
	if n <= shortBytes && len(l.mosiMasks)+len(l.misoMasks) == 0 && win.Omitted <= 0 {
		s := shortWindow{n: uint8(n)}
		copy(s.mosi[:], l.mosi)
		copy(s.miso[:], l.miso)
		w.frames.short(&s, &t)
		return
	}
	w.frames.pieces(l, t.call)
	w.frames.finish(&t, max(win.Omitted, 0))
}

// spansOf converts masks, in the memory of room.
func spansOf(room [][2]int, masks []Span) [][2]int {
	room = room[:0]
	for _, m := range masks {
		room = append(room, [2]int{m.Off, m.Len})
	}
	return room
}

// at converts a time since the start of the first recording, rounded down.
func (w *Writer) at(t time.Duration) uint64 { return w.ticks(t - w.epoch) }

// ticks rounds down.
func (w *Writer) ticks(d time.Duration) uint64 {
	return min(uint64(max(d, 0)/w.tick), w.frames.limit)
}

// Flush sends the records that are not sent yet, and returns the first error of
// the stream.
func (w *Writer) Flush() error {
	w.frames.seal()
	return w.frames.err
}

// Close sends the last frame and returns the first error of the stream, which
// it does not close.
func (w *Writer) Close() error {
	w.start(KindNote)
	w.frames.seal()
	return w.frames.err
}
