package text_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/edit"
	"github.com/ninatrace/ninatrace/capture/text"
	"github.com/ninatrace/ninatrace/traces"
)

// textOf returns the lines of a trace.
func textOf(t testing.TB, trace []byte) string {
	var out strings.Builder
	require.NoError(t, edit.Copy(text.NewWriter(&out), capture.NewReader(bytes.NewReader(trace))))
	return out.String()
}

// back returns the trace of lines.
func back(lines string) ([]byte, error) {
	var out bytes.Buffer
	w, err := capture.NewWriter(&out, 1)
	if err != nil {
		return nil, err
	}
	if err := edit.Copy(w, text.NewReader(strings.NewReader(lines))); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// A keeper is a Sink that keeps everything.
type keeper struct{ records []any }

func (k *keeper) Begin(tick, at time.Duration) error {
	k.records = append(k.records, [2]time.Duration{tick, at})
	return nil
}

func (k *keeper) Write(rec *capture.Record) error {
	kept := *rec
	kept.Offset = 0
	w := &kept.Window
	w.MOSI, w.MISO = append([]byte(nil), w.MOSI...), append([]byte(nil), w.MISO...)
	w.Masks, w.MISOMasks = append([]capture.Span(nil), w.Masks...), append([]capture.Span(nil), w.MISOMasks...)
	kept.Text = append([]byte(nil), kept.Text...)
	kept.Labels = append([]capture.Label(nil), kept.Labels...)
	k.records = append(k.records, kept)
	return nil
}

// records returns all that a trace tells, with the recordings it is in.
func records(t testing.TB, src edit.Source) []any {
	var k keeper
	require.NoError(t, edit.Copy(&k, src))
	return k.records
}

// checkLossless takes a trace there and back.
func checkLossless(t testing.TB, trace []byte) {
	want := records(t, capture.NewReader(bytes.NewReader(trace)))
	lines := textOf(t, trace)
	requireSame(t, want, records(t, text.NewReader(strings.NewReader(lines))), "lines")
	again, err := back(lines)
	require.NoError(t, err)
	requireSame(t, want, records(t, capture.NewReader(bytes.NewReader(again))), "trace made of them")
	require.Equal(t, lines, textOf(t, again))
	for _, r := range lines {
		require.False(t, r < ' ' && r != '\n' || r >= 0x7F && r < 0xA0, "a control character: %q", r)
	}
}

// requireSame compares records one by one, so that a failure can be read.
func requireSame(t testing.TB, want, got []any, what string) {
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "%s: record %d", what, i)
	}
	require.Equal(t, len(want), len(got), what)
}

// corpus calls do with every trace of the corpus.
func corpus(t testing.TB, do func(name string, trace []byte)) {
	names, err := fs.Glob(traces.FS, "*.nina")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		trace, err := fs.ReadFile(traces.FS, name)
		require.NoError(t, err)
		do(name, trace)
	}
}

func TestCorpusIsLossless(t *testing.T) {
	corpus(t, func(name string, trace []byte) {
		checkLossless(t, trace)
		checkLossless(t, append(bytes.Clone(trace), trace...))
		checkLossless(t, append([]byte("boot \x1b[31m\a\r\n"), append(trace[:len(trace):len(trace)], "\x00bye \xe2\x82"...)...))
	})
}

// Traces that are damaged, cut and joined, at many places.
func TestDamageIsKept(t *testing.T) {
	corpus(t, func(name string, trace []byte) {
		for i := 90; i < len(trace); i += 97 {
			changed := bytes.Clone(trace)
			changed[i] ^= 1
			checkLossless(t, changed)
			checkLossless(t, append(bytes.Clone(trace[:i]), trace...))
		}
	})
}

func FuzzLossless(f *testing.F) {
	corpus(f, func(name string, trace []byte) { f.Add(trace) })
	f.Fuzz(func(t *testing.T, trace []byte) {
		var rec capture.Record
		r := capture.NewReader(bytes.NewReader(trace))
		var err error
		for rec.Kind = capture.KindText; rec.Kind == capture.KindText && err == nil; {
			err = r.Next(&rec)
		}
		if err == nil && len(trace) < 1<<14 {
			checkLossless(t, trace)
		}
	})
}

