package pcapng

import (
	"encoding/binary"
	"io"
	"unicode/utf8"
)

// The blocks and options that gopacket's writer does not write, from the pcapng
// specification (draft-ietf-opsawg-pcapng).
const (
	blockStatistics uint32 = 5
	blockPacket     uint32 = 6

	optEnd     uint16 = 0
	optComment uint16 = 1

	optPacketFlags uint16 = 2
	optPacketDrops uint16 = 4

	optStatisticsStart    uint16 = 2
	optStatisticsEnd      uint16 = 3
	optStatisticsReceived uint16 = 4
	optStatisticsDropped  uint16 = 5
)

// The direction bits of optPacketFlags.
const (
	inbound  uint32 = 1
	outbound uint32 = 2
)

// maxOption is the longest value of an option.
const maxOption = 1<<16 - 1

// A block is one block of a file, little-endian as gopacket writes them.
type block struct {
	buf     []byte
	options bool // there are any
}

// begin starts a block, whose length is filled in at the end.
func (b *block) begin(kind uint32) {
	b.buf = b.buf[:0]
	b.options = false
	b.uint32(kind)
	b.uint32(0)
}

func (b *block) uint16(v uint16) { b.buf = binary.LittleEndian.AppendUint16(b.buf, v) }

func (b *block) uint32(v uint32) { b.buf = binary.LittleEndian.AppendUint32(b.buf, v) }

// time appends a time in nanoseconds since 1970, its upper half first.
func (b *block) time(ns uint64) {
	b.uint32(uint32(ns >> 32))
	b.uint32(uint32(ns))
}

// pad appends zeros up to a multiple of 4 bytes.
func (b *block) pad() {
	for len(b.buf)%4 != 0 {
		b.buf = append(b.buf, 0)
	}
}

// option begins an option; its value of n bytes must follow, and pad.
func (b *block) option(code uint16, n int) {
	b.options = true
	b.uint16(code)
	b.uint16(uint16(n))
}

func (b *block) optionUint32(code uint16, v uint32) {
	b.option(code, 4)
	b.uint32(v)
}

func (b *block) optionUint64(code uint16, v uint64) {
	b.option(code, 8)
	b.buf = binary.LittleEndian.AppendUint64(b.buf, v)
}

func (b *block) optionTime(code uint16, ns uint64) {
	b.option(code, 8)
	b.time(ns)
}

// comment appends a comment, cut to what an option can hold. An empty one is
// left out: gopacket's reader would take it for the option before.
func (b *block) comment(text []byte) {
	if len(text) == 0 {
		return
	}
	text = text[:cut(text, maxOption)]
	b.option(optComment, len(text))
	b.buf = append(b.buf, text...)
	b.pad()
}

// cut returns how many bytes of text make at most n without half a character.
func cut(text []byte, n int) int {
	if len(text) <= n {
		return len(text)
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// end completes the block and hands it to w in one Write.
func (b *block) end(w io.Writer) error {
	if b.options {
		b.option(optEnd, 0)
	}
	n := uint32(len(b.buf) + 4)
	b.uint32(n)
	binary.LittleEndian.PutUint32(b.buf[4:], n)
	_, err := w.Write(b.buf)
	return err
}
