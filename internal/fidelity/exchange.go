package fidelity

import (
	"encoding/binary"
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An exchange is a command and the window in which its reply was armed, or a
// reset. The slave alternates between the two (reference §2): what the host
// meant by a window does not count.
type exchange struct {
	n     int // in the recording, from 1
	reset bool

	command int          // index of the step
	reply   int          // index of the step, -1: the host selected no more
	cmd     wire.Command // 0: none the firmware knows
	in      []byte       // what reached its buffer
	out     []byte       // MISO of the reply, as clocked
	vals    []wire.Value // parameters of out; nil: it is no whole reply to the command
}

// exchanges pairs the windows of a recording.
func exchanges(r *Recording) (xs []*exchange) {
	var open *exchange
	for i := range r.Steps {
		s := &r.Steps[i]
		switch {
		case s.Edge:
			open = nil
			xs = append(xs, &exchange{n: len(xs) + 1, reset: true, command: i, reply: -1})
		case s.Unarmed:
		case open != nil:
			open.answered(i, s.MISO)
			open = nil
		case len(s.MOSI) > 0:
			open = &exchange{n: len(xs) + 1, command: i, reply: -1, in: stored(s.MOSI)}
			if in := open.in; len(in) > 1 && in[0] == wire.StartByte && in[1] < wire.ReplyBit {
				open.cmd = wire.Command(in[1])
			}
			xs = append(xs, open)
		}
	}
	return xs
}

func (x *exchange) answered(step int, miso []byte) {
	x.reply, x.out = step, miso
	if vals, m := wire.ParseReply(nil, miso, x.cmd, wire.Arduino, 0); m.Err == 0 {
		x.vals = vals
	}
}

// stored returns what of a command reaches the firmware's buffer: whole words,
// as many as it holds (nina-observed "Padding").
func stored(mosi []byte) []byte {
	return mosi[:min(len(mosi), wire.MaxFrame)&^3]
}

// The firmware reads its parameters at fixed offsets, and what was not sent as
// zero (reference §2.4).

func (x *exchange) u8(off int) uint8 {
	if off < len(x.in) {
		return x.in[off]
	}
	return 0
}

func (x *exchange) bytes(off, n int) []byte {
	b := make([]byte, n)
	if off < len(x.in) {
		copy(b, x.in[off:])
	}
	return b
}

func (x *exchange) u16be(off int) uint16 { return binary.BigEndian.Uint16(x.bytes(off, 2)) }

func (x *exchange) u32le(off int) uint32 { return binary.LittleEndian.Uint32(x.bytes(off, 4)) }

func (x *exchange) ip(off int) netip.Addr { return netip.AddrFrom4([4]byte(x.bytes(off, 4))) }

// text returns the string whose length byte is at off, and the offset behind.
func (x *exchange) text(off int) (string, int) {
	end := off + 1 + int(x.u8(off))
	return string(x.bytes(off+1, end-off-1)), end
}

// wide is text with a 16-bit length.
func (x *exchange) wide(off int) (string, int) {
	end := off + 2 + int(x.u16be(off))
	return string(x.bytes(off+2, end-off-2)), end
}

// tells reports whether the reply has n parameters or more.
func (x *exchange) tells(n int) bool { return len(x.vals) >= n }

// yes reports whether the reply's first parameter is 1.
func (x *exchange) yes() bool { return x.tells(1) && x.vals[0].Int() == 1 }

// no reports whether the reply's first parameter is 0.
func (x *exchange) no() bool { return x.tells(1) && x.vals[0].Int() == 0 }

// addrPort returns parameters i and i+1 of the reply as an address.
func (x *exchange) addrPort(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4(x.vals[i].IP()), x.vals[i+1].Uint16())
}
