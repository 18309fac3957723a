package emulator

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// The firmware reads its parameters at fixed offsets. It looks at no count, no
// END and hardly any length (reference §2.4): neither do these methods. Bytes
// the host has not sent are zero. All offsets a handler can compute from 8-bit
// lengths lie inside the buffer.

func (f *firmware) u8(off int) uint8 { return f.in[off] }

func (f *firmware) u16be(off int) uint16 { return binary.BigEndian.Uint16(f.in[off:]) }

func (f *firmware) u16le(off int) uint16 { return binary.LittleEndian.Uint16(f.in[off:]) }

func (f *firmware) u32le(off int) uint32 { return binary.LittleEndian.Uint32(f.in[off:]) }

func (f *firmware) ip(off int) netip.Addr { return netip.AddrFrom4([4]byte(f.in[off:])) }

// text reads the string whose length byte is at off into a buffer of size
// bytes, up to its first NUL. A longer one overruns that buffer in the
// firmware and is cut here.
func (f *firmware) text(off, size int, what string) string {
	n := int(f.in[off])
	if n > size {
		f.misuse("%s of %d bytes, buffer of %d", what, n, size)
		n = size
	}
	s, _, _ := bytes.Cut(f.in[off+1:off+1+n], []byte{0})
	return string(s)
}

// data reads the bytes whose 16-bit length is at off. The firmware believes
// the length also where it points behind the buffer; what it finds there is
// zero here (nina-observed "Frame rules" 13).
func (f *firmware) data(off int) []byte {
	if off+2 > bufferSize {
		f.misuse("length at %d, behind the buffer", off)
		return nil
	}
	n := int(f.u16be(off))
	off += 2
	if over := off + n - bufferSize; over > 0 {
		f.misuse("%d bytes of data end %d behind the buffer", n, over)
		if !f.quirk(Overruns) {
			return f.in[off:]
		}
		return append(bytes.Clone(f.in[off:]), make([]byte, over)...)
	}
	return f.in[off : off+n]
}

// answer sends the reply of the command at work.
func (f *firmware) answer(vals ...wire.Value) {
	f.out = wire.AppendReply(f.outBuf[:0], f.cmd, f.e.cfg.Profile.Family, vals...)
}

// fail sends the error frame.
func (f *firmware) fail() { f.out = wire.AppendError(f.outBuf[:0]) }
