package logic

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxRow is the longest row, in bytes.
const maxRow = 1 << 16

var errLongRow = errors.New("a row is too long")

// rows reads the rows of a CSV file with a header, in bounded memory. A last
// row that was cut in the middle ends the file like any other.
type rows struct {
	file   File
	in     lineReader
	csv    *csv.Reader
	header []string
	fields []string
	cut    bool // the last row was cut
}

// newRows reads the header.
func newRows(file File, r io.Reader) (*rows, error) {
	rs := &rows{file: file, in: lineReader{src: bufio.NewReaderSize(r, 1<<16)}}
	rs.csv = csv.NewReader(&rs.in)
	rs.csv.FieldsPerRecord = -1
	rs.csv.ReuseRecord = true
	err := rs.next()
	if err == io.EOF {
		return nil, &RowError{File: file, Line: 1, Want: "a header with the names of the columns"}
	}
	for _, name := range rs.fields {
		rs.header = append(rs.header, strings.Clone(name))
	}
	return rs, err
}

// column returns where the first column with one of the names is, -1 if there
// is none. Case does not matter.
func (r *rows) column(names ...string) int {
	for i, have := range r.header {
		for _, name := range names {
			if strings.EqualFold(strings.TrimSpace(have), name) {
				return i
			}
		}
	}
	return -1
}

// lacks returns the error of a header in which what a file must have is not.
func (r *rows) lacks(want string) error {
	return &RowError{File: r.file, Line: 1, Got: shown(strings.Join(r.header, ",")), Want: want}
}

// next reads a row. At the end of the file it returns io.EOF.
func (r *rows) next() error {
	r.in.left = maxRow
	fields, err := r.csv.Read()
	switch {
	case err == nil && (r.in.whole || len(fields) >= len(r.header)):
		r.fields = fields
		return nil
	case err == io.EOF:
		return err
	}
	return r.broken(err)
}

// broken returns what a row is that csv gave up with err, or gave too few fields
// of: the end of a file that was cut in it, or an error.
func (r *rows) broken(err error) error {
	var syntax *csv.ParseError
	switch {
	case err == nil, errors.As(err, &syntax) && !r.in.whole:
		r.cut = true
		return io.EOF
	case errors.As(err, &syntax):
		return &RowError{File: r.file, Line: syntax.Line, Column: syntax.Column,
			Got: shown(r.in.line()), Want: "a CSV row: " + syntax.Err.Error()}
	case err == errLongRow:
		return &RowError{File: r.file, Line: r.in.lines + 1,
			Got: shown(r.in.line()), Want: fmt.Sprintf("a row of at most %d bytes", maxRow)}
	}
	return fmt.Errorf("%s, line %d: %w", r.file, r.in.lines+1, err)
}

// at returns the value in a column of the row, empty where the row has none.
func (r *rows) at(column int) string {
	if column < 0 || column >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[column])
}

// bad returns the error of a value that is not what it should be. In a last
// row without an end of line it means that the file was cut there.
func (r *rows) bad(column int, want string) error {
	if !r.in.whole {
		r.cut = true
		return io.EOF
	}
	e := &RowError{File: r.file, Name: r.header[column], Got: shown(r.at(column)), Want: want}
	if column < len(r.fields) {
		e.Line, e.Column = r.csv.FieldPos(column)
	} else {
		e.Line, _ = r.csv.FieldPos(0)
	}
	return e
}

// A lineReader hands out a file a line at a time, so that a csv.Reader never reads
// further than the row it returns.
type lineReader struct {
	src   *bufio.Reader
	rest  []byte // of the line that is being handed out
	buf   []byte // all of it so far, for errors
	lines int    // that have ended
	left  int    // how many bytes may come before the row must be over
	whole bool   // the last line had an end
	begun bool
}

// Read implements io.Reader.
func (l *lineReader) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		if err := l.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

func (l *lineReader) fill() error {
	if !l.begun {
		l.begun = true
		if bom, _ := l.src.Peek(3); string(bom) == "\xEF\xBB\xBF" {
			l.src.Discard(3)
		}
	}
	line, err := l.src.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		err = nil
	}
	l.buf = line
	if l.left -= len(line); l.left < 0 {
		return errLongRow
	}
	if len(line) == 0 {
		return err
	}
	l.rest = line
	if l.whole = line[len(line)-1] == '\n'; l.whole {
		l.lines++
	}
	return nil
}

// line returns the line that was handed out last, or the end of it.
func (l *lineReader) line() string { return strings.TrimRight(string(l.buf), "\r\n") }
