package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// output returns the flag -o of a verb.
func output(cmd *cobra.Command) *string {
	o := cmd.Flags().StringP("output", "o", "", "file to write, - for the standard output (required)")
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic(err) // the flag was made in the line above
	}
	return o
}

// writeOutput makes a file of what write writes, or sends it to the standard
// output for "-". A file appears whole or not at all: an old one is kept until
// the new one is finished, and its permissions stay. Links are followed. What
// is no regular file, such as a pipe or a device, is written to and never
// replaced.
func writeOutput(cmd *cobra.Command, name string, write func(*bufio.Writer) error) error {
	if name == "-" || sameFile(statOutput(cmd, name), statOutput(cmd, "-")) {
		return buffered(cmd.OutOrStdout(), "standard output", write)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(name); err == nil {
			return outputFailed(name, errors.New("it is a link to a file that does not exist"))
		}
		return replace(name, name, nil, write)
	case err != nil:
		return outputFailed(name, err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return outputFailed(name, err)
	}
	if !info.Mode().IsRegular() {
		return closed(f, name, buffered(f, name, write))
	}
	f.Close() // it may be written, and so replaced
	path, err := filepath.EvalSymlinks(name)
	if err != nil {
		return outputFailed(name, err)
	}
	return replace(path, name, info, write)
}

// replace writes a new file and gives it the path when it is finished. old is
// what is there, nil for nothing.
func replace(path, name string, old fs.FileInfo, write func(*bufio.Writer) error) error {
	mode := fs.FileMode(0o666) // less the umask
	if old != nil {
		mode = old.Mode().Perm()
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".ninatrace-%016x", rand.Uint64()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return outputFailed(name, err)
	}
	defer os.Remove(temp)
	if err := closed(f, name, buffered(f, name, write)); err != nil {
		return err
	}
	if old != nil {
		err = os.Chmod(temp, mode)
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return outputFailed(name, err)
	}
	return nil
}

// closed closes a file that was written with err.
func closed(f *os.File, name string, err error) error {
	if closing := f.Close(); err == nil && closing != nil {
		return outputFailed(name, closing)
	}
	return err
}

// buffered gives write a buffer before w. Errors of w are outputErrors.
func buffered(w io.Writer, name string, write func(*bufio.Writer) error) error {
	b := bufio.NewWriterSize(namedWriter{w, name}, 1<<16)
	err := write(b)
	if flushing := b.Flush(); flushing != nil {
		return flushing
	}
	return err
}

// A namedWriter tells in its errors where it writes to.
type namedWriter struct {
	io.Writer
	name string
}

func (w namedWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		err = outputFailed(w.name, err)
	}
	return n, err
}

// keepInputs refuses an output that is one of the inputs, which it would
// destroy.
func keepInputs(cmd *cobra.Command, out string, inputs ...string) error {
	info := statOutput(cmd, out)
	if info == nil || !info.Mode().IsRegular() {
		return nil
	}
	for _, name := range inputs {
		if sameFile(info, stat(name, cmd.InOrStdin())) {
			return usage(cmd, "the output is the input, %s, which would be lost", inputName(name))
		}
	}
	return nil
}

// statOutput is stat for outputs.
func statOutput(cmd *cobra.Command, name string) fs.FileInfo { return stat(name, cmd.OutOrStdout()) }

// stat says what a file is; "-" is std. Nil: nobody knows.
func stat(name string, std any) fs.FileInfo {
	if name != "-" {
		info, _ := os.Stat(name)
		return info
	}
	if f, ok := std.(*os.File); ok {
		info, _ := f.Stat()
		return info
	}
	return nil
}

// sameFile is os.SameFile for files of which one may be unknown.
func sameFile(a, b fs.FileInfo) bool { return a != nil && b != nil && os.SameFile(a, b) }
