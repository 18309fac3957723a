package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture/live"
	"github.com/ninatrace/ninatrace/internal/endpoint"
)

func TestConsoleTextCannotChangeATerminal(t *testing.T) {
	for text, want := range map[string]string{
		"one\r\ntwo\n":            "one\ntwo\n",
		"50 %\r60 %\r\n":          "50 %\n60 %\n",
		"\x1B[31mred\x07\ttab":    "\uFFFD[31mred\uFFFD\ttab",
		"grüße \xFF \u202Eback\n": "grüße \uFFFD \uFFFDback\n",
	} {
		v := view{}
		var got []byte
		for rest := []byte(text); len(rest) > 0; { // as it comes, a character at a time
			_, n := utf8.DecodeRune(rest)
			got = v.readable(got, rest[:n])
			rest = rest[n:]
		}
		assert.Equal(t, want, string(got))
		assert.Equal(t, want, string((&view{}).readable(nil, []byte(text))))
	}
}

// watched runs a view on what write writes, in virtual time, and returns the
// text it showed.
func watched(t *testing.T, decode bool, write func(io.Writer)) (shown string) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		v := &view{screen: newScreen(&out, io.Discard, true), decode: decode}
		feed := live.NewFeed(v.early)
		done := make(chan struct{})
		go func() {
			v.watch(feed)
			close(done)
		}()
		write(feed)
		require.NoError(t, feed.Close())
		<-done
		require.NoError(t, v.screen.close())
		shown = out.String()
	})
	return shown
}

// The last words of a program that crashed are shown although no frame follows,
// and once although one does in the end.
func TestTextIsShownBeforeItsEndAndOnce(t *testing.T) {
	trace, err := os.ReadFile(httpGet)
	require.NoError(t, err)
	for _, decode := range []bool{false, true} {
		got := watched(t, decode, func(w io.Writer) {
			w.Write(trace)
			io.WriteString(w, "panic: nil\n")
			time.Sleep(time.Second)
			io.WriteString(w, "at main.go\n")
			time.Sleep(time.Second)
			w.Write(trace)
			io.WriteString(w, "started\n")
			w.Write(trace)
		})
		if !decode {
			assert.Equal(t, "panic: nil\nat main.go\nstarted\n", got)
			continue
		}
		for _, line := range []string{"│ panic: nil\n", "│ at main.go\n", "│ started\n"} {
			assert.Equal(t, 1, strings.Count(got, line), line)
		}
		assert.Equal(t, 3, strings.Count(got, "recording starts"))
	}
}

func TestWhatIsToldOfABoardWithoutATrace(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		bytes, texts int64
		frames, log  bool
		baud         int
		want         string
	}{
		"nothing":     {baud: 9600, want: "nothing comes from /dev/x: "},
		"garbage":     {bytes: 100, baud: 9600, want: "is 9600 the baud rate of the board?"},
		"not serial":  {bytes: 100, want: "is that what /dev/x sends?"},
		"only text":   {bytes: 100, texts: 90, baud: 9600, want: "does the program record"},
		"another log": {bytes: 100, log: true, want: "SET_DEBUG"},
		"a trace":     {bytes: 100, frames: true},
	} {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			s := newScreen(io.Discard, &errs, false)
			r := &reporter{view: &view{screen: s, log: c.log}, screen: s, source: "/dev/x", baud: c.baud, start: start}
			r.came.Store(c.bytes)
			g := glance{texts: c.texts, frames: c.frames}
			for at := time.Duration(0); at < time.Minute; at += statusEvery {
				r.advise(start.Add(at), &g)
			}
			require.NoError(t, s.close())
			if c.want == "" {
				assert.Empty(t, errs.String())
				return
			}
			assert.Contains(t, errs.String(), c.want)
			assert.Equal(t, 1, strings.Count(errs.String(), "\n"), "once")
		})
	}
}

func TestTheStatusLine(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := &reporter{start: start, mark: start}
	r.came.Store(123456)
	now := start.Add(3723 * time.Second)
	r.measure(now.Add(-2*time.Second), 100000)
	r.measure(now, 123456)
	g := glance{exchanges: 1}
	g.lost.Frames, g.lost.Records, g.lost.Joined = 2, 7, true
	assert.Equal(t, "1:02:03  1 exchange  123.5 kB  11.7 kB/s  lost: 2 frames, 7 records", r.status(now, &g))
	r.lost.Store(now.Add(-65 * time.Second).UnixNano())
	assert.True(t, strings.HasSuffix(r.status(now, &glance{}), "  the line is lost for 01:05"))
	assert.Equal(t, "999 B", size(999))
	assert.Equal(t, "1.0 kB", size(1000))
	assert.Equal(t, "2.5 GB", size(2.5e9))
	assert.Equal(t, "9000.0 GB", size(9e12))
}

