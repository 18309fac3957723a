package capture

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A multi is a small trace of several frames.
type multi struct {
	frames [][]byte // each with its zeros
	recs   []Record // all records
	per    [][]Record
}

func (m *multi) file() []byte { return bytes.Join(m.frames, nil) }

// frameSplitter is a sink that keeps frames apart.
type frameSplitter struct{ frames [][]byte }

func (s *frameSplitter) Write(p []byte) (int, error) {
	s.frames = append(s.frames, bytes.Clone(p))
	return len(p), nil
}

// smallTrace writes a session in small frames. Its windows are short, so that
// every record is in one frame.
func smallTrace(t testing.TB) *multi {
	t.Helper()
	sink := &frameSplitter{}
	w := &Writer{tick: us}
	require.NoError(t, w.frames.init(sink, make([]byte, MinBuffer), us))
	m := &multi{recs: session()}
	for i := range m.recs {
		if i%4 == 0 {
			w.frames.seal()
		}
		require.NoError(t, w.Write(&m.recs[i]))
		k := len(sink.frames) // the frame that the record is in
		if w.frames.end == w.frames.head {
			k-- // it is sent already
		}
		for len(m.per) <= k {
			m.per = append(m.per, nil)
		}
		m.per[k] = append(m.per[k], m.recs[i])
	}
	require.NoError(t, w.Close())
	m.frames = sink.frames
	require.Len(t, m.frames, len(m.per))
	require.GreaterOrEqual(t, len(m.frames), 5)
	require.Len(t, m.per[0], 1, "the start")
	return m
}

// outcome is what a reader made of a damaged trace.
type outcome struct {
	recs  []Record // what happened on the bus
	text  []byte
	loss  Loss // the sum
	tells int
	err   error
}

// smallReader is NewReader with less memory, because so many are needed.
func smallReader(b []byte) *Reader {
	src := bufio.NewReaderSize(bytes.NewReader(b), min(len(b)+16, MaxFrame))
	return &Reader{split: splitter{src: src}}
}

func examine(b []byte) outcome {
	all, err := drain(smallReader(b))
	out := outcome{err: err}
	for _, rec := range all {
		rec.Offset = 0
		switch {
		case rec.Kind == KindText:
			out.text = append(out.text, rec.Text...)
		case rec.Kind == KindLoss && rec.Loss.Records == 0:
			out.tells++
			out.loss.Frames += rec.Loss.Frames
			out.loss.Bytes += rec.Loss.Bytes
			out.loss.Joined = out.loss.Joined || rec.Loss.Joined
			out.loss.Cut = out.loss.Cut || rec.Loss.Cut
		default:
			out.recs = append(out.recs, rec)
		}
	}
	return out
}

// requireRecords compares what happened on the bus.
func requireRecords(t *testing.T, want, got []Record, msg ...any) {
	t.Helper()
	if !slices.EqualFunc(want, got, func(a, b Record) bool { return equal(&a, &b) }) {
		require.Equal(t, want, got, msg...)
		require.Fail(t, "equal is stricter than it should be")
	}
}

// equal compares two records, apart from where they stood. It is what makes
// the tests that read a hundred thousand traces quick.
func equal(a, b *Record) bool {
	v, w := &a.Window, &b.Window
	c, d := &a.Call, &b.Call
	r, s := &a.Result, &b.Result
	return a.Kind == b.Kind && a.Time == b.Time && a.Pin == b.Pin && a.High == b.High && a.ID == b.ID &&
		v.Call == w.Call && v.Wait == w.Wait && v.Ack == w.Ack && v.Dur == w.Dur && v.Status == w.Status &&
		bytes.Equal(v.MOSI, w.MOSI) && bytes.Equal(v.MISO, w.MISO) && slices.Equal(v.Masks, w.Masks) && slices.Equal(v.MISOMasks, w.MISOMasks) &&
		c.Op == d.Op && c.Sock == d.Sock && c.Int == d.Int && c.Addr == d.Addr && c.Text == d.Text &&
		c.Hostname == d.Hostname && c.Size == d.Size && c.Wait == d.Wait &&
		c.TextMasked == d.TextMasked && c.DataMasked == d.DataMasked && r.DataMasked == s.DataMasked &&
		c.SecretLen == d.SecretLen && c.DataLen == d.DataLen && c.DataSum == d.DataSum &&
		r.N == s.N && r.Addr == s.Addr && r.Err == s.Err && r.DataLen == s.DataLen && r.DataSum == s.DataSum &&
		bytes.Equal(a.Text, b.Text) && a.Loss == b.Loss && a.Wall.Equal(b.Wall) && slices.Equal(a.Labels, b.Labels)
}

