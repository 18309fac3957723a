package capture

import (
	"io"
	"time"
)

// A Reader reads a trace from any stream of bytes: a file, a pipe, a serial
// line. It takes what the stream has: a trace that is cut, damaged, joined in
// the middle, or mixed with console text gives its good records and says what
// is missing. It never rejects what happened on the bus; judging is for the
// decoder. Memory is bounded whatever the stream holds.
//
// Times count from the start of the first recording. Where another recording
// follows in the same stream, its start is put at the latest time before.
//
// One goroutine at a time may use it.
type Reader struct {
	split splitter
	raw   []byte
	frame frameReader

	latest  time.Duration
	tick    time.Duration // of the recording of the last record
	epoch   time.Duration // where that recording begins
	next    uint64        // sequence number that should come
	frames  uint64
	newer   bool // a frame of a later version was seen
	opening bool // the last segment was empty: two zeros, of which the second opens a frame

	text   []byte // console text to tell next
	textAt int64  // where it stands
	loss   Loss   // what is missing and not told yet
	tell   bool   // tell the loss next
	lostAt int64
	end    error // why there is no more to read, nil while there is
}

// NewReader returns a Reader of r, which it reads ahead.
func NewReader(r io.Reader) *Reader { return &Reader{split: newSplitter(r)} }

// Next reads the next record into rec, all of which it overwrites. At the end
// of the trace it returns io.EOF; when there was not one frame, ErrNotTrace or
// ErrVersion instead. An error of the stream itself is returned as it is,
// after all that came before.
func (r *Reader) Next(rec *Record) error {
	for {
		switch {
		case r.frame.torn:
			r.frame.fragment(rec)
			return nil
		case r.tell:
			r.tick, r.epoch = r.frame.tick, r.frame.epoch
			*rec = Record{Kind: KindLoss, Time: r.latest, Offset: r.lostAt, Loss: r.loss}
			r.loss, r.tell = Loss{}, false
			return nil
		case len(r.text) > 0:
			r.tellText(rec)
			return nil
		case r.frame.more():
			if r.record(rec) {
				return nil
			}
		case r.end != nil:
			if !r.frame.tear() {
				return r.end
			}
		default:
			r.advance()
		}
	}
}

// record reads a record of the frame and reports whether there is something to
// tell of.
func (r *Reader) record(rec *Record) bool {
	lost := r.frame.record(rec)
	r.tick, r.epoch = r.frame.tick, r.frame.epoch
	r.latest = max(r.latest, r.frame.now())
	if lost > 0 {
		r.damaged(lost)
		r.tell = true
		return false
	}
	if rec.Kind == KindLoss {
		rec.Time = r.latest
	}
	return rec.Kind != 0
}

// Clock returns the tick of the recording that the last record belongs to, and
// the time at which that recording begins in the stream. Console text belongs
// to the recording before it. The tick is 0 before the first frame.
func (r *Reader) Clock() (tick, epoch time.Duration) { return r.tick, r.epoch }

// tellText makes a record of the console text, or of as much of it as one may
// hold.
func (r *Reader) tellText(rec *Record) {
	n := textPiece(r.text, MaxText)
	*rec = Record{Kind: KindText, Time: r.latest, Offset: r.textAt, Text: r.text[:n]}
	r.text = r.text[n:]
	r.textAt += int64(n)
}

// advance takes the next segment of the stream. A single byte where a frame
// should begin and the stream ends is no text, whatever it looks like.
func (r *Reader) advance() {
	segment, err := r.split.next()
	switch {
	case len(segment) == 0:
	case r.open(segment):
	case IsText(segment) && !(err != nil && r.opening && len(segment) == 1):
		r.text, r.textAt = segment, r.split.at
	default:
		r.damaged(len(segment))
		r.loss.Cut = err != nil
	}
	r.opening = len(segment) == 0
	if err != nil {
		r.finish(err)
	}
}

// finish notes that the stream ended with err.
func (r *Reader) finish(err error) {
	r.end = err
	if !r.frame.more() {
		r.frame.tear()
	}
	switch {
	case r.frames > 0:
		r.tell = !r.loss.None()
	case r.newer:
		r.end = ErrVersion
	case err == io.EOF:
		r.end = ErrNotTrace
	}
}

// damaged counts bytes that are neither a frame nor text.
func (r *Reader) damaged(n int) {
	if r.loss.None() {
		r.lostAt = r.split.at
	}
	r.loss.Bytes += int64(n)
}

// open makes segment the current frame if it is one.
func (r *Reader) open(segment []byte) bool {
	raw, h, v := unpack(r.raw[:0], segment)
	r.raw = raw
	if v != aFrame {
		r.newer = r.newer || v == newerFrame
		return false
	}
	r.follow(&h)
	r.frame.begin(&h, r.split.at)
	r.frames++
	r.next = h.seq + 1
	return true
}

// follow compares a frame with the one before: by its number it may come
// later than the one that should come, and by its number or its time it may be
// of another recording.
func (r *Reader) follow(h *frameHeader) {
	f := &r.frame
	if r.frames > 0 && h.seq == r.next && f.goesOn(h) {
		r.tell = !r.loss.None()
		return
	}
	f.tear()
	switch {
	case r.frames == 0:
		r.missing(h.seq, h.seq > 0)
	case h.seq == 0: // the recorder was started again
		f.epoch = r.latest
		r.missing(0, false)
	case h.seq > r.next && f.later(h):
		r.missing(h.seq-r.next, false)
	default: // out of another recording, from its middle
		f.epoch = r.latest
		r.missing(0, true)
	}
}

// missing adds to the loss, which is told next if there is one.
func (r *Reader) missing(frames uint64, joined bool) {
	if r.loss.None() {
		r.lostAt = r.split.at
	}
	r.loss.Frames += frames
	r.loss.Joined = r.loss.Joined || joined
	r.tell = !r.loss.None()
}
