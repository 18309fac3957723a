package capture

import "time"

// A frameReader takes the records out of a frame.
type frameReader struct {
	fields
	offset int64
	tick   time.Duration
	last   uint64 // ticks
	call   uint32
	seen   memory
	labels []Label
	win    assembly
}

// begin starts to read a frame and returns its number.
func (f *frameReader) begin(body []byte, offset int64) (seq uint64, ok bool) {
	f.fields = fields{p: body}
	f.offset = offset
	tick, ok := tickOf(f.byte() & (1<<versionShift - 1))
	seq, f.last = f.uvarint(), f.uvarint()
	if !ok || f.bad {
		f.p = nil
		return 0, false
	}
	f.tick = tick
	f.call = 0
	f.seen.reset()
	return seq, true
}

// more reports whether the frame has another record.
func (f *frameReader) more() bool { return len(f.p) > 0 }

// abandon gives up the rest of the frame and returns how long it was.
func (f *frameReader) abandon() int {
	n := len(f.p)
	f.p = nil
	f.win.broken = true
	return max(n, 1)
}

// interrupted says that frames are missing before this one.
func (f *frameReader) interrupted() { f.win.broken = true }

// record reads the next record. A Kind of zero is one that has nothing to
// tell by itself. false: the frame is damaged from here on, although its
// checksum was right.
func (f *frameReader) record(rec *Record) bool {
	f.bad = false
	*rec = Record{Offset: f.offset}
	if tag := f.byte(); tag&winBit != 0 {
		f.window(tag, rec)
	} else {
		f.other(tag, rec)
	}
	return !f.bad
}

// other reads a record that has a length. Tags of later versions are skipped.
func (f *frameReader) other(tag byte, rec *Record) {
	body := f.take(int(min(f.uvarint(), MaxFrame)))
	rest := f.fields
	f.p = body
	f.since(f.uvarint())
	rec.Time = f.time(f.last)
	switch tag {
	case tagStart:
		f.start(rec)
	case tagPin:
		f.pin(rec)
	case tagBegin:
		f.beginCall(rec)
	case tagEnd:
		f.endCall(rec)
	case tagDrop:
		rec.Kind = KindLoss
		rec.Loss.Records = f.uvarint()
	case tagWait:
		rec.Kind = KindWait
		rec.High = f.byte() == 1
		rec.Window.Wait = f.time(f.uvarint())
	case tagNote:
		rec.Kind = KindNote
		rec.Text = f.p
	}
	rest.bad = rest.bad || f.bad
	f.fields = rest
}

func (f *frameReader) start(rec *Record) {
	rec.Kind = KindStart
	if ns := f.uint64(); ns != 0 {
		rec.Wall = time.Unix(0, int64(ns))
	}
	f.labels = f.labels[:0]
	for n := f.uvarint(); n > 0 && !f.bad && len(f.p) > 0; n-- {
		f.labels = append(f.labels, Label{f.string(), f.string()})
	}
	rec.Labels = f.labels
}

func (f *frameReader) pin(rec *Record) {
	rec.Kind, rec.Pin, rec.High = KindPin, Pin(f.byte()), f.byte() == 1
}

// since moves the time on.
func (f *frameReader) since(ticks uint64) {
	if ticks > maxTicks || f.last+ticks > maxTicks {
		f.bad = true
		return
	}
	f.last += ticks
}

// maxTicks keeps times of any tick inside a time.Duration: about 146 years of
// nanoseconds are enough for a bus.
const maxTicks = 1 << 62 / 1_000_000

// time converts ticks, which a file may claim to be any number.
func (f *frameReader) time(ticks uint64) time.Duration {
	if ticks > maxTicks {
		f.bad = true
		return 0
	}
	return time.Duration(ticks) * f.tick
}