// without returns the records of all frames but some.
func (m *multi) without(gone ...int) []Record {
	var out []Record
	for i, recs := range m.per {
		if !slices.Contains(gone, i) {
			out = append(out, recs...)
		}
	}
	return out
}

// at returns the frame that a byte of the file belongs to.
func (m *multi) at(offset int) int {
	for i, f := range m.frames {
		if offset -= len(f); offset < 0 {
			return i
		}
	}
	return -1
}

// A cut is told unless it is exactly between two frames.
func TestEveryCutIsFound(t *testing.T) {
	m := smallTrace(t)
	file := m.file()
	whole, frame := 0, 0
	for n := range file {
		if n == whole+len(m.frames[frame]) {
			whole, frame = n, frame+1
		}
		got := examine(file[:n])
		want := slices.Concat(m.per[:frame]...)
		if n == whole+len(m.frames[frame])-1 { // only the zero is missing
			requireRecords(t, append(want, m.per[frame]...), got.recs)
			continue
		}
		requireRecords(t, want, got.recs)
		require.Empty(t, got.text)
		if frame == 0 {
			require.Equal(t, ErrNotTrace, got.err)
			continue
		}
		require.Equal(t, io.EOF, got.err)
		require.Equal(t, n > whole+1, got.loss.Cut, n)
		require.Equal(t, int64(max(n-whole-1, 0)), got.loss.Bytes)
	}
}

// Whoever joins late gets the rest and is told how much is missing.
func TestEveryJoinIsFound(t *testing.T) {
	m := smallTrace(t)
	file := m.file()
	whole, frame := 0, 0 // the next frame that is whole
	for n := range file {
		if n > whole {
			whole, frame = whole+len(m.frames[frame]), frame+1
		}
		got := examine(file[n:])
		lost := frame
		if n == whole-len(m.frames[max(frame-1, 0)])+1 && frame > 0 {
			lost-- // only the zero is missing
		}
		if lost == len(m.frames) {
			require.Equal(t, ErrNotTrace, got.err)
			require.Empty(t, got.recs)
			continue
		}
		requireRecords(t, slices.Concat(m.per[lost:]...), got.recs, n)
		require.Equal(t, uint64(lost), got.loss.Frames)
		require.Equal(t, lost > 0, got.loss.Joined)
	}
}

// The number of frames that are missing is told, wherever they are.
func TestLostFramesAreCounted(t *testing.T) {
	m := smallTrace(t)
	n := len(m.frames)
	for set := range 1 << n {
		var file []byte
		var gone []int
		last := -1
		for i, f := range m.frames {
			if set>>i&1 == 1 {
				gone = append(gone, i)
				continue
			}
			file, last = append(file, f...), i
		}
		got := examine(file)
		requireRecords(t, m.without(gone...), got.recs)
		missing := len(gone) - (n - 1 - last) // those at the end nobody can know of
		require.Equal(t, uint64(missing), got.loss.Frames)
		require.Equal(t, set&1 == 1 && last >= 0, got.loss.Joined)
		require.False(t, got.loss.Cut)
	}
}

