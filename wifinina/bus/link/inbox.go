//go:build !tinygo

package link

import (
	"io"
	"sync"
)

// An inbox holds what has come and was not taken yet. One goroutine fills it
// and one takes. That the stream is always read is what keeps two ends that
// both write from waiting for each other.
type inbox struct {
	mu   sync.Mutex
	came sync.Cond // bytes or the end
	buf  [window + 1]byte
	at   int   // where the first byte is
	n    int   // how many there are
	err  error // why no more come; nil: they may
}

// fill reads r into the inbox until that ends.
func (in *inbox) fill(r io.Reader) {
	for {
		free := in.free()
		if len(free) == 0 {
			in.end(ErrUnasked) // there is room for all that may be owed
			return
		}
		n, err := r.Read(free)
		in.mu.Lock()
		in.n += n
		in.came.Broadcast()
		in.mu.Unlock()
		if err == io.EOF {
			err = ErrHungUp
		}
		if err != nil {
			in.end(err)
			return
		}
	}
}

// free returns the room behind the last byte, up to the end of buf.
func (in *inbox) free() []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.at+in.n < len(in.buf) {
		return in.buf[in.at+in.n:]
	}
	return in.buf[in.at+in.n-len(in.buf) : in.at]
}

// end notes why no more come, for the first reason only.
func (in *inbox) end(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err == nil {
		in.err = err
	}
	in.came.Broadcast()
}

// take waits for n bytes and puts them into p, or nowhere if p is nil. What has
// come before the end can still be taken.
func (in *inbox) take(p []byte, n int) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	for n > 0 {
		for in.n == 0 {
			if in.err != nil {
				return in.err
			}
			in.came.Wait()
		}
		k := min(n, in.n, len(in.buf)-in.at)
		p = p[copy(p, in.buf[in.at:in.at+k]):]
		in.at, in.n, n = (in.at+k)%len(in.buf), in.n-k, n-k
	}
	return nil
}

// rest returns what is wrong when nothing is owed: bytes that are there
// nevertheless, or the end.
func (in *inbox) rest() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.n > 0 {
		return ErrUnasked
	}
	return in.err
}
