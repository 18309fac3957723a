package capture

import (
	"encoding/binary"
	"io"
	"time"

	"github.com/ninatrace/ninatrace/internal/cobs"
)

// A framer collects records into a frame and writes the frame when it is
// full. It owns one buffer of fixed size: the records are laid down so far
// from its start that they can be stuffed in place.
type framer struct {
	sink   io.Writer
	buf    []byte
	head   int    // where a frame's raw bytes begin in buf
	end    int    // where the next raw byte goes; head: no frame is open
	code   byte   // tick code
	limit  uint64 // the latest time, in ticks
	seq    uint64 // number of the frame being filled
	last   uint64 // time of the last record, in ticks
	base   uint64 // time of the last record before this frame
	call   uint32 // call of the last window of this frame
	seen   memory // short windows of this frame
	held   held   // the last record, where it is not written yet
	again  again  // what is counted instead of written
	fold   bool   // repeated exchanges are counted
	begun  bool   // pieces of the window that is open were written
	torn   bool   // and others were left out
	line   Line   // the sink where nothing waits for it, or nil
	missed missed // what it had no room for
	spare  int    // room for the end of a window and the next drop, where there is a line
	cut    [maxMasks][2]int
	err    error // the first error of the sink

	cutMISO [maxMasks][2]int
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
	*f = framer{sink: sink, buf: buf, code: code, limit: uint64(longest / tick)}
	f.head = 1 + cobs.Overhead(len(buf))
	f.end = f.head
	return nil
}

// restart makes the next frame the first of another recording; none is open. Its
// times may be up to limit, in ticks of the code.
func (f *framer) restart(code byte, limit uint64) {
	f.code, f.limit = code, limit
	f.seq, f.last, f.base = 0, 0, 0
}

// raw writes bytes outside frames; no frame is open.
func (f *framer) raw(p []byte) {
	if f.err != nil || len(p) == 0 {
		return
	}
	if n, err := f.sink.Write(p); err != nil {
		f.err = err
	} else if n != len(p) {
		f.err = io.ErrShortWrite
	}
}

// room is how many raw bytes of records the open frame still takes.
func (f *framer) room() int { return len(f.buf) - 1 - trailer - f.spare - f.end }

// capacity is how many raw bytes of records an empty frame takes at least.
func (f *framer) capacity() int {
	return len(f.buf) - 1 - trailer - f.spare - f.head - maxHeader
}

// reserve makes room for n raw bytes of records, starting a new frame if
// need be. n is at most the capacity. It fails where the line is full.
func (f *framer) reserve(n int) bool {
	if f.end != f.head {
		f.settle()
		if f.room() >= n {
			return true
		}
		if !f.seal() {
			return false
		}
	}
	f.put(Version<<versionShift | f.code)
	f.uvarint(f.seq)
	f.uvarint(f.last)
	f.base = f.last
	f.call = 0
	f.tellLost()
	return true
}

// span is how many ticks the open frame covers, 0 if none is open.
func (f *framer) span() uint64 {
	if f.end == f.head || f.last < f.base {
		return 0
	}
	return f.last - f.base
}

// seal closes the open frame, if any, and hands it to the sink in one Write:
// a zero, the stuffed frame, a zero. It fails where the line is full, and the
// frame stays open.
func (f *framer) seal() bool {
	if f.end == f.head {
		return true
	}
	f.settle()
	if f.line != nil && f.line.Free() < f.sealed() {
		return false
	}
	raw := f.buf[f.head : f.end+trailer]
	f.end = f.head
	f.seen.reset()
	f.seq++
	if f.err != nil {
		return true
	}
	body := raw[:len(raw)-trailer]
	binary.LittleEndian.PutUint32(raw[len(body):], checksum(body))
	n := 1 + cobs.Encode(f.buf[1:], raw)
	f.buf[0], f.buf[n] = 0, 0
	f.raw(f.buf[:n+1])
	return true
}

// sealed is the most that the open frame takes of the line.
func (f *framer) sealed() int {
	n := f.end - f.head + trailer
	return 2 + n + cobs.Overhead(n)
}
