// Package zst reads and writes traces that are compressed by Zstandard
// (RFC 8878). Whether one is compressed is told by its first bytes and never by
// its name.
package zst

import (
	"bufio"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is how far back a compressed file may refer, and so the most memory
// that reading one takes: what the zstd program takes too, unless told
// otherwise.
const maxWindow = 128 << 20

// A Reader reads a stream, and decompresses it if it is compressed. It waits
// for no more of the stream than tells whether it is. One goroutine at a time
// may use it.
type Reader struct {
	src *bufio.Reader
	out io.Reader // nil until the first bytes have told
	zip bool
}

// NewReader returns a Reader of r, which it reads ahead. It reads nothing before
// the first Read, and has nothing to close.
func NewReader(r io.Reader) *Reader { return &Reader{src: bufio.NewReaderSize(r, 1<<16)} }

// Read implements io.Reader. Errors of the stream are returned, wrapped if it is
// compressed, io.EOF apart; a compressed stream that ends early gives an error
// that wraps io.ErrUnexpectedEOF, after all that could be read of it.
func (r *Reader) Read(p []byte) (int, error) {
	if r.out == nil {
		if err := r.open(); err != nil {
			return 0, err
		}
	}
	n, err := r.out.Read(p)
	if r.zip && err != nil && err != io.EOF {
		err = fmt.Errorf("in the compressed file: %w", err)
	}
	return n, err
}

// open looks what the stream is.
func (r *Reader) open() error {
	if r.zip = compressed(r.src); !r.zip {
		r.out = r.src
		return nil
	}
	dec, err := zstd.NewReader(r.src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return err
	}
	r.out = dec
	return nil
}

// The magic numbers as they stand in a file: of a frame, and without the lower
// half of its first byte that of a frame to skip, with which a file may begin.
const (
	frameMagic = "\x28\xB5\x2F\xFD"
	skipMagic  = "\x50\x2A\x4D\x18"
)

// compressed reports whether the stream begins with a magic number. It takes no
// bytes, and looks only at as many as it must.
func compressed(src *bufio.Reader) bool {
	for n := 1; n <= len(frameMagic); n++ {
		p, err := src.Peek(n)
		if err != nil {
			return false
		}
		skip := string(p[0]&0xF0) + string(p[1:])
		if string(p) != frameMagic[:n] && skip != skipMagic[:n] {
			return false
		}
	}
	return true
}

// NewWriter returns a writer that compresses to w, which it does not close.
// Close it to write the end. One goroutine at a time may use it.
func NewWriter(w io.Writer) io.WriteCloser {
	enc, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // of the options, which are right
	}
	return enc
}
