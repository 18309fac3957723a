package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const httpGet = "../../traces/http-get.nina"

// soon is how long what needs no time may take on a busy machine.
const soon = 20 * time.Second

// full is a Writer without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	for _, args := range []string{
		"decode", "decode --json", "decode --all --utc", "info", "info --json", "replay", "export --to pcapng -o -",
		"cat -o -", "cat --zstd -o -", "cat --mask ssid -o -", "text",
	} {
		t.Run(args, func(t *testing.T) {
			var errs bytes.Buffer
			line := append(strings.Fields(args), httpGet)
			assert.Equal(t, exitUsage, run(t.Context(), line, nil, full{}, &errs))
			assert.Equal(t, "ninatrace: cannot write standard output: no room\n", errs.String())
		})
	}
}

// silent is an input from which nothing ever comes.
type silent struct {
	read chan bool // the first read has begun
	end  <-chan struct{}
}

func (s silent) Read([]byte) (int, error) {
	close(s.read)
	<-s.end
	return 0, io.EOF
}

func TestInterruptEndsAWaitForInput(t *testing.T) {
	for _, args := range []string{
		"decode", "info", "replay", "export --to pcapng -o -", "import --from saleae -o -",
		"import --from vcd -o -", "import --from nina-log -o -",
		"cat -o -", "cat --mask payload --zstd -o -", "cat --from -1s -o -", "text", "text --back -o -",
	} {
		t.Run(args, func(t *testing.T) {
			in := silent{make(chan bool), t.Context().Done()}
			ctx, interrupt := context.WithCancel(t.Context())
			var errs bytes.Buffer
			code := make(chan int)
			go func() { code <- run(ctx, append(strings.Fields(args), "-"), in, io.Discard, &errs) }()
			<-in.read
			interrupt()
			select {
			case got := <-code:
				assert.Equal(t, exitInterrupted, got)
				assert.Equal(t, "ninatrace: interrupted\n", errs.String())
			case <-time.After(soon):
				t.Fatal("still waiting")
			}
		})
	}
}

func TestInterruptLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	code := run(ctx, []string{"export", "--to", "pcapng", httpGet, "-o", filepath.Join(dir, "x")}, nil, io.Discard, io.Discard)
	assert.Equal(t, exitInterrupted, code)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestWhatIsDecodedIsShownBeforeAWaitForMore(t *testing.T) {
	trace, err := os.ReadFile(httpGet)
	require.NoError(t, err)
	in, board := io.Pipe()
	screen, out := io.Pipe()
	code := make(chan int)
	go func() { code <- run(t.Context(), []string{"decode", "-"}, in, out, io.Discard) }()
	_, err = board.Write(trace)
	require.NoError(t, err)

	line := make(chan string)
	go func() {
		r := bufio.NewReader(screen)
		first, _ := r.ReadString('\n')
		line <- first
		_, _ = io.Copy(io.Discard, r)
	}()
	select {
	case first := <-line:
		assert.Contains(t, first, "recording starts")
	case <-time.After(soon):
		t.Fatal("nothing is shown")
	}
	require.NoError(t, board.Close())
	assert.Equal(t, exitGood, <-code)
}

// With the shell's > and >> the standard output is a file like any other.
func TestOutputToTheStandardOutputsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	require.Zero(t, run(t.Context(), []string{"export", "--to", "pcapng", httpGet, "-o", path}, nil, f, io.Discard))
	before, err := f.Stat()
	require.NoError(t, err)
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after), "it is written to, not replaced")
	assert.NotZero(t, after.Size())
}

func TestStandardFilesAreInputsAndOutputsToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.nina")
	trace, err := os.ReadFile(httpGet)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, trace, 0o666))
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	require.NoError(t, err)
	defer f.Close()

	for _, args := range []string{"export --to pcapng - -o " + path, "export --to pcapng -o - " + path} {
		var errs bytes.Buffer
		assert.Equal(t, exitUsage, run(t.Context(), strings.Fields(args), f, f, &errs))
		assert.Contains(t, errs.String(), "the output is the input")
	}
	now, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, trace, now)
}

// A shell may have read a part of the standard input.
func TestStandardInputIsReadFromWhereItStands(t *testing.T) {
	trace, err := os.ReadFile(httpGet)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(path, append([]byte("a line\n"), trace...), 0o666))
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	_, err = f.Seek(7, io.SeekStart)
	require.NoError(t, err)

	var out, errs bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"decode", "-"}, f, &out, &errs), errs.String())
	assert.NotContains(t, out.String(), "a line")
}
