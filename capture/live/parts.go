package live

import (
	"bytes"
	"io"
)

// Parts is a writer of a trace in several files. Each ends at a frame's border,
// so that each is a trace, and all of them one after the other are the stream.
// One goroutine at a time may use it.
type Parts struct {
	size int64
	next func() (io.WriteCloser, error)
	out  io.WriteCloser
	n    int64 // written to it
	full bool  // the next byte goes to another
}

// NewParts returns a writer that takes a new file from next when a file has size
// bytes and then the frame, or the text, is over; next must be good for a first
// one at once. Errors: those of next.
func NewParts(size int64, next func() (io.WriteCloser, error)) (*Parts, error) {
	out, err := next()
	if err != nil {
		return nil, err
	}
	return &Parts{size: size, next: next, out: out}, nil
}

// Write implements io.Writer. Errors are those of the files and of next.
func (p *Parts) Write(b []byte) (done int, err error) {
	for done < len(b) {
		if p.full {
			if err := p.turn(); err != nil {
				return done, err
			}
		}
		piece, full := p.cut(b[done:])
		n, err := p.out.Write(piece)
		done += n
		p.n += int64(n)
		if err != nil {
			return done, err
		}
		p.full = full
	}
	return done, nil
}

// cut returns what of b belongs to the file, and whether the file is full then.
// Both ends of a frame are zeros, so after a zero there is never a piece of one
// in either file.
func (p *Parts) cut(b []byte) (piece []byte, full bool) {
	from := max(p.size-p.n-1, 0)
	if from >= int64(len(b)) {
		return b, false
	}
	i := bytes.IndexByte(b[from:], 0)
	if i < 0 {
		return b, false
	}
	return b[:int(from)+i+1], true
}

// turn goes on to the next file.
func (p *Parts) turn() error {
	err := p.out.Close()
	p.out = nopCloser{}
	if err != nil {
		return err
	}
	out, err := p.next()
	if err != nil {
		return err
	}
	p.out, p.n, p.full = out, 0, false
	return nil
}

// Close closes the file that is open.
func (p *Parts) Close() error { return p.out.Close() }

// A nopCloser stands where no file is open.
type nopCloser struct{}

func (nopCloser) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
func (nopCloser) Close() error              { return nil }
