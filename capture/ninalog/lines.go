package ninalog

import (
	"bufio"
	"io"
)

// maxLine is the longest line that is kept whole, in bytes: a dump of the
// firmware's buffer is half as long. What is longer comes in pieces.
const maxLine = 1 << 14

// lines cuts a log into its lines.
type lines struct {
	src   *bufio.Reader
	count int   // of lines or pieces that were read
	bytes int64 // of them
	err   error // after the last one
}

func newLines(r io.Reader) lines { return lines{src: bufio.NewReaderSize(r, maxLine)} }

// next returns the next line with its end, as soon as it is there. The last
// one may have none.
func (l *lines) next() ([]byte, error) {
	if l.err != nil {
		return nil, l.err
	}
	line, err := l.src.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		l.err = err
	}
	if len(line) == 0 {
		return nil, err
	}
	l.count++
	l.bytes += int64(len(line))
	return line, nil
}
