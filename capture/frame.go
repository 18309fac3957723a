package capture

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"time"

	"github.com/ninatrace/ninatrace/internal/cobs"
)

// A framer collects records into a frame and writes the frame when it is
// full. It owns one buffer of fixed size: the records are laid down so far
// from its start that they can be stuffed in place.
type framer struct {
	sink io.Writer
	buf  []byte
	head int    // where a frame's raw bytes begin in buf
	end  int    // where the next raw byte goes; head: no frame is open
	code byte   // tick code
	seq  uint64 // number of the frame being filled
	last uint64 // time of the last record, in ticks
	base uint64 // time of the last record before this frame
	call uint32 // call of the last window of this frame
	seen memory // short windows of this frame
	cut  [maxMasks][2]int
	err  error // the first error of the sink
}

// memory remembers the last short windows of a frame, newest first.
type memory struct {
	next int
	n    int
	ring [remembered]shortWindow
}

// shortWindow is the bytes of a short window. Unused bytes are zero, so that
// two of them can be compared whole.
type shortWindow struct {
	n          uint8
	mosi, miso [shortBytes]byte
}

func (m *memory) reset() { m.n = 0 }

// find returns how many windows back w stands, -1 if it does not.
func (m *memory) find(w *shortWindow) int {
	for back := range m.n {
		if m.ring[(m.next-1-back)&(remembered-1)] == *w {
			return back
		}
	}
	return -1
}

// at returns the window that stands back windows back, nil if none.
func (m *memory) at(back int) *shortWindow {
	if back >= m.n {
		return nil
	}
	return &m.ring[(m.next-1-back)&(remembered-1)]
}

// add remembers w.
func (m *memory) add(w *shortWindow) {
	m.ring[m.next] = *w
	m.next = (m.next + 1) & (remembered - 1)
	m.n = min(m.n+1, remembered)
}

// init prepares the framer; buf holds at least MinBuffer bytes.
func (f *framer) init(sink io.Writer, buf []byte, tick time.Duration) error {
	code, ok := tickCode(tick)
	if !ok {
		return ErrTick
	}
	if len(buf) < MinBuffer {
		return ErrBuffer
	}
	if len(buf) > MaxFrame {
		buf = buf[:MaxFrame]
	}
	*f = framer{sink: sink, buf: buf, code: code}
	f.head = 1 + cobs.Overhead(len(buf))
	f.end = f.head
	return nil
}

// room is how many raw bytes of records the open frame still takes.
func (f *framer) room() int { return len(f.buf) - 1 - trailer - f.end }

// capacity is how many raw bytes of records an empty frame takes at least.
func (f *framer) capacity() int { return len(f.buf) - 1 - trailer - f.head - maxHeader }

// reserve makes room for n raw bytes of records, starting a new frame if
// need be. n is at most the capacity.
func (f *framer) reserve(n int) {
	if f.end != f.head {
		if f.room() >= n {
			return
		}
		f.seal()
	}
	f.put(Version<<versionShift | f.code)
	f.uvarint(f.seq)
	f.uvarint(f.last)
	f.base = f.last
	f.call = 0
	f.seen.reset()
}

// put appends one raw byte.
func (f *framer) put(b byte) {
	f.buf[f.end] = b
	f.end++
}

// uvarint appends v, 7 bits a byte, least significant first.
func (f *framer) uvarint(v uint64) {
	for v >= 0x80 {
		f.put(byte(v) | 0x80)
		v >>= 7
	}
	f.put(byte(v))
}

// bytes appends raw bytes.
func (f *framer) bytes(p []byte) { f.end += copy(f.buf[f.end:], p) }

// since appends the time from the last record to at and makes at the last.
func (f *framer) since(at uint64) {
	if at < f.last {
		at = f.last
	}
	f.uvarint(at - f.last)
	f.last = at
}

// text appends the length of s and s.
func (f *framer) text(s string) {
	f.uvarint(uint64(len(s)))
	f.end += copy(f.buf[f.end:], s)
}

// open begins a record that has a length and needs at most n bytes of body;
// the caller passes what open returns to close. The length takes two bytes
// and is filled in at the end.
func (f *framer) open(tag byte, n int, at uint64) (mark int) {
	f.reserve(1 + 2 + n)
	f.put(tag)
	mark = f.end
	f.end += 2
	f.since(at)
	return mark
}

// close fills in the length of the record begun at mark.
func (f *framer) close(mark int) {
	n := f.end - mark - 2
	f.buf[mark] = byte(n) | 0x80
	f.buf[mark+1] = byte(n >> 7)
}

// seal closes the open frame, if any, and hands it to the sink in one Write:
// a zero, the stuffed frame, a zero.
func (f *framer) seal() {
	if f.end == f.head {
		return
	}
	raw := f.buf[f.head:f.end]
	f.end += trailer
	binary.LittleEndian.PutUint32(f.buf[f.end-trailer:], crc32.ChecksumIEEE(raw))
	f.buf[0] = 0
	n := 1 + cobs.Encode(f.buf[1:], f.buf[f.head:f.end])
	f.buf[n] = 0
	f.end = f.head
	f.seq++
	if f.err != nil {
		return
	}
	if m, err := f.sink.Write(f.buf[:n+1]); err != nil {
		f.err = err
	} else if m != n+1 {
		f.err = io.ErrShortWrite
	}
}
