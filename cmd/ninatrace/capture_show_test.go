//go:build unix

package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// session is how long the board's program runs, in virtual time.
const session = 10 * time.Minute

// A capturing is ninatrace capture as a process, at work.
type capturing struct {
	*exec.Cmd
	file      string
	out, errs bytes.Buffer // to be read when it has ended
}

// startCapture starts ninatrace capture and waits until it has the port.
func startCapture(t *testing.T, port string, args ...string) *capturing {
	c := &capturing{file: filepath.Join(t.TempDir(), "x.nina")}
	c.Cmd = exec.Command("ninatrace", append([]string{"capture", port, "-o", c.file}, args...)...)
	c.Stdout, c.Stderr = &c.out, &c.errs
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	require.NoError(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill() })
	eventually(t, "it has the port", func() bool {
		_, err := os.Stat(c.file)
		return err == nil
	})
	return c
}

// end interrupts it when its file has so many bytes, and returns these.
func (c *capturing) end(t *testing.T, size int) []byte {
	waitForSize(t, c.file, size)
	require.NoError(t, c.Process.Signal(os.Interrupt))
	require.NoError(t, c.Wait(), c.errs.String())
	b, err := os.ReadFile(c.file)
	require.NoError(t, err)
	return b
}

func waitForSize(t *testing.T, name string, size int) {
	eventually(t, "all is written", func() bool {
		info, err := os.Stat(name)
		return err == nil && info.Size() >= int64(size)
	})
}

// eventually waits for what needs no time on a machine that has some.
func eventually(t *testing.T, what string, is func() bool) {
	for start := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
		require.Less(t, time.Since(start), 2*soon, what)
	}
}

// A board on the fastest line there is and on a slow one: what it recorded
// arrives, and cat would have kept the same. It waits for the line, or says how
// much it has dropped.
func TestTenMinutesOfABoardAreKept(t *testing.T) {
	for name, c := range map[string]struct {
		baud, bulk int
		live, slow bool
	}{
		"lossless at 12 Mbit/s": {12_000_000, 32 << 10, false, false},
		"lossless at 115200":    {115_200, 4 << 10, false, true},
		"live at 12 Mbit/s":     {12_000_000, 32 << 10, true, false},
		"live at 115200":        {115_200, 32 << 10, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			far, tty, err := pty.Open()
			require.NoError(t, err)
			defer far.Close()
			defer tty.Close()
			job := startCapture(t, tty.Name())
			b := &virtualBoard{uart: &uart{to: far, baud: c.baud, fifo: 512}, bulk: c.bulk, live: c.live}
			b.run(t, session)

			got := job.end(t, b.sent.Len())
			t.Logf("%d selects, %d bytes; the board waited for %v", b.selects, len(got), b.waited)
			require.True(t, bytes.Equal(b.sent.Bytes(), got), "the file is what the board has sent")
			b.requireWhole(t, got, session)
			assert.Equal(t, c.slow && !c.live, b.waited > 10*time.Second)
			lost := strings.Contains(job.errs.String(), "; lost: ")
			assert.Equal(t, c.live, lost, job.errs.String())
			assert.Equal(t, strings.ReplaceAll(b.said.String(), "\r\n", "\n"), job.out.String(), "console text is shown")
			assert.True(t, bytes.Equal(got, cat(t, b.sent.Bytes())), "cat keeps the same")
		})
	}
}

// cat returns what cat keeps of a port on which these bytes come.
func cat(t *testing.T, sent []byte) []byte {
	far, tty, err := pty.Open()
	require.NoError(t, err)
	defer tty.Close()
	stty := exec.Command("stty", "raw", "-echo")
	stty.Stdin = tty
	require.NoError(t, stty.Run())
	file, err := os.Create(filepath.Join(t.TempDir(), "x"))
	require.NoError(t, err)
	defer file.Close()
	cmd := exec.Command("cat", tty.Name())
	cmd.Stdout = file
	require.NoError(t, cmd.Start())
	_, err = far.Write(sent)
	require.NoError(t, err)
	waitForSize(t, file.Name(), len(sent))
	require.NoError(t, far.Close())
	_ = cmd.Wait() // an error: the line is gone
	got, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	return got
}

