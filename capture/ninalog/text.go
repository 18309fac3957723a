package ninalog

import (
	"bytes"
	"unicode/utf8"

	"github.com/ninatrace/ninatrace/capture"
)

// maxNote is how much text goes into a note; what is no UTF-8 gets longer.
const maxNote = capture.MaxText / utf8.UTFMax

// piece returns how much of a text goes into the next note: no character is
// split.
func piece(text []byte) int {
	if len(text) <= maxNote {
		return len(text)
	}
	n := maxNote
	for n > maxNote-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// readable returns what is told of a text between dumps: without the ends of
// lines, what is no UTF-8, and the dots and lengths that Adafruit's firmware
// prints right before a dump.
func readable(text []byte, dumpFollows bool) []byte {
	text = bytes.TrimRight(text, "\r\n")
	if dumpFollows && len(bytes.Trim(text, ".0123456789")) == 0 {
		return nil
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD"))
}

// What may be a part of a command: after a torn dump up to the next one, and in
// the first line of the log, every run of hexadecimal digits; anywhere else a
// long one, and all others in its line.
const (
	shortRun = 2
	longRun  = 16 // 8 bytes; an address in a crash dump has 4
)

// withhold blanks the digits of what may be a part of a command, with a Mask.
func (r *Reader) withhold(text []byte) {
	if r.o.Mask == nil {
		return
	}
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
