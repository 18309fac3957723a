package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture/zst"
)

// A growing reads a file that somebody else still writes, and waits at its end
// for more. When the file begins anew, or another one takes its name, it goes
// on with that from the beginning. It ends when the context does, with io.EOF.
type growing struct {
	ctx  context.Context
	name string // "-" if the file has none
	file *os.File
	read int64         // bytes of it
	out  *bufio.Writer // is written before a wait
	errs io.Writer
}

// growingPause is how long to wait before looking again.
const growingPause = 200 * time.Millisecond

// openGrowing opens a trace that grows. There need be nothing in it yet. A pipe
// is read as ever: its writer says when it ends.
func openGrowing(cmd *cobra.Command, name string, out *bufio.Writer) (*traceInput, error) {
	in, err := openInput(cmd, name, out)
	if err != nil {
		return nil, err
	}
	if in.file == nil {
		return newTrace(in, name)
	}
	if info, err := in.file.Stat(); err == nil && info.Size() > maxTraceHead {
		trace, err := newTrace(in, name)
		if err != nil {
			return nil, err
		}
		in = trace.input
	}
	at, err := in.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	g := &growing{ctx: in.ctx, name: name, file: in.file, read: at, out: out, errs: cmd.ErrOrStderr()}
	src := &input{ctx: context.WithoutCancel(in.ctx), src: g, grows: g}
	return &traceInput{src, zst.NewReader(src)}, nil
}

// maxTraceHead is the length of a file in which there must be a frame if it is
// a trace.
const maxTraceHead = 1 << 16

// Read implements io.Reader.
func (g *growing) Read(p []byte) (int, error) {
	for {
		n, err := g.file.Read(p)
		g.read += int64(n)
		if n > 0 || err != nil && err != io.EOF {
			return n, err
		}
		if g.ctx.Err() != nil {
			return 0, io.EOF
		}
		again, err := g.renewed()
		if err != nil {
			return 0, err
		}
		if again {
			continue
		}
		if err := g.out.Flush(); err != nil {
			return 0, err
		}
		select {
		case <-time.After(growingPause):
		case <-g.ctx.Done():
		}
	}
}

// renewed goes to the beginning of a file that was cut or replaced, and reports
// whether it was. One that is gone may come back.
func (g *growing) renewed() (bool, error) {
	info, err := g.file.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() < g.read {
		warn(g.errs, "%s was cut; on from its beginning", inputName(g.name))
		g.read = 0
		_, err := g.file.Seek(0, io.SeekStart)
		return true, err
	}
	now := stat(g.name, nil)
	if now == nil || os.SameFile(now, info) {
		return false, nil
	}
	f, err := os.Open(g.name)
	if err != nil {
		return false, nil // gone again
	}
	warn(g.errs, "%s is another file now; on with that", g.name)
	g.file.Close()
	g.file, g.read = f, 0
	return true, nil
}

// Close closes the file that is open now, if it has a name.
func (g *growing) Close() error {
	if g.name == "-" {
		return nil
	}
	return g.file.Close()
}
