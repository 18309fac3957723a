package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A page is where a verb writes while a test reads.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *page) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// take returns what was written since it was called last.
func (s *page) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.text.Reset()
	return s.text.String()
}

// A following is a decode --follow at work, in a bubble.
type following struct {
	t         *testing.T
	path      string
	out, errs page
	interrupt context.CancelFunc
	code      chan int
}

func follow(t *testing.T, flags string, begin []byte) *following {
	f := &following{t: t, path: filepath.Join(t.TempDir(), "x.nina"), code: make(chan int, 1)}
	require.NoError(t, os.WriteFile(f.path, begin, 0o666))
	ctx, stop := context.WithCancel(t.Context())
	f.interrupt = stop
	args := append(strings.Fields("decode --follow "+flags), f.path)
	go func() { f.code <- run(ctx, args, nil, &f.out, &f.errs) }()
	f.wait()
	return f
}

// wait waits until all that is there is read.
func (f *following) wait() {
	time.Sleep(2 * growingPause)
	synctest.Wait()
}

// grow appends to the file.
func (f *following) grow(p []byte) {
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND, 0)
	require.NoError(f.t, err)
	_, err = file.Write(p)
	require.NoError(f.t, err)
	require.NoError(f.t, file.Close())
	f.wait()
}

// end interrupts and returns the exit status.
func (f *following) end() int {
	f.interrupt()
	return <-f.code
}

// bubble runs a test with a trace whose connection is polled.
func bubble(t *testing.T, test func(t *testing.T, trace []byte)) {
	trace, err := os.ReadFile("../../traces/arduino-1.9.1-server-echo.nina")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) { test(t, trace) })
}

func TestFollowShowsWhatComes(t *testing.T) {
	bubble(t, func(t *testing.T, trace []byte) {
		f := follow(t, "--all", nil)
		assert.Empty(t, f.out.take())
		var shown strings.Builder
		for len(trace) > 0 {
			n := min(len(trace), 500) // in the middle of frames
			f.grow(trace[:n])
			shown.WriteString(f.out.take())
			trace = trace[n:]
		}
		assert.Contains(t, shown.String(), "GET_STATE_TCP         sock=0 → state=1(LISTEN)\n", "before the end")
		assert.Equal(t, exitGood, f.end())
		shown.WriteString(f.out.take())
		var whole bytes.Buffer
		require.Zero(t, run(t.Context(), []string{"decode", "--all", f.path}, nil, &whole, &f.errs))
		assert.Equal(t, whole.String(), shown.String())
		assert.Empty(t, f.errs.take())
	})
}

func TestFollowShowsCountedPollsAtTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T, trace []byte) {
		f := follow(t, "--until #9", nil)
		f.grow(trace)
		assert.Equal(t, exitGood, <-f.code, "after exchange 9 there is nothing to wait for")
		assert.Contains(t, f.out.take(), "   ×7 ")
	})
}

func TestFollowGoesOnWithAFileThatBeginsAgain(t *testing.T) {
	bubble(t, func(t *testing.T, trace []byte) {
		f := follow(t, "", trace)
		f.out.take()
		require.NoError(t, os.Truncate(f.path, 0))
		f.wait()
		f.grow(trace)
		assert.Contains(t, f.errs.take(), "was cut; on from its beginning\n")
		assert.Contains(t, f.out.take(), "SET_PASSPHRASE")
		assert.Equal(t, exitGood, f.end())
	})
}

func TestFollowGoesOnWithTheFileThatTakesTheName(t *testing.T) {
	bubble(t, func(t *testing.T, trace []byte) {
		f := follow(t, "", trace)
		f.out.take()
		require.NoError(t, os.Rename(f.path, f.path+".1"))
		f.wait()
		assert.Empty(t, f.errs.take(), "another one may come")
		require.NoError(t, os.WriteFile(f.path, trace, 0o666))
		f.wait()
		assert.Contains(t, f.errs.take(), "is another file now; on with that\n")
		assert.Contains(t, f.out.take(), "SET_PASSPHRASE")
		assert.Equal(t, exitGood, f.end())
	})
}

func TestFollowRefusesWhatIsNoTrace(t *testing.T) {
	bubble(t, func(t *testing.T, _ []byte) {
		f := follow(t, "", []byte(strings.Repeat("just text\n", maxTraceHead/8)))
		assert.Equal(t, exitUsage, <-f.code)
		assert.Contains(t, f.errs.take(), "not a ninatrace file")
	})
}
