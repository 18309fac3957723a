package logic

import (
	"bytes"
	"fmt"
	"io"
)

// maxWord is the longest word of a value change dump, in bytes.
const maxWord = 1 << 12

// words cuts a stream at its white space, in bounded memory.
type words struct {
	src  io.Reader
	buf  []byte
	rest []byte // of buf
	err  error  // of src
	line int    // that the word returned last is in, from 1
}

func newWords(src io.Reader) *words {
	return &words{src: src, buf: make([]byte, 1<<16), line: 1}
}

// word returns the next word, which is valid until the next call, and io.EOF
// after the last one.
func (w *words) word() ([]byte, error) {
	for {
		for i, c := range w.rest {
			if c == '\n' {
				w.line++
			}
			if c > ' ' {
				return w.cut(i)
			}
		}
		w.rest = nil
		if err := w.fill(); err != nil {
			return nil, err
		}
	}
}

// cut returns the word that begins at that place of rest.
func (w *words) cut(at int) ([]byte, error) {
	w.rest = w.rest[at:]
	n := 0
	for {
		for ; n < len(w.rest); n++ {
			if w.rest[n] <= ' ' {
				word := w.rest[:n]
				w.rest = w.rest[n:]
				return word, nil
			}
		}
		if n > maxWord {
			return nil, w.wrong(w.rest, fmt.Sprintf("a word of at most %d bytes", maxWord))
		}
		switch err := w.fill(); {
		case err == io.EOF:
			word := w.rest
			w.rest = nil
			return word, nil
		case err != nil:
			return nil, err
		}
	}
}

// fill reads on behind rest.
func (w *words) fill() error {
	if w.err != nil {
		return w.err
	}
	n := copy(w.buf, w.rest)
	for w.err == nil {
		var got int
		got, w.err = w.src.Read(w.buf[n:])
		if got > 0 {
			w.rest = w.buf[:n+got]
			return nil
		}
	}
	w.rest = w.buf[:n]
	if w.err != io.EOF {
		w.err = fmt.Errorf("%s, line %d: %w", VCD, w.line, w.err)
	}
	return w.err
}

// wrong returns the error of a word that is not what it should be.
func (w *words) wrong(word []byte, want string) error {
	return &RowError{File: VCD, Line: w.line, Got: shown(string(bytes.ToValidUTF8(word, []byte("\uFFFD")))), Want: want}
}
