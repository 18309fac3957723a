package text

import (
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

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
	case capture.KindRepeat:
		rec.Repeat = capture.Repeat{N: optional(l, " n=", 1<<64-1), Span: time.Duration(optional(l, " span=", longest))}
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
	win.Omitted = int(optional(l, " omitted=", capture.MaxWindow))
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
	loss.Span = time.Duration(optional(l, " span=", longest))
	loss.Joined, loss.Cut = l.has(" joined"), l.has(" cut")
}

// optional reads a number of at most limit where its name stands.
func optional(l *line, name string, limit uint64) uint64 {
	if l.has(name) {
		return l.unsigned(limit)
	}
	return 0
}
