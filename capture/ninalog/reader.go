package ninalog

import (
	"bytes"
	"io"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// Options says how to read a log. Its zero value is usable.
type Options struct {
	// Mask finds the secrets in commands, which are withheld. Nil keeps
	// everything. With a Mask, bytes in text that may be a part of a torn
	// command are withheld too.
	Mask capture.Masker
	// Now is the time since the recording began, asked for when a line is
	// there. Nil: the log is a file, and a record is Step after the one
	// before.
	Now func() time.Duration
}

// Step is the time between two records of a log that tells no times.
const Step = time.Millisecond

// Stats says what a log held.
type Stats struct {
	Commands  int   // windows of the host, those of which a part is missing among them
	Responses int   // windows of the firmware, likewise
	Torn      int   // of both: dumps in which something else stands, or which have no end
	Notes     int   // records of other text
	Masked    int   // windows and notes with something withheld
	Bytes     int64 // of the log
}

// A Reader reads the records of a log from a file or, line by line as it comes,
// from a serial line. Memory is bounded whatever the log holds. One goroutine
// at a time may use it.
type Reader struct {
	lines lines
	o     Options
	stats Stats
	at    time.Duration
	torn  bool   // what comes before the next dump may be a part of the last one
	rest  []byte // of the line, that is not told yet
	begun bool   // there was a record
	bytes []byte // of the dump told last
	fill  []byte // of the other direction
	spans []capture.Span
	found [][2]int
}

// NewReader returns a Reader of r, which it reads ahead. The log may begin in
// the middle of a line.
func NewReader(r io.Reader, o Options) *Reader {
	return &Reader{lines: newLines(r), o: o}
}

// Stats returns what was read so far.
func (r *Reader) Stats() Stats {
	r.stats.Bytes = r.lines.bytes
	return r.stats
}

// Next reads the next record, a window or a note, into rec, all of which it
// overwrites. Its slices are valid until the next call. At the end of the log
// it returns io.EOF. An error of the stream is returned as it is, after all
// that came before.
func (r *Reader) Next(rec *capture.Record) error {
	for {
		if len(r.rest) == 0 {
			line, err := r.lines.next()
			if err != nil {
				return err
			}
			r.rest = line
			if r.o.Now != nil {
				r.at = max(r.at, r.o.Now())
			}
		}
		if r.tell(rec) {
			return nil
		}
	}
}

// tell makes a record of what the rest of the line begins with, if that is
// more than an end of line.
func (r *Reader) tell(rec *capture.Record) bool {
	label, at := find(r.rest)
	if at > 0 {
		r.withhold(r.rest[:at])
		at = piece(r.rest[:at])
		text := r.rest[:at]
		r.rest = r.rest[at:]
		return r.note(rec, text)
	}
	body := r.rest[len(label):]
	n := dump(body)
	r.decode(body[:n])
	r.rest = body[n:]
	ended := len(r.rest) > 0 && (r.rest[0] == '\r' || r.rest[0] == '\n')
	r.torn = !ended
	r.rest = bytes.TrimLeft(r.rest, "\r\n")
	r.window(rec, label[0] == command[0], ended && n%2 == 0)
	return true
}

// window makes a record of the dump in r.bytes.
func (r *Reader) window(rec *capture.Record, sent, whole bool) {
	*rec = capture.Record{Kind: capture.KindWindow, Time: r.time()}
	w := &rec.Window
	if !whole {
		w.Status = capture.Incomplete
		r.stats.Torn++
	}
	if !sent {
		r.stats.Responses++
		w.MISO, w.MOSI = r.bytes, r.filled(0xFF)
		return
	}
	r.stats.Commands++
	w.MOSI, w.MISO = r.bytes, r.filled(0x00)
	if r.o.Mask == nil {
		return
	}
	r.found, r.spans = r.o.Mask(r.found[:0], w.MOSI), r.spans[:0]
	for _, s := range r.found {
		from, to := max(s[0], 0), min(s[0]+s[1], len(w.MOSI))
		if from < to {
			r.spans = append(r.spans, capture.Span{Off: from, Len: to - from})
			for i := from; i < to; i++ {
				w.MOSI[i] = '*'
			}
		}
	}
	if len(r.spans) > 0 {
		w.Masks = r.spans
		w.Status |= capture.HasMasks
		r.stats.Masked++
	}
}

// filled returns as many bytes as the dump has, all the same.
func (r *Reader) filled(b byte) []byte {
	r.fill = slices.Grow(r.fill[:0], len(r.bytes))[:len(r.bytes)]
	for i := range r.fill {
		r.fill[i] = b
	}
	return r.fill
}

// note makes a record of text, if there is some.
func (r *Reader) note(rec *capture.Record, text []byte) bool {
	text = readable(text, len(r.rest) > 0)
	if len(text) == 0 {
		return false
	}
	*rec = capture.Record{Kind: capture.KindNote, Time: r.time(), Text: text}
	r.stats.Notes++
	return true
}

// time returns the time of a record.
func (r *Reader) time() time.Duration {
	if r.o.Now == nil && r.begun {
		r.at += Step
	}
	r.begun = true
	return r.at
}