// FuzzLines reads any lines. What comes out of them makes a trace, and that
// the same lines again and again.
func FuzzLines(f *testing.F) {
	corpus(f, func(name string, trace []byte) { f.Add(textOf(f, trace)) })
	for _, lines := range good {
		f.Add("ninatrace text 1\n" + lines)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		if len(lines) > 1<<14 {
			return
		}
		trace, err := back(lines)
		var where *text.Error
		switch {
		case errors.As(err, &where):
			require.Positive(t, where.Line)
			require.Positive(t, where.Column)
			return
		case errors.Is(err, capture.ErrText):
			return
		}
		require.NoError(t, err)
		if len(trace) < 1<<18 {
			checkLossless(t, trace)
		}
	})
}

// good are lines of every kind, as they come back.
var good = []string{
	"recording 0.000000000 tick=1",
	`start 0.000000000 wall=2026-01-02T03:04:05.678Z "driver"="x=\"y\"" "b\x00\xffard"=""`,
	"window 0.000000001 call=4294967295 wait=2 ack=3 dur=4 status=wait-timeout,failed,bit7 mosi <e0 xx*8 ff*5> miso <00*14>",
	"window 0.000000009 wait=0 ack=0 dur=0 status=incomplete mosi <> miso <>",
	"window 0.000000010 wait=0 ack=0 dur=0 mosi <41 2a 41 42> miso <xx*2 2a 2a>",
	"pin 0.000000011 READY high",
	"pin 0.000000011 GPIO0 low call=7",
	"pin 0.000000011 pin200 low",
	`begin 1.000000012 call=1 NetConnect ssid=masked:4 passphrase=9 mode=0 auth=-1 retries=9223372036854775807 timeout_ns=-9223372036854775808 watchdog_ns=0 hostname="\u200b"`,
	"begin 1.000000012 call=2 SendTo sockfd=-1 buf=3:masked flags=0 to=192.0.2.1:80 deadline=1000",
	"begin 1.000000012 call=3 SendTo sockfd=1 buf=3:0badcafe flags=0 to=:80 deadline=0",
	"begin 1.000000012 call=0 SendTo sockfd=1 buf=0 flags=0 to=none deadline=0",
	"begin 1.000000012 call=9 op99",
	"end 1.000000012 call=9 op99 ok",
	"end 1.000000012 call=3 RecvFrom ok n=7 from=none data=7:masked",
	`end 1.000000012 call=3 RecvFrom error="i/o timeout"`,
	"wait 1.000000013 low wait=500 status=wait-timeout,masks call=3",
	`note 1.000000014 "a remark\n"`,
	`text 1.000000014 "boot\r\n\x1b[0m"`,
	"loss 1.000000014 frames=18446744073709551615 bytes=2 records=3 joined cut",
	"recording 1.000000014 tick=1000000",
	"pin 1.001000014 STRAP high",
	"pin 1.001000014 FLOAT low",
}

func TestLinesOfEveryKind(t *testing.T) {
	lines := "ninatrace text 1\n" + strings.Join(good, "\n") + "\n"
	trace, err := back(lines)
	require.NoError(t, err)
	assert.Equal(t, lines, textOf(t, trace))
	checkLossless(t, trace)

	byHand := strings.ReplaceAll(lines, "\n", "\r\n\r\n# a remark\n")
	again, err := back(byHand)
	require.NoError(t, err)
	assert.Equal(t, trace, again, "empty lines, remarks and the line ends of other systems")
}

// What is written by hand need not be folded.
func TestRunsByHand(t *testing.T) {
	const line = "ninatrace text 1\nstart 0.000000000\nwindow 0.000000000 wait=0 ack=0 dur=0 mosi <41 41 41 41 xx xx*2> miso <FF*6 0A>\n"
	trace, err := back(line)
	require.NoError(t, err)
	assert.Contains(t, textOf(t, trace), "mosi <41*4 xx*3> miso <ff*6 0a>")
}