// Garbage costs nothing but itself.
func TestGarbageBetweenFrames(t *testing.T) {
	m := smallTrace(t)
	rng := rand.New(rand.NewPCG(15, 16))
	for range 500 {
		var file []byte
		var noise int64
		for i := range len(m.frames) + 1 {
			if rng.IntN(2) == 0 {
				g := make([]byte, 1+rng.IntN(300))
				for k := range g {
					g[k] = byte(rng.Uint32())
				}
				g[0] = 1 // not text
				file = append(file, g...)
				noise += int64(len(g) - bytes.Count(g, []byte{0}))
			}
			if i < len(m.frames) {
				file = append(file, m.frames[i]...)
			}
		}
		got := examine(file)
		requireRecords(t, m.recs, got.recs)
		require.Equal(t, noise, got.loss.Bytes+int64(len(got.text)))
		require.Zero(t, got.loss.Frames)
	}
}

// shifted returns records as much later.
func shifted(recs []Record, by time.Duration) []Record {
	out := slices.Clone(recs)
	for i := range out {
		out[i].Time += by
	}
	return out
}

// The time goes on where one recording is put behind another, and the first
// may be cut anywhere.
func TestRecordingsInOneFile(t *testing.T) {
	m := smallTrace(t)
	file := m.file()
	for n := len(m.frames[0]); n <= len(file); n++ {
		first := examine(file[:n])
		got := examine(append(bytes.Clone(file[:n]), file...))
		require.Equal(t, io.EOF, got.err)
		if len(first.recs) < len(got.recs)-len(m.recs) { // the zero of the second ended the first
			first = examine(file[:n+1])
		}
		latest := time.Duration(0)
		for _, rec := range first.recs {
			latest = max(latest, rec.Window.End(rec.Time))
		}
		requireRecords(t, append(first.recs, shifted(m.recs, latest)...), got.recs, n)
		require.Equal(t, first.loss.Bytes, got.loss.Bytes+int64(len(got.text)))
		require.False(t, got.loss.Joined)
	}
}

// A recording that goes on with another's next number is not taken for it.
func TestTheMiddleOfAnotherRecording(t *testing.T) {
	a, b := smallTrace(t), smallTrace(t)
	for i := range a.frames {
		for k := range b.frames {
			file := slices.Concat(bytes.Join(a.frames[:i+1], nil), bytes.Join(b.frames[k:], nil))
			got := examine(file)
			wantJoin := k > 0 && k <= i
			require.Equal(t, wantJoin, got.loss.Joined, "%d then %d", i, k)
			require.Len(t, got.recs, len(slices.Concat(a.per[:i+1]...))+len(slices.Concat(b.per[k:]...)))
		}
	}
}

// A frame whose time does not fit is of another recording, whatever its
// number is.
func TestTheTimeTellsRecordingsApart(t *testing.T) {
	one := write(t, us, []Record{{Kind: KindStart}, {Kind: KindPin, Time: time.Hour}})
	hour := uint64(time.Hour / us)
	for _, c := range []struct {
		seq, base uint64
		joined    bool
		lost      uint64
	}{
		{2, hour, false, 0}, // after the start's frame and the pin's
		{2, hour + 1, true, 0},
		{2, hour - 1, true, 0},
		{2, 5, true, 0},
		{10, hour, false, 8},
		{10, hour + 1, false, 8},
		{10, hour - 1, true, 0},
	} {
		got := examine(append(bytes.Clone(one), craft(c.seq, c.base, pinRecord)...))
		require.Equal(t, c.joined, got.loss.Joined, "%+v", c)
		require.Equal(t, c.lost, got.loss.Frames, "%+v", c)
		at := time.Duration(c.base+1) * us
		if c.joined {
			at += time.Hour
		}
		require.Equal(t, at, got.recs[2].Time, "%+v", c)
	}
	coarse := seal([]byte{0x16, 1, 0, 2, 4, 1, 1, 1, 0})
	require.True(t, examine(append(write(t, us, nil), coarse...)).loss.Joined, "another tick")
}
