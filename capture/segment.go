package capture

import (
	"bufio"
	"io"
	"unicode/utf8"
)

// A splitter cuts a stream at its zeros.
type splitter struct {
	src    *bufio.Reader
	at     int64 // where the segment last returned begins
	offset int64
}

func newSplitter(r io.Reader) splitter {
	return splitter{src: bufio.NewReaderSize(r, MaxFrame)}
}

// next returns what stands before the next zero, without it. What is longer
// than a frame can be comes in pieces. The segment is valid until the next
// call; the last one comes with the error that ended the stream.
func (s *splitter) next() ([]byte, error) {
	s.at = s.offset
	part, err := s.src.ReadSlice(0)
	s.offset += int64(len(part))
	switch err {
	case nil:
		return part[:len(part)-1], nil
	case bufio.ErrBufferFull:
		return part, nil
	}
	return part, err
}

// IsText reports whether p looks like what a program prints: UTF-8 without
// other control characters than those of a terminal. It may begin and end in
// the middle of a character.
func IsText(p []byte) bool {
	for _, c := range p {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\b' && c != '\a' && c != 0x1B || c == 0x7F {
			return false
		}
	}
	for n := 0; n < utf8.UTFMax-1 && len(p) > 0 && !utf8.RuneStart(p[0]); n++ {
		p = p[1:]
	}
	p = p[:textPiece(p, len(p))]
	return len(p) > 0 && utf8.Valid(p)
}

// isPart reports whether p can be a part of a character, the last of which a
// text had no room for.
func isPart(p []byte) bool {
	for _, c := range p {
		if c < utf8.RuneSelf {
			return false
		}
	}
	return len(p) < utf8.UTFMax
}

// textPiece returns how many of the first n bytes of p to tell, so that no
// character is split: up to three less, and never none.
func textPiece(p []byte, n int) int {
	n = min(n, len(p))
	for back := 1; back < min(n, utf8.UTFMax); back++ {
		if last := p[n-back : n]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return n - back
			}
			break
		}
	}
	return n
}
