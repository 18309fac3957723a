package text

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// An Error says where a file is not as it should be.
type Error struct {
	Line, Column int // from 1; the column counts bytes
	What         string
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
}

// maxLine has room for the longest record: a window of 65536 bytes each way.
const maxLine = 1 << 19

// A Reader reads records from lines. Memory is bounded whatever the stream
// holds. One goroutine at a time may use it.
type Reader struct {
	src   *bufio.Scanner
	n     int // lines read
	tick  time.Duration
	epoch time.Duration
	mosi  direction
	miso  direction
}

// NewReader returns a Reader of r, which it reads ahead.
func NewReader(r io.Reader) *Reader {
	src := bufio.NewScanner(r)
	src.Buffer(make([]byte, 1<<16), maxLine)
	return &Reader{src: src}
}

// Next reads the next record into rec, all of which it overwrites; its Offset
// is 0, and its slices are valid until the next call. At the end it returns
// io.EOF. Errors: *Error, and those of the stream.
func (r *Reader) Next(rec *capture.Record) error {
	for {
		text, err := r.next()
		if err != nil {
			return err
		}
		if r.n == 1 {
			if text != header {
				return &Error{1, 1, fmt.Sprintf("the first line should be %q", header)}
			}
			continue
		}
		if text == "" || text[0] == '#' {
			continue
		}
		l := line{s: text}
		*rec = capture.Record{}
		told := r.record(&l, rec)
		l.end()
		if l.bad != "" {
			return &Error{r.n, l.from + 1, l.bad}
		}
		if told {
			return nil
		}
	}
}

// next returns the next line. A file without one is none of ours.
func (r *Reader) next() (string, error) {
	if r.src.Scan() {
		r.n++
		return strings.TrimSuffix(r.src.Text(), "\r"), nil
	}
	switch err := r.src.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return "", &Error{r.n + 1, maxLine, "the line is too long"}
	case err != nil:
		return "", err
	case r.n == 0:
		return "", &Error{1, 1, fmt.Sprintf("the first line should be %q", header)}
	}
	return "", io.EOF
}

// Clock is that of [capture.Reader.Clock].
func (r *Reader) Clock() (tick, epoch time.Duration) { return r.tick, r.epoch }

// Line returns the line of the last record, from 1.
func (r *Reader) Line() int { return r.n }

// record reads a line and reports whether it is a record.
func (r *Reader) record(l *line, rec *capture.Record) bool {
	at := l.at
	kind := l.word(" ")
	if kind == "recording" {
		r.recording(l)
		return false
	}
	for k, name := range kinds {
		if kind == name {
			rec.Kind = capture.Kind(k)
		}
	}
	if rec.Kind == 0 {
		l.fail(at, "no record is called so")
		return false
	}
	l.want(" ")
	rec.Time = l.time()
	r.fields(l, rec)
	return true
}

// recording reads the begin of another recording.
func (r *Reader) recording(l *line) {
	l.want(" ")
	r.epoch = l.time()
	l.want(" tick=")
	at := l.at
	r.tick = l.span()
	for d := time.Duration(1); d <= time.Millisecond; d *= 10 {
		if d == r.tick {
			return
		}
	}
	l.fail(at, capture.ErrTick.Error())
}

// fields reads what follows the time.
func (r *Reader) fields(l *line, rec *capture.Record) {
	switch rec.Kind {
	case capture.KindStart:
		start(l, rec)
	case capture.KindWindow:
		r.window(l, &rec.Window)
	case capture.KindPin:
		pin(l, rec)
	case capture.KindBegin:
		call(l, rec)
		args(l, &rec.Call)
	case capture.KindEnd:
		call(l, rec)
		result(l, rec.Call.Op, &rec.Result)
	case capture.KindWait:
		wait(l, rec)
	case capture.KindNote, capture.KindText:
		l.want(" ")
		rec.Text = []byte(l.quoted(capture.MaxText))
	case capture.KindLoss:
		loss(l, &rec.Loss)
	}
}

func start(l *line, rec *capture.Record) {
	if l.has(" wall=") {
		at := l.at
		t, err := time.Parse(time.RFC3339Nano, l.word(" "))
		if ns := t.UnixNano(); err != nil || ns == 0 || !time.Unix(0, ns).Equal(t) {
			l.fail(at, "here should be a time of day, such as 2026-01-02T03:04:05.678Z")
		}
		rec.Wall = t.Local()
	}
	for l.at < len(l.s) {
		l.want(" ")
		at := l.at
		key := l.quoted(capture.MaxLabel)
		l.want("=")
		rec.Labels = append(rec.Labels, capture.Label{Key: key, Value: l.quoted(capture.MaxLabel)})
		if len(rec.Labels) > capture.MaxLabels {
			l.fail(at, fmt.Sprintf("there are more than %d labels", capture.MaxLabels))
		}
	}
}

// id reads the number of a call where one stands.
func id(l *line) bus.CallID {
	if l.has(" call=") {
		return bus.CallID(l.unsigned(1<<32 - 1))
	}
	return 0
}

func (r *Reader) window(l *line, win *capture.Window) {
	win.Call = id(l)
	l.want(" wait=")
	win.Wait = l.span()
	l.want(" ack=")
	win.Ack = l.span()
	l.want(" dur=")
	win.Dur = l.span()
	win.Status = status(l) &^ (capture.HasMasks | capture.HasMISOMasks)
	l.want(" mosi <")
	r.mosi.read(l)
	l.want("> miso <")
	at := l.at
	r.miso.read(l)
	l.want(">")
	if l.bad == "" && len(r.mosi.bytes) != len(r.miso.bytes) {
		l.fail(at, fmt.Sprintf("mosi has %d bytes and miso %d", len(r.mosi.bytes), len(r.miso.bytes)))
	}
	win.MOSI, win.MISO = r.mosi.bytes, r.miso.bytes
	if len(r.mosi.masks) > 0 {
		win.Masks = r.mosi.masks
		win.Status |= capture.HasMasks
	}
	if len(r.miso.masks) > 0 {
		win.MISOMasks = r.miso.masks
		win.Status |= capture.HasMISOMasks
	}
}

func pin(l *line, rec *capture.Record) {
	l.want(" ")
	at := l.at
	word := l.word(" ")
	n, ok := numbered(word, "pin")
	for p, name := range pins {
		if name == word {
			n, ok = uint8(p), true
		}
	}
	if !ok {
		l.fail(at, "here should be READY, RESETN, GPIO0, STRAP, FLOAT or pinN")
	}
	rec.Pin = capture.Pin(n)
	rec.High = level(l)
	rec.ID = id(l)
}

func level(l *line) bool {
	l.want(" ")
	return l.name([]string{"low", "high"}, "here should be high or low") == 1
}

func wait(l *line, rec *capture.Record) {
	rec.High = level(l)
	l.want(" wait=")
	rec.Window.Wait = l.span()
	rec.Window.Status = status(l)
	rec.ID = id(l)
}

func status(l *line) (s capture.Status) {
	if !l.has(" status=") {
		return 0
	}
	for more := true; more; more = l.has(",") {
		s |= 1 << l.name(statuses[:], "no status is called so")
	}
	return s
}

func loss(l *line, loss *capture.Loss) {
	if l.has(" frames=") {
		loss.Frames = l.unsigned(1<<64 - 1)
	}
	if l.has(" bytes=") {
		loss.Bytes = int64(l.unsigned(longest))
	}
	if l.has(" records=") {
		loss.Records = l.unsigned(1<<64 - 1)
	}
	loss.Joined, loss.Cut = l.has(" joined"), l.has(" cut")
}
