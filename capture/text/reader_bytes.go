package text

import (
	"strconv"

	"github.com/ninatrace/ninatrace/capture"
)

// A direction is the bytes of one direction of a window, in memory that is used
// again.
type direction struct {
	bytes []byte
	masks []capture.Span
}

// read reads bytes up to the bracket that ends them.
func (d *direction) read(l *line) {
	d.bytes, d.masks = d.bytes[:0], d.masks[:0]
	for l.at < len(l.s) && l.s[l.at] != '>' {
		if len(d.bytes) > 0 {
			l.want(" ")
		}
		d.item(l)
	}
}

// item reads a byte or a run.
func (d *direction) item(l *line) {
	at := l.at
	word := l.word(" *>")
	n := 1
	if l.has("*") {
		n = int(l.unsigned(uint64(capture.MaxWindow - len(d.bytes))))
	}
	b, err := strconv.ParseUint(word, 16, 8)
	switch {
	case l.bad != "":
	case word != "xx" && (len(word) != 2 || err != nil):
		l.fail(at, "here should be two hexadecimal digits, xx, or a run such as ff*12")
	case n == 0:
		l.fail(at, "a run has one byte at least")
	case n > capture.MaxWindow-len(d.bytes):
		l.fail(at, "a window has no more than "+strconv.Itoa(capture.MaxWindow)+" bytes")
	case word == "xx":
		d.mask(n)
		d.repeat('*', n)
	default:
		d.repeat(byte(b), n)
	}
}

// mask notes that the next n bytes are masked.
func (d *direction) mask(n int) {
	if k := len(d.masks) - 1; k >= 0 && d.masks[k].Off+d.masks[k].Len == len(d.bytes) {
		d.masks[k].Len += n
		return
	}
	d.masks = append(d.masks, capture.Span{Off: len(d.bytes), Len: n})
}

func (d *direction) repeat(b byte, n int) {
	for range n {
		d.bytes = append(d.bytes, b)
	}
}
