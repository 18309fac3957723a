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

// writeFile appends whatever the offset. The reply is as long as what was
// written, and nothing in it counts. A file that cannot be opened leaves a
// reply of no bytes, and an END in front of the firmware's buffer.
func writeFile(f *firmware) {
	q := f.fileRequest()
	if !strings.HasPrefix(q.name, mountPoint) {
		f.misuse("file %q cannot be opened", q.name)
		return
	}
	from := q.end + 1
	if over := from + q.size - bufferSize; over > 0 {
		f.misuse("%d bytes of data end %d behind the buffer", q.size, over)
		q.size = bufferSize - from
	}
	n := min(q.size, f.e.flash.room())
	f.e.flash[q.name] = append(f.e.flash[q.name], f.in[from:from+n]...)
	f.answer(wire.Int(int64(n)))
}

// readFile answers as many bytes as were asked for, zeros behind the end of
// the file. The length byte holds only the low 8 bits of the length.
func readFile(f *firmware) {
	q := f.fileRequest()
	data, ok := f.e.flash[q.name]
	if !ok {
		f.misuse("file %q cannot be opened", q.name)
		return
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

// deleteFile answers with the error frame also when it has deleted the file.
func deleteFile(f *firmware) {
	delete(f.e.flash, f.fileRequest().name)
	f.answer()
}

// existsFile answers the size of a file, -1 if there is none.
func existsFile(f *firmware) {
	size := int64(-1)
	if data, ok := f.e.flash[f.fileRequest().name]; ok {
		size = int64(len(data))
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
