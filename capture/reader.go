package capture

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
	"time"
	"unicode/utf8"

	"github.com/ninatrace/ninatrace/internal/cobs"
)

// A Reader reads a trace from any stream of bytes: a file, a pipe, a serial
// line. It takes what the stream has: a trace that is cut, damaged, joined in
// the middle, or mixed with console text gives its good records and says what
// is missing. It never rejects what happened on the bus; judging is for the
// decoder. Memory is bounded whatever the stream holds.
//
// One goroutine at a time may use it.
type Reader struct {
	split splitter
	raw   []byte
	frame frameReader

	epoch  time.Duration // where the current recording begins
	latest time.Duration
	next   uint64 // sequence number that should come
	frames uint64
	newer  bool // a frame of a later version was seen

	text   []byte // console text to tell next
	loss   Loss   // what is missing and not told yet
	tell   bool   // tell the loss next
	lostAt int64
	end    error // why there is no more to read, nil while there is
}

// NewReader returns a Reader of r, which it reads ahead.
func NewReader(r io.Reader) *Reader {
	return &Reader{split: splitter{src: bufio.NewReaderSize(r, 1<<16)}}
}

// Next reads the next record into rec. At the end of the trace it returns
// io.EOF; when there was not one frame, ErrNotTrace or ErrVersion instead. An
// error of the stream itself is returned as it is, after all that came before.
func (r *Reader) Next(rec *Record) error {
	for {
		switch {
		case r.tell:
			*rec = Record{Kind: KindLoss, Time: r.latest, Offset: r.lostAt, Loss: r.loss}
			r.loss, r.tell = Loss{}, false
			return nil
		case len(r.text) > 0:
			n := min(len(r.text), MaxText)
			*rec = Record{Kind: KindText, Time: r.latest, Offset: r.split.at, Text: r.text[:n]}
			r.text = r.text[n:]
			return nil
		case r.frame.more():
			if !r.frame.record(rec) {
				r.damaged(r.frame.abandon())
				r.tell = true
				continue
			}
			if rec.Kind == 0 {
				continue
			}
			rec.Time += r.epoch
			r.latest = max(r.latest, rec.Time+rec.Window.Ack+rec.Window.Dur)
			return nil
		case r.end != nil:
			return r.end
		default:
			r.advance()
		}
	}
}

// advance takes the next segment of the stream.
func (r *Reader) advance() {
	segment, err := r.split.next()
	switch {
	case len(segment) == 0:
	case r.open(segment):
	case isText(segment):
		r.text = segment
	default:
		r.damaged(len(segment))
		r.loss.Cut = err != nil
	}
	if err != nil {
		r.finish(err)
	}
}

// finish notes that the stream ended with err.
func (r *Reader) finish(err error) {
	r.end = err
	switch {
	case r.frames == 0 && r.newer:
		r.end = ErrVersion
	case r.frames == 0 && err == io.EOF:
		r.end = ErrNotTrace
	case !r.loss.None():
		r.tell = true
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
	raw, ok := cobs.Decode(r.raw[:0], segment)
	r.raw = raw
	if !ok || len(raw) < 3+trailer {
		return false
	}
	body := raw[:len(raw)-trailer]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(raw[len(body):]) {
		return false
	}
	if v := body[0] >> versionShift; v != Version {
		r.newer = r.newer || v > Version
		return false
	}
	seq, ok := r.frame.begin(body, r.split.at)
	if ok {
		r.follow(seq)
	}
	return ok
}

// follow compares the number of a frame with the one that should come.
func (r *Reader) follow(seq uint64) {
	switch {
	case seq == r.next:
	case seq == 0: // the recorder was started again
		r.epoch = r.latest
	case seq > r.next:
		r.loss.Frames += seq - r.next
		r.loss.Joined = r.frames == 0
	default: // out of another recording, from its middle
		r.epoch = r.latest
		r.loss.Joined = true
	}
	if !r.loss.None() {
		r.tell = true
		if r.loss.Bytes == 0 {
			r.lostAt = r.split.at
		}
	}
	if seq != r.next || r.tell {
		r.frame.interrupted()
	}
	r.frames++
	r.next = seq + 1
}

// isText reports whether p looks like what a program prints.
func isText(p []byte) bool {
	for _, c := range p {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\b' && c != 0x1B || c == 0x7F {
			return false
		}
	}
	return utf8.Valid(p)
}

// A splitter cuts a stream at its zeros.
type splitter struct {
	src    *bufio.Reader
	buf    []byte
	at     int64 // where the segment last returned begins
	offset int64
}

// next returns what stands before the next zero, without it. What is longer
// than a frame can be comes in pieces. The segment is valid until the next
// call; the last one comes with the error that ended the stream.
func (s *splitter) next() ([]byte, error) {
	s.at = s.offset
	s.buf = s.buf[:0]
	for {
		part, err := s.src.ReadSlice(0)
		s.offset += int64(len(part))
		if err == nil {
			part = part[:len(part)-1]
			if len(s.buf) == 0 {
				return part, nil
			}
			return append(s.buf, part...), nil
		}
		s.buf = append(s.buf, part...)
		if err != bufio.ErrBufferFull {
			return s.buf, err
		}
		if len(s.buf) >= MaxFrame {
			return s.buf, nil
		}
	}
}
