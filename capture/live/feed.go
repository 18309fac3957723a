package live

import (
	"bytes"
	"io"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// Patience is how long console text waits for the zero that ends it before a
// Feed tells it.
const Patience = 200 * time.Millisecond

// A Feed hands a copy of a stream to one who reads it as a trace. One goroutine
// writes and closes it, another reads it to its end.
//
// A [capture.Reader] tells console text when the next frame begins. That may be
// never: the last words of a program that has crashed are such text. So a Feed
// tells the text that nothing has ended yet by itself.
type Feed struct {
	chunks chan []byte
	early  func(at int64, text []byte)

	rest []byte // of a chunk
	at   int64  // how much was read
	tail []byte // after the last zero of that
	told int    // bytes of the tail that were told
	due  time.Time
}

// NewFeed returns a Feed. early is called by Read with console text that came
// Patience ago and has no end yet, and where in the stream it stands; what it
// was told is read again when it has its end.
func NewFeed(early func(at int64, text []byte)) *Feed {
	return &Feed{chunks: make(chan []byte, queue), early: early}
}

// Write implements io.Writer. It has no error. It waits where the reader is far
// behind.
func (f *Feed) Write(p []byte) (int, error) {
	if len(p) > 0 {
		f.chunks <- bytes.Clone(p)
	}
	return len(p), nil
}

// Close ends the stream.
func (f *Feed) Close() error {
	close(f.chunks)
	return nil
}

// Read implements io.Reader.
func (f *Feed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		f.rest = f.await()
	}
	n := copy(p, f.rest)
	f.follow(f.rest[:n])
	f.rest = f.rest[n:]
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// await returns the next chunk, nil at the end.
func (f *Feed) await() []byte {
	if len(f.tail) == f.told {
		return <-f.chunks
	}
	timer := time.NewTimer(time.Until(f.due))
	defer timer.Stop()
	select {
	case <-timer.C:
		f.tell()
		return <-f.chunks
	case b := <-f.chunks:
		return b
	}
}

// follow keeps what comes after the last zero, as far as a frame can reach.
func (f *Feed) follow(p []byte) {
	f.at += int64(len(p))
	untold := len(f.tail) > f.told
	if i := bytes.LastIndexByte(p, 0); i >= 0 {
		f.tail, f.told, untold = append(f.tail[:0], p[i+1:]...), 0, false
	} else {
		f.tail = append(f.tail, p...)
	}
	if len(f.tail) > capture.MaxFrame {
		f.tail, f.told = f.tail[:0], 0
	}
	if !untold {
		f.due = time.Now().Add(Patience)
	} else if !time.Now().Before(f.due) {
		f.tell()
	}
}

// tell tells what has not been told of the tail, if it is text. A single byte
// may be the beginning of a frame.
func (f *Feed) tell() {
	if len(f.tail) > 1 && capture.IsText(f.tail) {
		f.early(f.at-int64(len(f.tail)-f.told), f.tail[f.told:])
	}
	f.told = len(f.tail)
}
