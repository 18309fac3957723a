package text

import (
	"io"
	"strconv"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// header is the first line.
const header = "ninatrace text 1"

// A Writer writes records as lines. One goroutine at a time may use it.
type Writer struct {
	out     io.Writer
	buf     []byte
	started bool
}

// NewWriter returns a Writer to w: one Write a line, and nothing to close.
func NewWriter(w io.Writer) *Writer { return &Writer{out: w} }

// Begin writes that another recording begins, see [capture.Writer.Begin].
// Errors: those of the stream.
func (w *Writer) Begin(tick, at time.Duration) error {
	w.begin("recording", at)
	w.number(" tick=", int64(tick))
	return w.flush()
}

// Write writes a record, whose Offset does not count. Errors: capture.ErrKind,
// and those of the stream.
func (w *Writer) Write(rec *capture.Record) error {
	kind := kindName(rec.Kind)
	if kind == "" {
		return capture.ErrKind
	}
	w.begin(kind, rec.Time)
	switch rec.Kind {
	case capture.KindStart:
		w.start(rec)
	case capture.KindWindow:
		w.window(&rec.Window)
	case capture.KindPin:
		w.pin(rec)
	case capture.KindBegin:
		w.call(rec)
		w.args(&rec.Call)
	case capture.KindEnd:
		w.call(rec)
		w.result(rec.Call.Op, &rec.Result)
	case capture.KindWait:
		w.wait(rec)
	case capture.KindNote, capture.KindText:
		w.put(" ")
		w.quote(string(rec.Text))
	case capture.KindLoss:
		w.loss(&rec.Loss)
	case capture.KindRepeat:
		w.nonzero(" n=", rec.Repeat.N)
		w.nonzero(" span=", uint64(rec.Repeat.Span))
	}
	return w.flush()
}

var kinds = [...]string{
	capture.KindStart: "start", capture.KindWindow: "window", capture.KindPin: "pin", capture.KindBegin: "begin",
	capture.KindEnd: "end", capture.KindWait: "wait", capture.KindNote: "note", capture.KindText: "text", capture.KindLoss: "loss",
	capture.KindRepeat: "repeat",
}

// kindName returns the word for a kind, "" if there is no such kind.
func kindName(k capture.Kind) string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return ""
}

// begin begins a line.
func (w *Writer) begin(kind string, at time.Duration) {
	w.buf = w.buf[:0]
	if !w.started {
		w.put(header + "\n")
		w.started = true
	}
	w.put(kind)
	w.put(" ")
	w.time(at)
}

// flush ends the line and writes it.
func (w *Writer) flush() error {
	w.put("\n")
	_, err := w.out.Write(w.buf)
	return err
}

func (w *Writer) put(s string)   { w.buf = append(w.buf, s...) }
func (w *Writer) quote(s string) { w.buf = strconv.AppendQuote(w.buf, s) }

func (w *Writer) number(name string, n int64) {
	w.put(name)
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

// nonzero writes a field that is left out where it is 0.
func (w *Writer) nonzero(name string, n uint64) {
	if n != 0 {
		w.put(name)
		w.buf = strconv.AppendUint(w.buf, n, 10)
	}
}

// time writes seconds and nanoseconds.
func (w *Writer) time(t time.Duration) {
	t = max(t, 0)
	w.buf = strconv.AppendInt(w.buf, int64(t/time.Second), 10)
	mark := len(w.buf)
	w.buf = strconv.AppendInt(w.buf, int64(t%time.Second+time.Second), 10)
	w.buf[mark] = '.' // in place of the 1 that kept the zeros
}

func (w *Writer) start(rec *capture.Record) {
	if !rec.Wall.IsZero() {
		w.put(" wall=")
		w.buf = rec.Wall.UTC().AppendFormat(w.buf, time.RFC3339Nano)
	}
	for _, l := range rec.Labels {
		w.put(" ")
		w.quote(l.Key)
		w.put("=")
		w.quote(l.Value)
	}
}

func (w *Writer) window(win *capture.Window) {
	w.nonzero(" call=", uint64(win.Call))
	w.number(" wait=", int64(win.Wait))
	w.number(" ack=", int64(win.Ack))
	w.number(" dur=", int64(win.Dur))
	w.status(win.Status &^ (capture.HasMasks | capture.HasMISOMasks))
	w.put(" mosi <")
	w.bytes(win.MOSI, win.Masks)
	w.put("> miso <")
	w.bytes(win.MISO, win.MISOMasks)
	w.put(">")
	w.nonzero(" omitted=", uint64(max(win.Omitted, 0)))
}

func (w *Writer) pin(rec *capture.Record) {
	w.put(" ")
	if int(rec.Pin) < len(pins) {
		w.put(pins[rec.Pin])
	} else {
		w.number("pin", int64(rec.Pin))
	}
	w.level(rec.High)
	w.nonzero(" call=", uint64(rec.ID))
}

var pins = [...]string{
	capture.PinReady: "READY", capture.PinReset: "RESETN", capture.PinGPIO0: "GPIO0",
	capture.PinStrap: "STRAP", capture.PinFloat: "FLOAT",
}

func (w *Writer) level(high bool) {
	if high {
		w.put(" high")
	} else {
		w.put(" low")
	}
}

func (w *Writer) wait(rec *capture.Record) {
	w.level(rec.High)
	w.number(" wait=", int64(rec.Window.Wait))
	w.status(rec.Window.Status)
	w.nonzero(" call=", uint64(rec.ID))
}

// statuses are the names of the bits of a status.
var statuses = [8]string{"wait-timeout", "ack-timeout", "failed", "unselected", "masks", "incomplete", "miso-masks", "bit7"}

func (w *Writer) status(s capture.Status) {
	sep := " status="
	for i, name := range statuses {
		if s&(1<<i) != 0 {
			w.put(sep)
			w.put(name)
			sep = ","
		}
	}
}

func (w *Writer) loss(l *capture.Loss) {
	w.nonzero(" frames=", l.Frames)
	w.nonzero(" bytes=", uint64(max(l.Bytes, 0)))
	w.nonzero(" records=", l.Records)
	w.nonzero(" span=", uint64(max(l.Span, 0)))
	if l.Joined {
		w.put(" joined")
	}
	if l.Cut {
		w.put(" cut")
	}
}
