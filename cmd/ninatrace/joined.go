package main

import (
	"bufio"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// A joined reads traces one after the other, each opened when it is its turn.
type joined struct {
	cmd   *cobra.Command
	names []string
	out   *bufio.Writer // see input
	prog  *progress

	next int              // index in names
	cur  *traceInput      // nil: open the next
	kept map[int]*os.File // by index: copies of what can be read only once
	err  error            // of an input, which it names
}

// Read implements io.Reader.
func (j *joined) Read(p []byte) (int, error) {
	for {
		if j.cur == nil {
			if j.next == len(j.names) {
				return 0, io.EOF
			}
			if j.err = j.open(); j.err != nil {
				return 0, j.err
			}
		}
		n, err := j.cur.Read(p)
		if err == io.EOF {
			j.close()
			err = nil
		}
		if n > 0 || err != nil {
			j.err = inputError(j.name(), err)
			return n, j.err
		}
	}
}

// open opens the next trace.
func (j *joined) open() (err error) {
	f := j.kept[j.next]
	j.next++
	if f == nil {
		if j.cur, err = openTrace(j.cmd, j.name(), j.out); err == nil {
			j.cur.prog = j.prog
		}
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	j.cur, err = newTrace(&input{ctx: j.cmd.Context(), src: f, file: f}, j.name())
	return err
}

// keep makes copies of the inputs that can be read only once.
func (j *joined) keep() error {
	j.kept = map[int]*os.File{}
	for i, name := range j.names {
		in, err := openInput(j.cmd, name, nil)
		if err == nil && (in.file == nil || name == "-") {
			in.prog = j.prog
			err = j.spool(i, in)
		}
		if err != nil {
			return err
		}
		in.Close()
	}
	return nil
}

// spool copies an input to a file that goes away with the program.
func (j *joined) spool(i int, in io.Reader) error {
	f, err := os.CreateTemp("", "ninatrace-*")
	if err != nil {
		return err
	}
	j.kept[i] = f
	_, err = io.Copy(f, in)
	return err
}

// Close closes what is open and removes the copies.
func (j *joined) Close() {
	j.close()
	for _, f := range j.kept {
		f.Close()
		os.Remove(f.Name())
	}
}

// close closes the trace that is open, if one is.
func (j *joined) close() {
	if j.cur != nil {
		j.cur.Close()
		j.cur = nil
	}
}

// name returns the name of the trace that is read, or was last.
func (j *joined) name() string { return j.names[max(j.next-1, 0)] }

// failed says whose error it was, if it is none of reading.
func (j *joined) failed(err error) error {
	if j.err != nil {
		return err
	}
	return inputError(j.name(), err)
}

// rewind makes the next Read begin with the first trace.
func (j *joined) rewind() {
	j.close()
	j.next = 0
	if j.prog != nil {
		j.prog.done = 0
	}
}
