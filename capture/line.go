package capture

import "io"

// A Line is a sink that a [Recorder] never waits for, see [Config.Live].
type Line interface {
	io.Writer
	// Free returns how many bytes the next Write takes without waiting.
	Free() int
}

// missed is what a line had no room for and what is not told yet.
type missed struct {
	n           uint64
	first, last uint64 // times
}

// maxDrop is the longest record of what was dropped.
const maxDrop = 1 + 2 + 3*maxVarint

// live makes the sink a line.
func (f *framer) live(sink io.Writer) error {
	if len(f.buf) < 2*MinBuffer {
		return ErrBuffer
	}
	line, ok := sink.(Line)
	if !ok || line.Free() < len(f.buf) {
		return ErrLine
	}
	f.line, f.spare = line, maxTiming+maxDrop
	return nil
}

// miss counts a record that is not written.
func (f *framer) miss(at uint64) {
	if f.missed.n == 0 {
		f.missed.first = at
	}
	f.missed.n++
	f.missed.last = max(at, f.missed.first)
}

// tellLost writes what was counted to a frame that has just begun.
func (f *framer) tellLost() {
	l := f.missed
	if l.n == 0 {
		return
	}
	f.missed = missed{}
	f.put(tagDrop)
	mark := f.end
	f.end += 2
	f.since(l.last)
	f.uvarint(l.n)
	f.uvarint(l.last - l.first)
	f.close(mark)
}

// flush sends all there is, as far as the line takes it.
func (f *framer) flush() error {
	sent := f.seal()
	if sent && f.missed.n > 0 {
		f.reserve(0)
		sent = f.seal()
	}
	if f.err == nil && !sent {
		return ErrFull
	}
	return f.err
}
