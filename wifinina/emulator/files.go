package emulator

import (
	"encoding/binary"
	"strings"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// flash is the file system of the module, mounted at /fs/. It outlives resets,
// not the Emulator.
type flash map[string][]byte

const (
	mountPoint   = "/fs/"
	maxRename    = 64
	flashSize    = 1 << 20 // of all files together
	noSuchFile   = 2       // ENOENT
	maxFileReply = bufferSize - 5
)

func (fl flash) room() int {
	room := flashSize
	for _, data := range fl {
		room -= len(data)
	}
	return room
}

// A fileRequest is what the file commands begin with: offset, length and name,
// each with a length byte that is believed (nina-fw CommandHandler.cpp
// writeFile).
type fileRequest struct {
	offset, size int
	name         string
	end          int // offset behind the name
}

func (f *firmware) fileRequest() fileRequest {
	a := 3
	b := a + 1 + int(f.u8(a))
	c := b + 1 + int(f.u8(b))
	return fileRequest{
		offset: f.number(a),
		size:   f.number(b),
		name:   f.text(c, wire.MaxFilename, "file name"),
		end:    c + 1 + int(f.u8(c)),
	}
}

// number reads the little-endian number whose length byte is at off into 32
// bits.
func (f *firmware) number(off int) int {
	n := int(f.u8(off))
	if n > 4 {
		f.misuse("number of %d bytes", n)
		n = 4
	}
	var b [4]byte
	copy(b[:], f.in[off+1:off+1+n])
	return int(min(binary.LittleEndian.Uint32(b[:]), 1<<30))
}

// writeFile appends, in genuine firmware whatever the offset. The reply is as
// long as what was written then, and nothing in it counts.
func writeFile(f *firmware) {
	q := f.fileRequest()
	if !strings.HasPrefix(q.name, mountPoint) {
		f.cannotOpen(q.name)
		return
	}
	from := q.end + 1
	if over := from + q.size - bufferSize; over > 0 {
		f.misuse("%d bytes of data end %d behind the buffer", q.size, over)
		q.size = bufferSize - from
	}
	at := len(f.e.flash[q.name])
	if !f.quirk(AppendOnly) {
		at = min(q.offset, at)
	}
	n := min(q.size, f.e.flash.room())
	f.e.flash.write(q.name, at, f.in[from:from+n])
	if !f.quirk(WrittenLength) {
		f.reply(byte(n), byte(n>>8), 0, 0)
		return
	}
	f.answer(wire.Int(int64(n)))
}

// write puts data into a file at an offset it has.
func (fl flash) write(name string, at int, data []byte) {
	file := fl[name]
	n := copy(file[at:], data)
	fl[name] = append(file, data[n:]...)
}

// cannotOpen ends a command on a file there is not: with a reply of no bytes,
// and an END in front of the firmware's buffer.
func (f *firmware) cannotOpen(name string) {
	if !f.quirk(SilentOpenFailure) {
		f.fail()
		return
	}
	f.misuse("file %q cannot be opened", name)
}

// reply sends a reply of one parameter the command does not have in any
// genuine firmware.
func (f *firmware) reply(param ...byte) {
	f.out = append(f.outBuf[:0], wire.StartByte, byte(f.cmd)|wire.ReplyBit, 1, byte(len(param)))
	f.out = append(append(f.out, param...), wire.EndByte)
}

// done ends a command on a file whose success the firmware does not tell.
func (f *firmware) done(ok bool) {
	switch {
	case f.quirk(FileErrorFrame):
		f.fail()
	case ok:
		f.reply(1)
	default:
		f.reply(0)
	}
}

// readFile answers in genuine firmware as many bytes as were asked for, zeros
// behind the end of the file. The length byte holds only the low 8 bits of the
// length.
func readFile(f *firmware) {
	q := f.fileRequest()
	data, ok := f.e.flash[q.name]
	if !ok {
		f.cannotOpen(q.name)
		return
	}
	if !f.quirk(PaddedReads) {
		q.size = min(q.size, 0xFF, len(data)-min(q.offset, len(data)))
	}
	if q.size > maxFileReply {
		f.misuse("%d bytes into a reply that holds %d", q.size, maxFileReply)
		q.size = maxFileReply
	}
	f.answer(wire.Bytes(nil))
	f.out = append(f.out[:3], byte(q.size))
	f.out = append(f.out, data[min(q.offset, len(data)):min(q.offset+q.size, len(data))]...)
	for len(f.out) < 4+q.size {
		f.out = append(f.out, 0)
	}
	f.out = append(f.out, wire.EndByte)
}

func deleteFile(f *firmware) {
	name := f.fileRequest().name
	_, ok := f.e.flash[name]
	delete(f.e.flash, name)
	f.done(ok)
}

// existsFile answers the size of a file, -1 if there is none.
func existsFile(f *firmware) {
	size := int64(-1)
	if data, ok := f.e.flash[f.fileRequest().name]; ok {
		size = int64(len(data))
	}
	if !f.quirk(StrayZero) {
		f.reply(binary.LittleEndian.AppendUint32(nil, uint32(size))...)
		return
	}
	f.answer(wire.Int(size))
}

// renameFile answers an errno.
func renameFile(f *firmware) {
	from := f.text(3, maxRename, "file name")
	to := f.text(4+int(f.u8(3)), maxRename, "file name")
	data, ok := f.e.flash[from]
	if !ok {
		f.answer(wire.Uint(uint8(noSuchFile)))
		return
	}
	delete(f.e.flash, from)
	f.e.flash[to] = data
	f.answer(wire.Uint(uint8(0)))
}