// recorded is what a board sends in half a minute.
func recorded(t *testing.T) []byte {
	b := &virtualBoard{uart: &uart{to: io.Discard, baud: 1_000_000, fifo: 512}, bulk: 4 << 10}
	b.run(t, 30*time.Second)
	return b.sent.Bytes()
}

// Whenever the process is killed, its file is the beginning of the trace.
func TestAKilledCaptureLeavesATrace(t *testing.T) {
	sent := recorded(t)
	rnd := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	for range 8 {
		in, board := io.Pipe()
		c := &capturing{file: filepath.Join(t.TempDir(), "x.nina")}
		c.Cmd = exec.Command("ninatrace", "capture", "-", "-o", c.file)
		c.Stdin = in
		require.NoError(t, c.Start())
		go func() {
			for rest := sent; len(rest) > 0; time.Sleep(time.Millisecond) {
				n, err := board.Write(rest[:min(len(rest), 500)])
				if err != nil {
					return
				}
				rest = rest[n:]
			}
		}()
		waitForSize(t, c.file, rnd.IntN(len(sent)))
		require.NoError(t, c.Process.Kill())
		got, err := os.ReadFile(c.file)
		require.NoError(t, err)
		require.NoError(t, in.Close())
		require.EqualError(t, c.Wait(), "signal: killed")
		require.True(t, bytes.HasPrefix(sent, got))
		requireReadable(t, got)
	}
}

// requireReadable demands that all frames but the last one are read.
func requireReadable(t *testing.T, trace []byte) {
	r := capture.NewReader(bytes.NewReader(trace))
	var rec capture.Record
	for {
		switch err := r.Next(&rec); {
		case err == io.EOF:
			return
		case err == capture.ErrNotTrace:
			require.Less(t, len(trace), 200, "the first frame was not there yet")
			return
		default:
			require.NoError(t, err)
		}
		if rec.Kind == capture.KindLoss {
			require.Equal(t, capture.Loss{Bytes: rec.Loss.Bytes, Cut: true}, rec.Loss)
		}
	}
}

// A board that is unplugged in the middle of a frame, and comes back after a
// reset, goes on in the same file.
func TestABoardIsUnpluggedAndPluggedIn(t *testing.T) {
	sent := recorded(t)
	port := filepath.Join(t.TempDir(), "port")
	plug := func() *os.File {
		far, tty, err := pty.Open()
		require.NoError(t, err)
		t.Cleanup(func() { far.Close() })
		require.NoError(t, tty.Close())
		require.NoError(t, os.Symlink(tty.Name(), port))
		return far
	}
	far := plug()
	job := startCapture(t, port)
	cut := len(sent) / 2
	for ; sent[cut-1] == 0 || sent[cut] == 0 || sent[cut-2] == 0; cut++ {
	}
	_, err := far.Write(sent[:cut])
	require.NoError(t, err)
	waitForSize(t, job.file, cut)
	require.NoError(t, os.Remove(port))
	require.NoError(t, far.Close())
	time.Sleep(50 * time.Millisecond) // the line is lost, or soon will be

	far = plug()
	var got []byte
	eventually(t, "it has the new port", func() bool { // what is written before is thrown away
		_, err := far.Write(sent)
		require.NoError(t, err)
		time.Sleep(50 * time.Millisecond)
		got, err = os.ReadFile(job.file)
		require.NoError(t, err)
		return len(got) > cut+len(sent)
	})
	require.NoError(t, job.Process.Signal(syscall.SIGINT))
	require.NoError(t, job.Wait())
	require.True(t, bytes.HasPrefix(got, sent[:cut]))
	remark, rest, _ := bytes.Cut(got[cut+1:], []byte{0})
	assert.Regexp(t, `^\[ninatrace: the line was lost at .*Z for .*\]\n$`, string(remark))
	assert.Contains(t, string(rest), string(sent), "all of it from its first byte")
	assert.Contains(t, job.errs.String(), "is lost: ")
	assert.Contains(t, job.errs.String(), "is back after ")
}
