package text

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
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
