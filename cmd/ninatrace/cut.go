package main

import "unicode/utf8"

// cut shortens a line to a width, with an ellipsis for what is left out.
// Colours take no room and are all kept, so that the last one is the return to
// none. The newline stays.
func cut(line []byte, width int) []byte {
	if columns(line) <= width {
		return line
	}
	var short []byte
	for shown := 0; len(line) > 0; {
		n, w := glyph(line)
		shown += w
		switch {
		case w == 0 || shown < width:
			short = append(short, line[:n]...)
		case shown == width:
			short = append(short, "…"...)
		}
		line = line[n:]
	}
	return short
}

// columns returns how wide a line is on a terminal.
func columns(line []byte) int {
	sum := 0
	for len(line) > 0 {
		n, w := glyph(line)
		sum += w
		line = line[n:]
	}
	return sum
}

// glyph returns the length and the width of what p begins with: a character, a
// newline, or a colour.
func glyph(p []byte) (n, width int) {
	switch p[0] {
	case '\n':
		return 1, 0
	case 0x1B:
		for n = 1; n < len(p) && p[n-1] != 'm'; n++ {
		}
		return n, 0
	}
	_, n = utf8.DecodeRune(p)
	return n, 1
}