// A reader that does not read holds nobody up, and is told what it missed.
func TestAScreenThatIsHeld(t *testing.T) {
	held, show := io.Pipe()
	var errs bytes.Buffer
	s := newScreen(show, &errs, false)
	for range 3 * screenQueue {
		s.print([]byte("line\n"))
	}
	go io.Copy(io.Discard, held)
	require.NoError(t, s.close())
	assert.Regexp(t, `^ninatrace: \d+ pieces of text found nobody who read in time; the trace has them\n$`, errs.String())
}

func TestTextThatCannotBeShownKeepsTheTrace(t *testing.T) {
	trace, err := os.ReadFile(httpGet)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "x.nina")
	var errs bytes.Buffer
	code := run(t.Context(), []string{"capture", "-", "-o", file, "--decode"}, bytes.NewReader(trace), full{}, &errs)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errs.String(), "cannot write the text: no room\n")
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, trace, got)
}

// Ctrl-C is the normal end, also of an input from which nothing comes.
func TestInterruptEndsACapture(t *testing.T) {
	trace, err := os.ReadFile(httpGet)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "x.nina")
	in, board := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	code := make(chan int)
	go func() { code <- run(ctx, []string{"capture", "-", "-o", file}, in, io.Discard, io.Discard) }()
	_, err = board.Write(trace)
	require.NoError(t, err)
	for start := time.Now(); time.Since(start) < soon; time.Sleep(time.Millisecond) {
		if info, err := os.Stat(file); err == nil && info.Size() == int64(len(trace)) {
			break
		}
	}
	interrupt()
	select {
	case got := <-code:
		assert.Equal(t, exitGood, got)
	case <-time.After(soon):
		t.Fatal("it goes on")
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, trace, got)
}

func TestDurationEndsACapture(t *testing.T) {
	var errs bytes.Buffer
	in, _ := io.Pipe()
	file := filepath.Join(t.TempDir(), "x.nina")
	code := run(t.Context(), []string{"capture", "-", "-o", file, "--duration", "10ms"}, in, io.Discard, &errs)
	assert.Equal(t, exitFinding, code, "nothing came")
	assert.Contains(t, errs.String(), "there is no trace in it")
}

func TestPortsAreListed(t *testing.T) {
	ports := []endpoint.Port{
		{Name: "/dev/ttyACM0", VID: "2341", PID: "8057", Product: "Arduino NANO 33 IoT", SerialNumber: "A1"},
		{Name: "/dev/ttyACM1", VID: "239a", PID: "80f4", Product: "Pico\x1B"},
		{Name: "/dev/ttyS0"},
		{Name: "/dev/ttyUSB0", VID: "10c4", PID: "ea60"},
	}
	var out, errs bytes.Buffer
	require.NoError(t, listPorts(&out, &errs, ports, false))
	assert.Equal(t, strings.Join([]string{
		"/dev/ttyACM0  2341:8057  * Arduino Nano 33 IoT",
		"/dev/ttyACM1  239a:80f4  Pico\uFFFD",
		"/dev/ttyS0",
		"/dev/ttyUSB0  10c4:ea60  Silicon Labs, USB to UART", "",
	}, "\n"), out.String())
	assert.Empty(t, errs.String())

	out.Reset()
	require.NoError(t, listPorts(&out, &errs, ports, true))
	var list []portJSON
	require.NoError(t, json.Unmarshal(out.Bytes(), &list))
	require.Len(t, list, 4)
	assert.Equal(t, portJSON{"/dev/ttyACM0", "2341", "8057", "A1", "Arduino NANO 33 IoT", "Arduino", "Arduino Nano 33 IoT"}, list[0])

	out.Reset()
	assert.Equal(t, errFinding, listPorts(&out, &errs, nil, true))
	assert.Equal(t, "[]\n", out.String())
	assert.Contains(t, errs.String(), "there is no serial port; ")
}
