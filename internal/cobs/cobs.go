// Package cobs is Consistent Overhead Byte Stuffing (Cheshire and Baker,
// IEEE/ACM Transactions on Networking 7(2), 1999): it removes every 0x00 from
// a string of bytes at the cost of at most one byte in 254, so that 0x00 can
// mark the ends of frames on a serial line.
//
// An encoded string is a run of blocks. A block is a code byte n, 1 to 255,
// and n-1 bytes that are not zero; a zero follows them unless n is 255 or the
// block is the last.
package cobs

import "bytes"

// maxRun is the number of bytes in a block that no zero ends.
const maxRun = 254

// Overhead returns by how many bytes at most Encode makes n bytes longer.
func Overhead(n int) int { return n/maxRun + 1 }

// Encode encodes src into dst and returns how many bytes it wrote. dst must
// hold len(src)+Overhead(len(src)) bytes. The two may share memory when dst
// begins at least Overhead(len(src)) bytes before src.
func Encode(dst, src []byte) int {
	code, out := 0, 1 // where the code byte of the block goes, and the next byte
	for i, b := range src {
		if b != 0 {
			dst[out] = b
			out++
			if out-code <= maxRun || i == len(src)-1 {
				continue
			}
		}
		dst[code] = byte(out - code)
		code = out
		out++
	}
	dst[code] = byte(out - code)
	return out
}

// Decode appends to dst what src was encoded from. ok is false when src holds
// a zero or ends inside a block; dst then has what came before. The two may
// share memory when dst begins where src does.
func Decode(dst, src []byte) (_ []byte, ok bool) {
	for len(src) > 0 {
		n := int(src[0])
		if n == 0 || n > len(src) || bytes.IndexByte(src[1:n], 0) >= 0 {
			return dst, false
		}
		dst = append(dst, src[1:n]...)
		src = src[n:]
		if n <= maxRun && len(src) > 0 {
			dst = append(dst, 0)
		}
	}
	return dst, true
}
