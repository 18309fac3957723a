package ninalog

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/traces"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// read returns what a log says, a line a record: > for a command, < for a
// response, ! after an incomplete one, " for a note.
func read(t testing.TB, log io.Reader, o Options) ([]string, Stats, error) {
	t.Helper()
	var all []string
	r := NewReader(log, o)
	for {
		var rec capture.Record
		if err := r.Next(&rec); err != nil {
			return all, r.Stats(), err
		}
		w := &rec.Window
		line := "\"" + string(rec.Text)
		if rec.Kind == capture.KindWindow {
			require.Len(t, w.MISO, len(w.MOSI))
			line = ">" + hex.EncodeToString(w.MOSI)
			if len(w.MOSI) > 0 && w.Reads() {
				line = "<" + hex.EncodeToString(w.MISO)
			}
			if w.Status&capture.Incomplete != 0 {
				line += "!"
			}
		}
		all = append(all, line)
	}
}

func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		log  string
		want []string
	}{
		"a request and its reply": {"COMMAND: e02000ee\r\nRESPONSE: e0a0010103ee0000\r\n", []string{">e02000ee", "<e0a0010103ee0000"}},
		"Unix line ends":          {"COMMAND: e02000ee\nRESPONSE: e0a00000\n", []string{">e02000ee", "<e0a00000"}},
		"console text":            {"ets Jun  8 2016\r\n\r\nCOMMAND: e02000ee\r\nI (12) wifi: up\r\n", []string{"\"ets Jun  8 2016", ">e02000ee", "\"I (12) wifi: up"}},
		"text in a dump":          {"COMMAND: e020I (12) wifi\r\n00ee\r\nRESPONSE: e0a00000\r\n", []string{">e020!", "\"I (12) wifi", "\"00ee", "<e0a00000"}},
		"a dump in a line":        {"I (12) wiRESPONSE: e0a00000\r\nfi\r\n", []string{"\"I (12) wi", "<e0a00000", "\"fi"}},
		"Adafruit's":              {"*** BEGIN\n.4COMMAND: e02000ee\r\nRESPONSE: e0a00000\r\n..8COMMAND: e02000ee\r\n", []string{"\"*** BEGIN", ">e02000ee", "<e0a00000", ">e02000ee"}},
		"a digit is lost":         {"COMMAND: e02000e\r\nRESPONSE: e0a00000\r\n", []string{">e02000!", "<e0a00000"}},
		"an end is lost":          {"COMMAND: e02000eeRESPONSE: e0a00000\r\n", []string{">e02000ee!", "<e0a00000"}},
		"half an end is lost":     {"COMMAND: e02000ee\rRESPONSE: e0a00000\r\n", []string{">e02000ee", "<e0a00000"}},
		"the log ends":            {"COMMAND: e02000ee\r\nRESPONSE: e0a0", []string{">e02000ee", "<e0a0!"}},
		"nothing dumped":          {"COMMAND: \r\n", []string{">"}},
		"no UTF-8":                {"a\xFFb\r\n", []string{"\"a\uFFFDb"}},
		"nothing":                 {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, stats, err := read(t, strings.NewReader(c.log), Options{})
			require.Equal(t, io.EOF, err)
			assert.Equal(t, c.want, got)
			assert.EqualValues(t, len(c.log), stats.Bytes)
			assert.Equal(t, len(got), stats.Commands+stats.Responses+stats.Notes)
			assert.Equal(t, strings.Count(strings.Join(got, "\n"), "!"), stats.Torn)
		})
	}
}

// Long lines come in as many notes as they need, and nothing of them is lost.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("wörd ", 2_000)
	got, stats, err := read(t, strings.NewReader(long+"\n"+long), Options{})
	require.Equal(t, io.EOF, err)
	assert.Equal(t, len(got), stats.Notes)
	all := ""
	for _, line := range got {
		assert.LessOrEqual(t, len(line), capture.MaxText)
		all += line[1:]
	}
	assert.Equal(t, long+long, all)

	secret := "x\n" + strings.Repeat("z", maxNote-8) + "706173737068726465\n" // half in one note, half in the next
	got, _, _ = read(t, strings.NewReader(secret), Options{Mask: wire.SecretSpans})
	assert.NotContains(t, strings.Join(got, ""), "7061")
	assert.NotContains(t, strings.Join(got, ""), "6465")
}

const secretLog = "COMMAND: e01102036c616209706173737068726465ee\r\n"

func TestSecretsAreWithheld(t *testing.T) {
	for name, c := range map[string]struct{ log, want string }{
		"whole":              {"x\n" + secretLog, ">e01102036c6162092a2a2a2a2a2a2a2a2aee"},
		"cut":                {"x\n" + secretLog[:38], ">e011022a2a2a"},
		"its label damaged":  {"x\nO" + secretLog[1:], "\"O"},
		"its beginning lost": {secretLog[35:], "\"***"},
		"text in it":         {"x\n" + secretLog[:35] + "I (12) x\r\n" + secretLog[35:], "\"***"},
	} {
		t.Run(name, func(t *testing.T) {
			got, stats, err := read(t, strings.NewReader(c.log), Options{Mask: wire.SecretSpans})
			require.Equal(t, io.EOF, err)
			all := strings.Join(got, "\n")
			assert.Contains(t, all, c.want)
			for i := 0; i+4 <= 16; i += 2 {
				assert.NotContains(t, all, "706173737068726465"[i:i+4], "a part of the passphrase")
			}
			assert.NotZero(t, stats.Masked)
		})
	}
	got, _, _ := read(t, strings.NewReader("x\nGuru Meditation at 0x400d1234, 0x3ffb1f0a\r\n"), Options{Mask: wire.SecretSpans})
	assert.Equal(t, "\"Guru Meditation at 0x400d1234, 0x3ffb1f0a", got[1], "addresses stay")
}

