package logic

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// units reads the samples of a capture file: little endian, size bytes each.
type units struct {
	src  *chunks
	size int
	buf  []byte
	rest []byte // of buf, read and not looked at
	n    int64  // samples that were looked at
	cut  bool   // the last one was not whole
}

// first returns the first sample.
func (u *units) first() (uint64, error) {
	if err := u.fill(); err != nil {
		return 0, err
	}
	return u.take(), nil
}

// change returns the next sample that is not like levels where mask has a bit.
func (u *units) change(levels, mask uint64) (uint64, error) {
	for {
		skip := run(u.rest, levels, mask, u.size)
		u.n += int64(skip / u.size)
		u.rest = u.rest[skip:]
		if len(u.rest) >= u.size {
			return u.take(), nil
		}
		if err := u.fill(); err != nil {
			return levels, err
		}
	}
}

// take returns the sample that rest begins with.
func (u *units) take() uint64 {
	v := unitAt(u.rest, u.size)
	u.rest = u.rest[u.size:]
	u.n++
	return v
}

// fill reads on, at least a sample.
func (u *units) fill() error {
	n := copy(u.buf, u.rest)
	got, err := io.ReadAtLeast(u.src, u.buf[n:], u.size-n)
	u.rest = u.buf[:n+got]
	switch {
	case err == io.EOF && n == 0:
		return io.EOF
	case err == io.EOF, err == io.ErrUnexpectedEOF && len(u.src.members) == 0:
		u.cut = true
		return io.EOF
	}
	return err
}

// unitAt returns the sample that p begins with.
func unitAt(p []byte, size int) (v uint64) {
	if size == 1 {
		return uint64(p[0])
	}
	for i := size - 1; i >= 0; i-- {
		v = v<<8 | uint64(p[i])
	}
	return v
}

// shortRun is how many samples are looked at one by one, before 8 bytes at a
// time: on a bus at work levels stay as long as a phase of its clock.
const shortRun = 4

// run returns how many bytes at the beginning of p are samples like levels,
// where mask has a bit.
func run(p []byte, levels, mask uint64, size int) int {
	i := 0
	for ; i < shortRun*size && i+size <= len(p); i += size {
		if (unitAt(p[i:], size)^levels)&mask != 0 {
			return i
		}
	}
	if size&(size-1) == 0 { // 8 bytes are whole samples
		l, m := repeated8(levels, size), repeated8(mask, size)
		for ; i+8 <= len(p); i += 8 {
			if x := (binary.LittleEndian.Uint64(p[i:]) ^ l) & m; x != 0 {
				return i + bits.TrailingZeros64(x)/8/size*size
			}
		}
	}
	for ; i+size <= len(p); i += size {
		if (unitAt(p[i:], size)^levels)&mask != 0 {
			break
		}
	}
	return i
}

// repeated8 returns the lowest size bytes of v over and over.
func repeated8(v uint64, size int) uint64 {
	for width := 8 * size; width < 64; width *= 2 {
		v = v&(1<<width-1) | v<<width
	}
	return v
}
