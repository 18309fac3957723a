package capture

import (
	"encoding/binary"
	"net/netip"
	"unicode/utf8"
)

// put appends one raw byte. There is room: it was reserved.
func (f *framer) put(b byte) {
	f.buf[f.end] = b
	f.end++
}

// bytes appends raw bytes.
func (f *framer) bytes(p []byte) { f.end += copy(f.buf[f.end:], p) }

// uvarint appends v, 7 bits a byte, least significant first.
func (f *framer) uvarint(v uint64) {
	for v >= 0x80 {
		f.put(byte(v) | 0x80)
		v >>= 7
	}
	f.put(byte(v))
}

// varint appends a signed number, its sign in the lowest bit.
func (f *framer) varint(v int64) { f.uvarint(uint64(v)<<1 ^ uint64(v>>63)) }

// uint64 appends 8 bytes, least significant first.
func (f *framer) uint64(v uint64) {
	binary.LittleEndian.PutUint64(f.buf[f.end:], v)
	f.end += 8
}

// since appends the time from the last record to at and makes at the last.
func (f *framer) since(at uint64) {
	at = max(at, f.last)
	f.uvarint(at - f.last)
	f.last = at
}

// flag appends 1 for true and 0 for false.
func (f *framer) flag(b bool) {
	if b {
		f.put(1)
	} else {
		f.put(0)
	}
}

// text appends the length of s and s.
func (f *framer) text(s string) {
	f.uvarint(uint64(len(s)))
	f.end += copy(f.buf[f.end:], s)
}

// length appends the length of something that is not kept.
func (f *framer) length(n int) { f.uvarint(uint64(min(max(n, 0), maxLength))) }

// hideable appends a text, or only how long it is.
func (f *framer) hideable(s string, masked bool) {
	if masked {
		f.uvarint(uint64(len(s)) | textMasked)
		return
	}
	f.text(s)
}

// data appends what is kept of a payload.
func (f *framer) data(n int, sum uint32, masked bool) {
	n = min(max(n, 0), maxLength)
	if masked {
		f.uvarint(uint64(n) | dataMasked)
		return
	}
	f.length(n)
	if n > 0 {
		binary.LittleEndian.PutUint32(f.buf[f.end:], sum)
		f.end += 4
	}
}

// addr appends an IPv4 address and port, the port alone where there is no such
// address, or nothing but that there is none.
func (f *framer) addr(a netip.AddrPort) {
	ip := a.Addr().Unmap()
	switch {
	case ip.Is4():
		f.put(addrIPv4)
		b := ip.As4()
		f.bytes(b[:])
	case a.Port() != 0:
		f.put(addrPort)
	default:
		f.put(addrNone)
		return
	}
	f.put(byte(a.Port() >> 8))
	f.put(byte(a.Port()))
}

// cut returns the first n bytes of s, or up to three less where that would
// split a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n = max(n, 0)
	for back := range min(n, utf8.UTFMax-1) + 1 {
		if utf8.RuneStart(s[n-back]) {
			return s[:n-back]
		}
	}
	return s[:n]
}
