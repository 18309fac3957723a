package live

import (
	"bytes"
	"context"
	"io"
	"time"
)

// Retry is how long a Line waits before it tries again to open what it lost.
const Retry = 250 * time.Millisecond

// A chunk is what one Read gave. A Line holds queue of them for a reader that is
// held up, such as by a disk: 3 seconds of 12 Mbit/s or more.
const (
	chunk = 32 << 10
	queue = 1024
)

// Config is what a [Line] is. Open is needed, the rest is not.
type Config struct {
	// Open opens the line. Close of what it returns ends a Read. It is called
	// again when the line was lost, until it gives no error.
	Open func(context.Context) (io.ReadCloser, error)
	// Once: what is lost is not opened again, and io.EOF is the end and no
	// loss. So it is with a pipe.
	Once bool
	// Lost is told that the line was lost, and why. Its next call comes after
	// Back was called. Nil: nobody is told.
	Lost func(err error)
	// Back is told that bytes come again, and when the line was lost. What it
	// returns is put before them. Nil: nothing.
	Back func(lost time.Time) []byte
}

// A Line is a stream of the bytes of a serial line, or of what stands for one.
// It reads ahead as fast as the line sends. Where a line is lost and comes back,
// the stream goes on. One goroutine may read it.
type Line struct {
	cfg    Config
	ctx    context.Context
	cancel context.CancelFunc
	chunks chan []byte
	rest   []byte // of a chunk
	err    error  // with which the stream ends, set before chunks is closed
}

// Open opens a line for the first time. The stream ends when ctx is done; Close
// gives the line back. Errors: those of cfg.Open.
func Open(ctx context.Context, cfg Config) (*Line, error) {
	conn, err := cfg.Open(ctx)
	if err != nil {
		return nil, err
	}
	l := &Line{cfg: cfg, chunks: make(chan []byte, queue), err: io.EOF}
	l.ctx, l.cancel = context.WithCancel(ctx)
	go l.keep(conn)
	return l, nil
}

// Read implements io.Reader. It returns io.EOF when the context is done or, of a
// line that is opened once, at its end, after all that came before; and the
// error with which such a line was lost.
func (l *Line) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		select {
		case l.rest = <-l.chunks: // those that came before the context was done
		default:
			select {
			case l.rest = <-l.chunks:
			case <-l.ctx.Done():
				return 0, io.EOF
			}
		}
	}
	if len(l.rest) == 0 {
		return 0, l.err
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// Close gives the line back and ends the stream.
func (l *Line) Close() error {
	l.cancel()
	return nil
}

// keep reads the line for as long as it is wanted.
func (l *Line) keep(conn io.ReadCloser) {
	defer close(l.chunks)
	var lost time.Time // zero: it is not
	for {
		err := l.drain(conn, &lost)
		switch {
		case l.ctx.Err() != nil:
			return
		case l.cfg.Once:
			l.err = err
			return
		case lost.IsZero():
			lost = time.Now()
			if l.cfg.Lost != nil {
				l.cfg.Lost(err)
			}
		}
		if conn = l.reopen(); conn == nil {
			return
		}
	}
}

// drain sends on what a connection gives, and closes it. What was lost is back
// with the first byte: a port that can be opened is not yet one that works.
func (l *Line) drain(conn io.ReadCloser, lost *time.Time) error {
	stop := context.AfterFunc(l.ctx, func() { _ = conn.Close() })
	defer func() {
		if stop() {
			_ = conn.Close()
		}
	}()
	p := make([]byte, chunk)
	for {
		n, err := conn.Read(p)
		if n > 0 {
			if !lost.IsZero() && l.cfg.Back != nil {
				l.send(l.cfg.Back(*lost))
			}
			*lost = time.Time{}
			l.send(bytes.Clone(p[:n]))
		}
		if err != nil {
			return err
		}
	}
}

// send queues bytes for Read, unless nobody wants them any more.
func (l *Line) send(p []byte) {
	if len(p) == 0 {
		return
	}
	select {
	case l.chunks <- p: // also after the end, for the last Read
	default:
		select {
		case l.chunks <- p:
		case <-l.ctx.Done():
		}
	}
}

// reopen waits for a line that was lost. Nil: it is not wanted any more.
func (l *Line) reopen() io.ReadCloser {
	for {
		select {
		case <-time.After(Retry):
		case <-l.ctx.Done():
			return nil
		}
		if conn, err := l.cfg.Open(l.ctx); err == nil {
			return conn
		}
	}
}
