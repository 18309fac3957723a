package capture

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// duplicate copies a trace record by record.
func duplicate(t testing.TB, trace []byte) []byte {
	var out bytes.Buffer
	w, err := NewWriter(&out, time.Nanosecond)
	require.NoError(t, err)
	r := NewReader(bytes.NewReader(trace))
	var tick, epoch time.Duration
	for {
		var rec Record
		if err := r.Next(&rec); err != nil {
			break
		}
		if k, e := r.Clock(); k != tick || e != epoch {
			require.NoError(t, w.Begin(k, e))
			tick, epoch = k, e
		}
		require.NoError(t, w.Write(&rec))
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// checkCopy copies a trace and compares what a reader tells of both, losses
// and console text included.
func checkCopy(t *testing.T, trace []byte) {
	want, err := readAll(trace)
	if err != io.EOF || !slices.ContainsFunc(want, func(rec Record) bool { return rec.Kind != KindText }) {
		return // what has no record is given a start
	}
	again := duplicate(t, trace)
	got, err := readAll(again)
	require.Equal(t, io.EOF, err)
	requireRecords(t, unplaced(want), unplaced(got))
	assert.Equal(t, again, duplicate(t, again), "a copy of a copy is the same")
}

// unplaced forgets where records stood.
func unplaced(recs []Record) []Record {
	for i := range recs {
		recs[i].Offset = 0
	}
	return recs
}

func FuzzCopy(f *testing.F) {
	for _, seed := range fuzzSeeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, trace []byte) {
		if len(trace) < 1<<16 {
			checkCopy(t, trace)
		}
	})
}

// FuzzCopyRecords is FuzzCopy for what random changes cannot reach behind the
// checksum: two frames, of a recording or two, and text between.
func FuzzCopyRecords(f *testing.F) {
	for _, seed := range fuzzSeeds(f) {
		r := NewReader(bytes.NewReader(seed))
		for r.end == nil {
			r.advance()
			f.Add(byte(3), byte(3), byte(1), byte(10), []byte("text"), bytes.Clone(r.frame.p), bytes.Clone(r.frame.p))
		}
	}
	f.Fuzz(func(t *testing.T, one, two, seq, base byte, text, first, second []byte) {
		head := func(code, seq, base byte) []byte {
			return []byte{Version<<versionShift | code%(maxTickCode+1), seq & 0x7F, base & 0x7F}
		}
		first, second = first[:min(len(first), 500)], second[:min(len(second), 500)]
		trace := seal(append(head(one, 0, 0), first...))
		trace = append(trace, text...)
		checkCopy(t, append(trace, seal(append(head(two, seq, base), second...))...))
	})
}

// A copy of a copy of damaged traces is checked at every place where they can
// be cut and joined.
func TestCopyOfPieces(t *testing.T) {
	file := smallTrace(t).file()
	for i := 0; i < len(file); i += 7 {
		checkCopy(t, file[:i])
		checkCopy(t, file[i:])
		checkCopy(t, append(bytes.Clone(file[i:]), file...))
		checkCopy(t, append(append([]byte("boot\r\n"), file[:i]...), "\x00bye\x00\x00twice\x00"...))
		changed := bytes.Clone(file)
		changed[i] ^= 0x20
		checkCopy(t, changed)
	}
}

// A long text that ends in the middle of a character, at the end of the memory
// of a reader.
func TestCopyOfLongText(t *testing.T) {
	for shift := range 5 {
		text := append(bytes.Repeat([]byte("x"), shift), bytes.Repeat([]byte("€😀"), 30000)...)
		checkCopy(t, append(text, smallTrace(t).file()...))
	}
}

func TestTextThatIsNone(t *testing.T) {
	for _, text := range []string{"a\x00b", "\x01", "\xff\xff\xff\xff", "\xe2\x82"} {
		w, err := NewWriter(io.Discard, 1)
		require.NoError(t, err)
		assert.Equal(t, ErrText, w.Write(&Record{Kind: KindText, Text: []byte(text)}), "%q", text)
	}
}

// Where replies are masked, requests need not be, and the other way around.
func TestMasksOfBothDirections(t *testing.T) {
	long := func(b byte) []byte { return bytes.Repeat([]byte{b, b + 1}, 3000) }
	many := func(step int) (spans []Span) {
		for i := range 40 {
			spans = append(spans, Span{i * step, step - 1})
		}
		return spans
	}
	for _, win := range []Window{
		{MOSI: []byte("aXXb"), MISO: []byte("cYYd"), Masks: []Span{{1, 2}}, MISOMasks: []Span{{0, 4}}},
		{MOSI: []byte("aXXb"), MISO: []byte("cYYd"), MISOMasks: []Span{{1, 1}, {3, 1}}},
		{MOSI: long('a'), MISO: long('k'), Masks: many(50), MISOMasks: many(70)},
		{MOSI: long(0xFF), MISO: long('k'), MISOMasks: []Span{{3, 5500}}},
		{MOSI: long('a'), MISO: long('k'), Masks: []Span{{0, 6000}}, MISOMasks: []Span{{0, 6000}}},
	} {
		var out bytes.Buffer
		w, err := NewWriter(&out, 1)
		require.NoError(t, err)
		require.NoError(t, w.Write(&Record{Kind: KindWindow, Window: win}))
		require.NoError(t, w.Close())
		got := read(t, out.Bytes())[1].Window
		assert.Equal(t, masked(win.MOSI, win.Masks), got.MOSI)
		assert.Equal(t, masked(win.MISO, win.MISOMasks), got.MISO)
		assert.Equal(t, win.Masks, got.Masks)
		assert.Equal(t, win.MISOMasks, got.MISOMasks)
		assert.Equal(t, len(win.Masks) > 0, got.Status&HasMasks != 0)
		assert.NotZero(t, got.Status&HasMISOMasks)
	}
}

func masked(p []byte, spans []Span) []byte {
	p = bytes.Clone(p)
	for _, s := range spans {
		copy(p[s.Off:], bytes.Repeat([]byte{'*'}, s.Len))
	}
	return p
}

// A sum tells a short payload, and is withheld with it.
func TestCallsWithoutTheirPayload(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, 1)
	require.NoError(t, err)
	connect := Call{Call: bus.Call{Op: bus.OpNetConnect, Text: "home"}, TextMasked: true}
	send := Call{Call: bus.Call{Op: bus.OpSend}, DataLen: 3, DataSum: 0xDEADBEEF, DataMasked: true}
	require.NoError(t, w.Write(&Record{Kind: KindBegin, ID: 1, Call: connect}))
	require.NoError(t, w.Write(&Record{Kind: KindBegin, ID: 2, Call: send}))
	require.NoError(t, w.Write(&Record{Kind: KindEnd, ID: 2, Call: Call{Call: bus.Call{Op: bus.OpRecv}},
		Result: Result{DataLen: 7, DataSum: 0xDEADBEEF, DataMasked: true}}))
	require.NoError(t, w.Close())
	assert.NotContains(t, out.String(), "home")
	assert.NotContains(t, out.String(), "\xEF\xBE\xAD\xDE")
	got := read(t, out.Bytes())
	connect.Text, send.DataSum = "****", 0
	assert.Equal(t, connect, got[1].Call)
	assert.Equal(t, send, got[2].Call)
	assert.Equal(t, Result{DataLen: 7, DataMasked: true}, got[3].Result)
}
