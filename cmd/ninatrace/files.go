package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// openInput opens a file, or the standard input for "-". Reading ends with the
// context's error when the user interrupts.
func openInput(cmd *cobra.Command, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(interruptible{cmd.Context(), cmd.InOrStdin()}), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("%s is a folder, not a file", name)
	}
	return struct {
		io.Reader
		io.Closer
	}{interruptible{cmd.Context(), f}, f}, nil
}

// interruptible is a Reader that ends when its context does.
type interruptible struct {
	ctx context.Context
	io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// writeOutput makes a file of what write writes, or sends it to the standard
// output for "-". The file appears whole or not at all: an old one is kept
// until the new one is finished.
func writeOutput(cmd *cobra.Command, name string, write func(io.Writer) error) error {
	if name == "-" {
		return buffered(cmd.OutOrStdout(), write)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := buffered(f, write); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// buffered gives write a buffer before w.
func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		b.Flush()
		return err
	}
	return b.Flush()
}

// output returns the flag -o of a verb.
func output(cmd *cobra.Command) *string {
	o := cmd.Flags().StringP("output", "o", "", "file to write, - for the standard output (required)")
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic(err) // the flag was made in the line above
	}
	return o
}
