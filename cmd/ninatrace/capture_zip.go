package main

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/ninatrace/ninatrace/capture/zst"
)

// zipDelay is how long what is compressed may wait for more: what a process that
// is killed takes with it. Each time costs a few bytes of the file.
const zipDelay = time.Second

// A zipFile is a compressed file that can be read while it is written, but for
// the last moment. Its end is missing unless it is closed.
type zipFile struct {
	file *os.File

	mu    sync.Mutex
	zip   io.WriteCloser
	timer *time.Timer // runs while something waits, nil: nothing does
	err   error       // of a flush
}

func newZipFile(f *os.File) *zipFile { return &zipFile{file: f, zip: zst.NewWriter(f)} }

// Write implements io.Writer.
func (z *zipFile) Write(p []byte) (int, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.err != nil {
		return 0, z.err
	}
	if z.timer == nil {
		z.timer = time.AfterFunc(zipDelay, z.flush)
	}
	return z.zip.Write(p)
}

func (z *zipFile) flush() {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.timer != nil {
		z.timer = nil
		z.err = z.zip.(interface{ Flush() error }).Flush()
	}
}

// Close writes the end.
func (z *zipFile) Close() error {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.timer != nil {
		z.timer.Stop()
		z.timer = nil
	}
	return errors.Join(z.err, z.zip.Close(), z.file.Close())
}
