package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/zst"
)

// An input is a file that a verb reads, or the standard input. Reading it ends
// with the context's error when the user interrupts, even while there is
// nothing to read.
type input struct {
	ctx  context.Context
	src  io.Reader
	own  *os.File      // src, if it is to be closed
	file *os.File      // src, if it is a regular file, which never keeps a reader waiting
	out  *bufio.Writer // what is written before a wait; nil: nothing
	buf  []byte        // of a read that may outlive its caller
	prog *progress     // told of what is read; may be nil

	grows *growing // src, if that is one, which sees to out and ctx itself
}

// openInput opens a file, or the standard input for "-".
func openInput(cmd *cobra.Command, name string, out *bufio.Writer) (*input, error) {
	in := &input{ctx: cmd.Context(), src: cmd.InOrStdin(), out: out}
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		in.src, in.own = f, f
	}
	f, ok := in.src.(*os.File)
	if !ok {
		return in, nil
	}
	switch info, err := f.Stat(); {
	case err != nil:
	case info.IsDir():
		in.Close()
		return nil, fmt.Errorf("%s is a folder, not a file", inputName(name))
	case info.Mode().IsRegular():
		in.file = f
	}
	return in, nil
}

// Read implements io.Reader.
func (in *input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	if in.grows != nil {
		return in.grows.Read(p)
	}
	if in.file != nil {
		n, err := in.file.Read(p)
		in.prog.add(n)
		return n, err
	}
	if in.out != nil {
		if err := in.out.Flush(); err != nil {
			return 0, err
		}
	}
	return in.await(p)
}

// await reads what may keep it waiting. After an interrupt the read goes on
// behind its back, into a buffer that nobody else has.
func (in *input) await(p []byte) (int, error) {
	if len(in.buf) < len(p) {
		in.buf = make([]byte, len(p))
	}
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := in.src.Read(in.buf[:len(p)])
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		in.prog.add(r.n)
		return copy(p, in.buf[:r.n]), r.err
	case <-in.ctx.Done():
		return 0, in.ctx.Err()
	}
}

// errNoFile says that an input is a pipe where it must be a file.
var errNoFile error = &hintedError{errors.New("it must be a file, which is read from its end"), "save it in a file first"}

// ReadAt implements io.ReaderAt for a regular file.
func (in *input) ReadAt(p []byte, off int64) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	if in.file == nil {
		return 0, errNoFile
	}
	n, err := in.file.ReadAt(p, off)
	in.prog.add(n)
	return n, err
}

// size returns how long a regular file is.
func (in *input) size() (int64, error) {
	if in.file == nil {
		return 0, errNoFile
	}
	info, err := in.file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Close closes the file; the standard input stays open.
func (in *input) Close() error {
	if in.grows != nil {
		return in.grows.Close()
	}
	if in.own == nil {
		return nil
	}
	return in.own.Close()
}

// A traceInput is an input with a trace, compressed or not. Reading ends with the
// context's error also where a few bytes stand for many.
type traceInput struct {
	*input
	plain *zst.Reader
}

// Read implements io.Reader.
func (in *traceInput) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	return in.plain.Read(p)
}

// openTrace opens a trace. Before a file is read, its first frame is looked
// for: a text file would else be shown as console text, to its end.
func openTrace(cmd *cobra.Command, name string, out *bufio.Writer) (*traceInput, error) {
	src, err := openInput(cmd, name, out)
	if err != nil {
		return nil, err
	}
	return newTrace(src, name)
}

// newTrace makes a trace of an input, which it closes if there is none in it.
func newTrace(src *input, name string) (*traceInput, error) {
	in := &traceInput{src, zst.NewReader(src)}
	if in.file == nil {
		return in, nil
	}
	if err := in.findFrame(); err != nil {
		in.Close()
		return nil, inputError(name, err)
	}
	return in, nil
}

// findFrame reads on to the first frame and goes back.
func (in *traceInput) findFrame() error {
	start, err := in.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	r := capture.NewReader(in)
	rec := capture.Record{Kind: capture.KindText}
	for rec.Kind == capture.KindText && err == nil {
		err = r.Next(&rec)
	}
	if err != nil && err != io.EOF {
		return err
	}
	_, err = in.file.Seek(start, io.SeekStart)
	in.plain = zst.NewReader(in.input)
	return err
}

// inputName returns the name of an input for people.
func inputName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// inputError says whose error it is, if it is one of the input.
func inputError(name string, err error) error {
	var output *outputError
	if err == nil || errors.As(err, &output) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s: %w", inputName(name), err)
}
