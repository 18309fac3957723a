package capture

import (
	"encoding/binary"
	"time"

	"github.com/ninatrace/ninatrace/internal/cobs"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A verdict says what a segment of the stream is.
type verdict uint8

const (
	noFrame    verdict = iota
	newerFrame         // of a later version of the format
	aFrame
)

// A frameHeader is the beginning of a frame, and what follows it.
type frameHeader struct {
	tick    time.Duration
	seq     uint64
	base    uint64 // ticks
	records []byte
}

// unpack reads a segment into raw if it is a frame.
func unpack(raw, segment []byte) ([]byte, frameHeader, verdict) {
	raw, ok := cobs.Decode(raw, segment)
	if !ok || len(raw) < 3+trailer {
		return raw, frameHeader{}, noFrame
	}
	body := raw[:len(raw)-trailer]
	if checksum(body) != binary.LittleEndian.Uint32(raw[len(body):]) {
		return raw, frameHeader{}, noFrame
	}
	f := fields{p: body}
	first := f.byte()
	tick, ok := tickOf(first & (1<<versionShift - 1))
	h := frameHeader{tick: tick, seq: f.uvarint(), base: f.uvarint(), records: f.p}
	switch {
	case first>>versionShift > Version:
		return raw, h, newerFrame
	case first>>versionShift < Version || !ok || f.bad || h.base > uint64(longest/tick):
		return raw, h, noFrame
	}
	return raw, h, aFrame
}

// A frameReader takes the records out of a frame.
type frameReader struct {
	fields
	offset int64
	epoch  time.Duration // where the recording begins
	tick   time.Duration
	limit  uint64 // the latest time, in ticks
	last   uint64 // ticks
	left   bool   // the rest of the frame was given up
	call   uint32
	seen   memory
	reply  reply
	labels []Label
	assembly
}

// goesOn reports whether a frame can be the one after this.
func (f *frameReader) goesOn(h *frameHeader) bool {
	return f.later(h) && (h.base == f.last || f.left)
}

// later reports whether a frame can be of the same recording, after this.
func (f *frameReader) later(h *frameHeader) bool { return h.tick == f.tick && h.base >= f.last }

// begin starts to read a frame.
func (f *frameReader) begin(h *frameHeader, offset int64) {
	f.fields = fields{p: h.records}
	f.offset = offset
	f.tick, f.last = h.tick, h.base
	f.limit = uint64((longest - f.epoch) / f.tick)
	f.left = false
	f.call = 0
	f.seen.reset()
}

// more reports whether the frame has another record.
func (f *frameReader) more() bool { return f.reply.due || len(f.p) > 0 }

// record reads the next record. A Kind of zero is one that has nothing to
// tell by itself. lost is how many bytes had to be given up: all that was left
// of the frame, although its checksum was right.
func (f *frameReader) record(rec *Record) (lost int) {
	*rec = Record{Offset: f.offset}
	if f.reply.due {
		f.reply.due = false
		f.again(f.reply.slot, &f.reply.is, rec)
		return 0
	}
	left, last := len(f.p), f.last
	if f.begins(f.p[0]) {
		f.tear()
		return 0
	}
	tag := f.p[0]
	f.p = f.p[1:]
	switch {
	case tag >= winBit:
		f.window(tag, rec)
	case tag >= exBit:
		f.exchange(tag, rec)
	default:
		f.other(tag, rec)
	}
	if !f.bad {
		return 0
	}
	f.fields, f.last = fields{}, last
	f.left = true
	f.tear()
	return left
}

// other reads a record that has a length. Tags of later versions are skipped.
func (f *frameReader) other(tag byte, rec *Record) {
	body := f.take(f.length(maxBody))
	rest := f.fields
	f.p = body
	f.since(f.uvarint())
	rec.Time = f.time(f.last)
	switch tag {
	case tagStart:
		f.start(rec)
	case tagPin:
		rec.Kind, rec.Pin, rec.High = KindPin, Pin(f.byte()), f.byte() == 1
		rec.ID = bus.CallID(f.uvarint())
	case tagBegin:
		f.beginCall(rec)
	case tagEnd:
		f.endCall(rec)
	case tagDrop:
		if n := f.uvarint(); n > 0 {
			rec.Kind, rec.Loss.Records = KindLoss, n
			if len(f.p) > 0 { // the first recorders did not tell
				rec.Loss.Span = f.span(f.uvarint())
			}
		}
	case tagRepeat:
		rec.Kind, rec.Repeat = KindRepeat, Repeat{f.uvarint(), f.span(f.uvarint())}
	case tagLost:
		f.lost(rec)
	case tagWait:
		rec.Kind, rec.High, rec.Window.Status = KindWait, f.byte() == 1, Status(f.byte())
		rec.Window.Wait = f.span(f.uvarint())
		rec.ID = bus.CallID(f.uvarint())
	case tagNote:
		rec.Kind = KindNote
		rec.Text = f.take(len(f.p))
		f.bad = f.bad || len(rec.Text) > MaxText
	}
	rest.bad = rest.bad || f.bad
	f.fields = rest
}

// lost reads what was missing in the trace that this is a copy of.
func (f *frameReader) lost(rec *Record) {
	l := Loss{Frames: f.uvarint()}
	n := f.uvarint()
	f.bad = f.bad || n > longest
	l.Bytes, l.Records = int64(n), f.uvarint()
	l.Joined, l.Cut = f.byte() == 1, f.byte() == 1
	if !l.None() {
		rec.Kind, rec.Loss = KindLoss, l
	}
}

func (f *frameReader) start(rec *Record) {
	rec.Kind = KindStart
	if ns := f.uint64(); ns != 0 {
		rec.Wall = time.Unix(0, int64(ns))
	}
	n := f.uvarint()
	f.bad = f.bad || n > MaxLabels
	f.labels = f.labels[:0]
	for ; n > 0 && !f.bad; n-- {
		f.labels = append(f.labels, Label{f.string(MaxLabel), f.string(MaxLabel)})
	}
	rec.Labels = f.labels
}

// since moves the time on.
func (f *frameReader) since(ticks uint64) {
	if f.last > f.limit || ticks > f.limit-f.last {
		f.bad = true
		return
	}
	f.last += ticks
}

// now is the time of the last record.
func (f *frameReader) now() time.Duration { return f.time(f.last) }

// time converts ticks since the recording began, which are within the limit.
func (f *frameReader) time(ticks uint64) time.Duration { return f.epoch + f.span(ticks) }

// span converts a number of ticks, which a file may claim to be any.
func (f *frameReader) span(ticks uint64) time.Duration {
	if ticks > f.limit {
		f.bad = true
		return 0
	}
	return time.Duration(ticks) * f.tick
}
