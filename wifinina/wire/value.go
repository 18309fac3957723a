package wire

import (
	"math"
	"unsafe"
)

// A Value is one parameter of a frame: a number or a string of bytes. Values
// parsed from a frame are views of it, valid as long as the frame's bytes are.
// The zero Value is the number 0 and the empty string.
type Value struct {
	num   int64
	buf   []byte
	width uint8 // bytes the number takes on the wire, 0 when nobody said
}

// Uint returns the Value of an unsigned number.
func Uint[T ~uint8 | ~uint16 | ~uint32 | ~int](n T) Value { return Value{num: int64(n)} }

// Int returns the Value of a signed number.
func Int(n int64) Value { return Value{num: n} }

// Sized returns the Value of a number that takes width bytes on the wire. Only
// the parameters of variable width ask for it (UintBE, UintLE, IntLE); without
// it they take 4 bytes.
func Sized(n int64, width int) Value { return Value{num: n, width: uint8(width)} }

// Float returns the Value of a 32-bit float, which travels as its bits.
func Float(f float32) Value { return Value{num: int64(math.Float32bits(f))} }

// Flag returns 1 for true and 0 for false.
func Flag(b bool) Value {
	if b {
		return Value{num: 1}
	}
	return Value{}
}

// IP returns the Value of an IPv4 address, first octet first.
func IP(a [4]byte) Value {
	return Value{num: int64(a[0])<<24 | int64(a[1])<<16 | int64(a[2])<<8 | int64(a[3])}
}

// Bytes returns the Value of a byte string, which is not copied.
func Bytes(b []byte) Value { return Value{buf: b} }

// Text returns the Value of a string, which is not copied.
func Text(s string) Value {
	return Value{buf: unsafe.Slice(unsafe.StringData(s), len(s))}
}

// Int returns the number, 0 for a byte string.
func (v Value) Int() int64 { return v.num }

// Width returns how many bytes a parsed number took on the wire, or what
// [Sized] was given; 0 for a byte string and for a number made otherwise.
func (v Value) Width() int { return int(v.width) }

// Uint8 returns the low 8 bits of the number.
func (v Value) Uint8() uint8 { return uint8(v.num) }

// Uint16 returns the low 16 bits of the number.
func (v Value) Uint16() uint16 { return uint16(v.num) }

// Float32 returns the number as the bits of a 32-bit float.
func (v Value) Float32() float32 { return math.Float32frombits(uint32(v.num)) }

// IP returns the number as an IPv4 address, first octet first.
func (v Value) IP() [4]byte {
	return [4]byte{byte(v.num >> 24), byte(v.num >> 16), byte(v.num >> 8), byte(v.num)}
}

// Bytes returns the byte string, nil for a number. It is a view of whatever
// the Value was made of.
func (v Value) Bytes() []byte { return v.buf }
