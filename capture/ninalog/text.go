package ninalog

import (
	"bytes"
	"unicode/utf8"
)

// readable returns what is told of a text between dumps: without the ends of
// lines, what is no UTF-8, the dots and lengths that Adafruit's firmware prints
// before a dump, and, with a Mask, without what may be secret.
func (r *Reader) readable(text []byte) []byte {
	text = bytes.TrimRight(text, "\r\n")
	if len(bytes.Trim(text, ".0123456789")) == 0 && len(r.rest) > 0 {
		return nil
	}
	if r.o.Mask != nil {
		r.withhold(text)
	}
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	return text
}

// What may be a part of a command: after a torn dump up to the next one, and in
// the first line of the log, every run of hexadecimal digits; anywhere else a
// long one, and all others in its line.
const (
	shortRun = 2
	longRun  = 16 // 8 bytes; an address in a crash dump has 4
)

// withhold blanks the digits of what may be a part of a command.
func (r *Reader) withhold(text []byte) {
	suspect := r.torn || r.lines.count == 1
	for i := 0; i < len(text) && !suspect; i++ {
		n := dump(text[i:])
		suspect = n >= longRun
		i += n
	}
	if !suspect {
		return
	}
	masked := false
	for i := 0; i < len(text); i++ {
		n := dump(text[i:])
		for k := i; n >= shortRun && k < i+n; k++ {
			text[k], masked = '*', true
		}
		i += n
	}
	if masked {
		r.stats.Masked++
	}
}
