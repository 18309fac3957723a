package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// progressEvery is how often progress is told.
const progressEvery = 200 * time.Millisecond

// showProgress tells on a terminal how much of the input was read, until the
// function it returns is called.
func (in *input) showProgress(cmd *cobra.Command) (stop func()) {
	w := cmd.ErrOrStderr()
	if f, ok := w.(*os.File); !ok || !terminal(f) {
		return func() {}
	}
	size, _ := in.size() // 0 for a pipe
	return progress(w, size, in.read.Load)
}

// progress tells how much was read of a size, 0 where that is unknown, in one
// line that stop removes. What takes no time tells nothing.
func progress(w io.Writer, size int64, read func() int64) (stop func()) {
	done, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for told := false; ; told = true {
			select {
			case <-done:
				if told {
					fmt.Fprint(w, "\r\x1B[K")
				}
				return
			case <-tick.C:
				fmt.Fprintf(w, "\r\x1B[K%s", progressText(read(), size))
			}
		}
	}()
	return func() {
		close(done)
		<-over
	}
}

// progressText returns "42 %, 120 of 286 MB".
func progressText(read, size int64) string {
	const mega = 1e6
	if size <= 0 {
		return fmt.Sprintf("%.1f MB", float64(read)/mega)
	}
	read = min(read, size)
	return fmt.Sprintf("%d %%, %.1f of %.1f MB", int64(float64(read)/float64(size)*100), float64(read)/mega, float64(size)/mega)
}

// terminal reports whether f is one.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
