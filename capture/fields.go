package capture

import (
	"encoding/binary"
	"net/netip"
)

// fields reads the parts of a record one after the other. A part that is not
// there is zero and sets bad.
type fields struct {
	p   []byte
	bad bool
}

func (f *fields) byte() byte {
	if len(f.p) == 0 {
		f.bad = true
		return 0
	}
	b := f.p[0]
	f.p = f.p[1:]
	return b
}

// uvarint reads 7 bits a byte, least significant first.
func (f *fields) uvarint() uint64 {
	if len(f.p) > 0 && f.p[0] < 0x80 { // nearly all are
		v := uint64(f.p[0])
		f.p = f.p[1:]
		return v
	}
	return f.long()
}

// long is uvarint for any number.
func (f *fields) long() uint64 {
	var v uint64
	for shift := uint(0); shift < 64; shift += 7 {
		b := f.byte()
		v |= uint64(b&0x7F) << shift
		if b < 0x80 {
			return v
		}
	}
	f.bad = true
	return 0
}

// varint reads a number with its sign in the lowest bit.
func (f *fields) varint() int64 {
	u := f.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// uint64 reads 8 bytes, least significant first.
func (f *fields) uint64() uint64 {
	if p := f.take(8); len(p) == 8 {
		return binary.LittleEndian.Uint64(p)
	}
	return 0
}

// take reads n bytes, none if there are fewer.
func (f *fields) take(n int) []byte {
	if n < 0 || n > len(f.p) {
		f.bad = true
		f.p = nil
		return nil
	}
	p := f.p[:n:n]
	f.p = f.p[n:]
	return p
}

// length reads a length of at most limit.
func (f *fields) length(limit int) int { return f.bounded(f.uvarint(), limit) }

// string reads a text of at most limit bytes.
func (f *fields) string(limit int) string { return string(f.take(f.length(limit))) }

// bounded returns a length that is in the file, if it is at most limit.
func (f *fields) bounded(n uint64, limit int) int {
	if n > uint64(limit) {
		f.bad = true
		return 0
	}
	return int(n)
}

// hideable reads a text that may be withheld.
func (f *fields) hideable() (s string, masked bool) {
	n := f.uvarint()
	if n&textMasked != 0 {
		return string(fill(nil, f.bounded(n&^textMasked, MaxText), maskByte)), true
	}
	return string(f.take(f.bounded(n, MaxText))), false
}

// data reads what is kept of a payload.
func (f *fields) data() (n int, sum uint32, masked bool) {
	size := f.uvarint()
	masked = size&dataMasked != 0
	n = f.bounded(size&^dataMasked, maxLength)
	if n > 0 && !masked {
		if p := f.take(4); len(p) == 4 {
			sum = binary.LittleEndian.Uint32(p)
		}
	}
	return n, sum, masked
}

// addr reads an address and port.
func (f *fields) addr() netip.AddrPort {
	switch f.byte() {
	case addrNone:
	case addrIPv4:
		if p := f.take(6); len(p) == 6 {
			return netip.AddrPortFrom(netip.AddrFrom4([4]byte(p)), binary.BigEndian.Uint16(p[4:]))
		}
	case addrPort:
		if p := f.take(2); len(p) == 2 {
			return netip.AddrPortFrom(netip.Addr{}, binary.BigEndian.Uint16(p))
		}
	default:
		f.bad = true
	}
	return netip.AddrPort{}
}
