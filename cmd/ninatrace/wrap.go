package main

import "bytes"

// minWrap is the least room in which wrapped text can be read.
const minWrap = 20

// wrap appends lines to dst, each broken where it would be longer than width,
// at a space if there is one, and going on at the column indent. Colours take
// no room. Where there would be no room to speak of, lines stay as they are.
func wrap(dst, lines []byte, width, indent int) []byte {
	if width < indent+minWrap {
		return append(dst, lines...)
	}
	for line := range bytes.Lines(lines) {
		n := fitting(line, width, indent)
		dst = append(dst, line[:n]...)
		for line = line[n:]; len(line) > 0; line = line[n:] {
			dst = append(bytes.TrimRight(dst, " "), '\n')
			dst = append(dst, bytes.Repeat([]byte{' '}, indent)...)
			line = bytes.TrimLeft(line, " ")
			n = fitting(line, width-indent, 0)
			dst = append(dst, line[:n]...)
		}
	}
	return dst
}

// fitting returns how much of a line has a width, all of it or up to a space
// behind the first columns, which are not broken.
func fitting(line []byte, width, first int) int {
	space, shown := 0, 0
	for i := 0; i < len(line); {
		n, w := glyph(line[i:])
		if shown += w; shown > width {
			if space > 0 {
				return space
			}
			return i
		}
		if i += n; line[i-1] == ' ' && shown > first {
			space = i
		}
	}
	return len(line)
}
