package capture

import (
	"bytes"
	"io"
	"sync"
)

// A BlackBox is a sink of fixed size that keeps the last frames, and the first,
// which says whose they are. Dump hands them on. A Recorder does so by itself
// when there is trouble, see [Config.Trigger]. Several goroutines may use it.
type BlackBox struct {
	mu   sync.Mutex
	buf  []byte
	seen bool // there was a first frame
	head int  // its length, 0 when it was handed on
	n    int
	out  io.Writer
}

// NewBlackBox returns a BlackBox that keeps frames in buf and hands them on to
// out in one Write, which must not use the BlackBox. It holds the more of the
// past the smaller the frames are: give the Recorder a small Buffer too.
func NewBlackBox(buf []byte, out io.Writer) *BlackBox { return &BlackBox{buf: buf, out: out} }

// Write takes a frame and lets go of the oldest ones where there is no room. A
// frame that has none in an empty BlackBox is ErrFull.
func (b *BlackBox) Write(frame []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(frame) > len(b.buf)-b.head {
		return 0, ErrFull
	}
	if over := b.n + len(frame) - len(b.buf); over > 0 {
		b.forget(over)
	}
	if !b.seen {
		b.seen, b.head = true, len(frame)
	}
	b.n += copy(b.buf[b.n:], frame)
	return len(frame), nil
}

// forget lets go of as many of the oldest frames as make n bytes.
func (b *BlackBox) forget(n int) {
	from := b.head
	for from < b.head+n && from < b.n {
		end := bytes.IndexByte(b.buf[from+1:b.n], 0)
		if end < 0 {
			from = b.n
			break
		}
		from += end + 2
	}
	b.n = b.head + copy(b.buf[b.head:], b.buf[from:b.n])
}

// Dump hands on what is kept and lets go of it. The error is that of the
// Writer, and what was kept stays.
func (b *BlackBox) Dump() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n == 0 {
		return nil
	}
	if _, err := b.out.Write(b.buf[:b.n]); err != nil {
		return err
	}
	b.n, b.head = 0, 0
	return nil
}
