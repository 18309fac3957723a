package text

import (
	"strconv"

	"github.com/ninatrace/ninatrace/capture"
)

// foldFrom is how many equal bytes are written as a run, at least.
const foldFrom = 4

const hexDigits = "0123456789abcdef"

// bytes writes one direction of a window.
func (w *Writer) bytes(p []byte, masks []capture.Span) {
	at, sep := 0, ""
	for _, m := range masks {
		sep = w.plain(p[at:m.Off], sep)
		w.put(sep)
		w.put("xx*")
		w.buf = strconv.AppendInt(w.buf, int64(m.Len), 10)
		at, sep = m.Off+m.Len, " "
	}
	w.plain(p[at:], sep)
}

// plain writes bytes of which none is masked, and returns what separates the
// next ones from them.
func (w *Writer) plain(p []byte, sep string) string {
	for len(p) > 0 {
		n := 1
		for n < len(p) && p[n] == p[0] {
			n++
		}
		if n < foldFrom {
			n = 1
		}
		w.put(sep)
		w.buf = append(w.buf, hexDigits[p[0]>>4], hexDigits[p[0]&15])
		if n > 1 {
			w.put("*")
			w.buf = strconv.AppendInt(w.buf, int64(n), 10)
		}
		p, sep = p[n:], " "
	}
	return sep
}
