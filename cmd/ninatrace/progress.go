package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// A progress shows how much of the input is read, in one line that it writes
// again and again and takes away at the end. What is done soon shows nothing.
type progress struct {
	w     io.Writer
	now   func() time.Time
	total int64 // bytes, 0 if nobody knows
	done  int64
	next  time.Time // when to show it
	shown bool
}

// How long nothing is shown, and how often then.
const (
	progressAfter = time.Second
	progressEvery = time.Second / 5
)

// startProgress returns a progress on the standard error, nil unless that is a
// terminal on which nothing else appears meanwhile.
func startProgress(cmd *cobra.Command, out string, inputs ...string) *progress {
	if !terminal(cmd.ErrOrStderr()) || out == "-" && terminal(cmd.OutOrStdout()) {
		return nil
	}
	p := &progress{w: cmd.ErrOrStderr(), now: time.Now}
	for _, name := range inputs {
		if info := stat(name, cmd.InOrStdin()); info != nil && info.Mode().IsRegular() {
			p.total += info.Size()
		}
	}
	p.next = p.now().Add(progressAfter)
	return p
}

// terminal reports whether w is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// add counts bytes that were read. p may be nil.
func (p *progress) add(n int) {
	if p == nil {
		return
	}
	p.done += int64(n)
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(progressEvery), true
	if p.total > 0 {
		fmt.Fprintf(p.w, "\rninatrace: %d of %d MB read", p.done>>20, p.total>>20)
	} else {
		fmt.Fprintf(p.w, "\rninatrace: %d MB read", p.done>>20)
	}
}

// stop takes the line away. p may be nil.
func (p *progress) stop() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