func TestErrorsSayWhere(t *testing.T) {
	for line, want := range map[string]string{
		"ready 0.000000000":                            `line 2, column 1: no record is called so`,
		"pin":                                          `line 2, column 4: here should be " "`,
		"pin 0.5 READY high":                           `line 2, column 5: here should be a time in seconds, such as 12.345678901`,
		"pin -1.000000000 READY high":                  `line 2, column 5: here should be a time in seconds, such as 12.345678901`,
		"pin 0.000000000 BUSY high":                    `line 2, column 17: here should be READY, RESETN, GPIO0, STRAP, FLOAT or pinN`,
		"pin 0.000000000 READY up":                     `line 2, column 23: here should be high or low`,
		"pin 0.000000000 READY high  ":                 `line 2, column 27: nothing should follow here`,
		"pin 0.000000000 READY high call=4294967296":   `line 2, column 33: here should be a number from 0 to 4294967295`,
		"note 0.000000000 remark":                      `line 2, column 18: here should be a text in double quotes`,
		"note 0.000000000 `remark`":                    `line 2, column 18: here should be a text in double quotes`,
		`note 0.000000000 "remark`:                     `line 2, column 18: here should be a text in double quotes`,
		"recording 0.000000000 tick=5":                 `line 2, column 28: the tick of a trace is 1 ns to 1 ms, a power of ten`,
		"start 0.000000000 wall=noon":                  `line 2, column 24: here should be a time of day, such as 2026-01-02T03:04:05.678Z`,
		"end 0.000000000 call=1 Dance ok":              `line 2, column 24: no method of the driver is called so`,
		"end 0.000000000 call=1 Recv ok n=1 data=1:ab": `line 2, column 43: here should be masked, or a sum of 8 hexadecimal digits`,
		`end 0.000000000 call=1 Recv error=""`:         `line 2, column 35: an error has a text`,
		"wait 0.000000000 low wait=1 status=bored":     `line 2, column 36: no status is called so`,
		"begin 0.000000000 call=1 Addr x":              `line 2, column 30: nothing should follow here`,
		"begin 0.000000000 call=1 Bind sockfd=1 ip=x":  `line 2, column 43: here should be none, an IPv4 address with a port, or :PORT`,
	} {
		_, err := back("ninatrace text 1\n" + line)
		assert.EqualError(t, err, want, line)
	}
	const window = "window 0.000000000 wait=0 ack=0 dur=0 mosi <"
	for bytes, want := range map[string]string{
		"4> miso <00>":               `line 2, column 45: here should be two hexadecimal digits, xx, or a run such as ff*12`,
		"41":                         `line 2, column 47: here should be "> miso <"`,
		"41  42> miso <00*2>":        `line 2, column 48: here should be two hexadecimal digits, xx, or a run such as ff*12`,
		"41> miso <>":                `line 2, column 55: mosi has 1 bytes and miso 0`,
		"ff*65537> miso <>":          `line 2, column 48: here should be a number from 0 to 65536`,
		"ff*65536 00> miso <>":       `line 2, column 54: a window has no more than 65536 bytes`,
		"ff*0> miso <>":              `line 2, column 45: a run has one byte at least`,
		"ff*99999999999999999999999": `line 2, column 48: here should be a number from 0 to 65536`,
	} {
		_, err := back("ninatrace text 1\n" + window + bytes)
		assert.EqualError(t, err, want, bytes)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for _, file := range []string{"", "\n", "ninatrace text 2\n", "\x00\x02\x13"} {
		_, err := back(file)
		assert.EqualError(t, err, `line 1, column 1: the first line should be "ninatrace text 1"`, "%q", file)
	}
	_, err := back("ninatrace text 1\n# " + strings.Repeat("x", 1<<20))
	assert.EqualError(t, err, "line 2, column 524288: the line is too long")
	broken := errors.New("broken line")
	var rec capture.Record
	assert.ErrorIs(t, text.NewReader(iotest.ErrReader(broken)).Next(&rec), broken)
	assert.Equal(t, capture.ErrKind, text.NewWriter(io.Discard).Write(&capture.Record{Kind: 99}))
}