func TestTimes(t *testing.T) {
	const log = "one\nCOMMAND: e02000ee\r\ntwo\n"
	times := func(o Options) (all []time.Duration) {
		r := NewReader(strings.NewReader(log), o)
		var rec capture.Record
		for r.Next(&rec) == nil {
			all = append(all, rec.Time)
		}
		return all
	}
	assert.Equal(t, []time.Duration{0, Step, 2 * Step}, times(Options{}))
	clock := []time.Duration{5, 9, 7}
	assert.Equal(t, []time.Duration{5, 9, 9}, times(Options{Now: func() time.Duration {
		now := clock[0]
		clock = clock[1:]
		return now
	}}), "a clock does not go back")
}

// A record is there as soon as its line is.
func TestLive(t *testing.T) {
	in, out := io.Pipe()
	r := NewReader(in, Options{})
	go out.Write([]byte("COMMAND: e02000ee\r\nRESP"))
	var rec capture.Record
	require.NoError(t, r.Next(&rec))
	assert.Equal(t, "\xE0\x20\x00\xEE", string(rec.Window.MOSI))
	broken := errors.New("unplugged")
	out.CloseWithError(broken)
	require.NoError(t, r.Next(&rec))
	assert.Equal(t, "RESP", string(rec.Text))
	require.ErrorIs(t, r.Next(&rec), broken)
	require.ErrorIs(t, r.Next(&rec), broken)
}

// logged writes windows as the firmware would.
func logged(t *testing.T, name string) (log string, n int) {
	t.Helper()
	file, err := traces.FS.ReadFile(name)
	require.NoError(t, err)
	var b strings.Builder
	r := capture.NewReader(bytes.NewReader(file))
	var rec capture.Record
	for r.Next(&rec) == nil {
		if rec.Kind != capture.KindWindow {
			continue
		}
		n++
		if rec.Window.Reads() {
			b.WriteString("RESPONSE: " + hex.EncodeToString(rec.Window.MISO) + "\r\n")
		} else {
			b.WriteString("COMMAND: " + hex.EncodeToString(rec.Window.MOSI) + "\r\n")
		}
	}
	return b.String(), n
}

// What the firmware would have logged of a trace has the trace's exchanges.
func TestTheCorpusComesBackFromItsLog(t *testing.T) {
	names, err := fs.Glob(traces.FS, "*.nina")
	require.NoError(t, err)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			log, n := logged(t, name)
			var trace bytes.Buffer
			w, err := capture.NewWriter(&trace, time.Microsecond)
			require.NoError(t, err)
			stats, err := Import(w, iotest.HalfReader(strings.NewReader(log)), capture.Record{}, Options{Mask: wire.SecretSpans})
			require.NoError(t, err)
			require.NoError(t, w.Close())
			assert.Equal(t, n, stats.Commands+stats.Responses)
			assert.Zero(t, stats.Torn+stats.Notes)
			file, err := traces.FS.ReadFile(name)
			require.NoError(t, err)
			assert.Equal(t, exchanges(t, bytes.NewReader(file)), exchanges(t, &trace))
		})
	}
}

// exchanges returns the commands of a trace and what became of them.
func exchanges(t *testing.T, trace io.Reader) (all []string) {
	t.Helper()
	d := decode.NewDecoder(trace)
	for {
		var ev decode.Event
		err := d.Next(&ev)
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		if ex := &ev.Exchange; ex.N > 0 {
			all = append(all, fmt.Sprint(ex.Cmd, " ", ex.Status, hex.EncodeToString(ex.Request.Window.MOSI), hex.EncodeToString(ex.Reply.Window.MISO)))
		}
	}
}

// Whatever the log holds: reading ends, and what was withheld is in no record.
func FuzzReader(f *testing.F) {
	f.Add([]byte(secretLog), 3)
	f.Add([]byte("COMMAND: e020I (12) wifi\r\n00ee\r\nRESPONSE: e0a00000\r\n"), 1)
	f.Add(bytes.Repeat([]byte("COMMAND: "+strings.Repeat("0f", 3*maxLine)), 2), 100)
	f.Fuzz(func(t *testing.T, log []byte, piece int) {
		src := io.Reader(bytes.NewReader(log))
		if piece%2 == 1 {
			src = iotest.OneByteReader(src)
		}
		got, stats, err := read(t, src, Options{Mask: wire.SecretSpans})
		require.Equal(t, io.EOF, err)
		require.EqualValues(t, len(log), stats.Bytes)
		require.Len(t, got, stats.Commands+stats.Responses+stats.Notes)
		size := 0
		for _, line := range got {
			size += len(line)
		}
		require.LessOrEqual(t, size, 8*len(log)+64)
	})
}

func BenchmarkReader(b *testing.B) {
	log := strings.Repeat("COMMAND: e02f010100eeffff\r\nRESPONSE: e0af010104ee0000\r\n", 1000)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for range b.N {
		r := NewReader(strings.NewReader(log), Options{Mask: wire.SecretSpans})
		var rec capture.Record
		for r.Next(&rec) == nil {
		}
	}
}
