package decode

import (
	"bytes"
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// session is a client at work: it asks for its state, sends, and receives.
func session() []capture.Record {
	data := "E04402 000100 0040" + string(bytes.Repeat([]byte("61"), 64)) + "EEFFFFFF"
	return []capture.Record{
		sent("E02F010100EEFFFF"), read("E0AF010104EE"),
		sent(data), read("E0C401024000EE"),
		sent("E02A010100EEFFFF"), read("E0AA010101EE"),
		sent("E02B010100EEFFFF"), read("E0AB01020800EE"),
		sent("E04502 000100 0002DC05 EEFF"), read("E0C5010008 6162636465666768 EE"),
		sent("E04502 000100 0002DC05 EEFF"), read("E0C5010000EE"),
		sent("E02000EE"), read("E0A0010103EE"),
	}
}

// A source is a trace without end, made while it is read: session over and
// over, until n exchanges are written.
type source struct {
	buf  bytes.Buffer
	w    *capture.Writer
	recs []capture.Record
	next int
	n    int
}

func newSource(t testing.TB, n int) *source {
	s := &source{recs: session(), n: n}
	w, err := capture.NewWriter(&s.buf, 1)
	require.NoError(t, err)
	s.w = w
	return s
}

func (s *source) Read(p []byte) (int, error) {
	for s.buf.Len() == 0 && s.n > 0 {
		rec := &s.recs[s.next%len(s.recs)]
		rec.Time += 1400 * us
		if err := s.w.Write(rec); err != nil {
			return 0, err
		}
		s.n -= s.next & 1
		s.next++
	}
	if s.buf.Len() == 0 {
		if err := s.w.Close(); err != nil {
			return 0, err
		}
	}
	return s.buf.Read(p)
}

// file returns a trace of n exchanges.
func file(t testing.TB, n int) []byte {
	b, err := io.ReadAll(newSource(t, n))
	require.NoError(t, err)
	return b
}

// decodeAll runs f for every event of a trace and returns the number of
// exchanges.
func decodeAll(t testing.TB, r io.Reader, f func(*Event)) (n int) {
	d := NewDecoder(r)
	var ev Event
	for {
		switch err := d.Next(&ev); err {
		case nil:
			n = max(n, ev.Exchange.N)
			f(&ev)
		case io.EOF:
			return n
		default:
			require.NoError(t, err)
		}
	}
}

func benchmark(b *testing.B, f func(*Event)) {
	trace := file(b, 100_000)
	b.SetBytes(int64(len(trace)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n += decodeAll(b, bytes.NewReader(trace), f)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "exchanges/s")
}

// The capture reader and the decoder together, as for a summary.
func BenchmarkDecode(b *testing.B) { benchmark(b, func(*Event) {}) }

func BenchmarkDecodeJSON(b *testing.B) {
	var buf []byte
	benchmark(b, func(ev *Event) { buf = AppendJSON(buf[:0], &ev.Exchange, 64) })
}

func BenchmarkDecodeText(b *testing.B) {
	var buf []byte
	benchmark(b, func(ev *Event) { buf = AppendText(buf[:0], ev, TextOptions{Payload: 32}) })
}

func BenchmarkDecodeSummary(b *testing.B) {
	var s Summary
	benchmark(b, s.Add)
}

// Once warm, an exchange costs no allocation.
func TestDecodingAllocatesNothing(t *testing.T) {
	d := NewDecoder(bytes.NewReader(file(t, 5000)))
	var ev Event
	next := func() { require.NoError(t, d.Next(&ev)) }
	for range 1000 {
		next()
	}
	assert.Zero(t, testing.AllocsPerRun(3000, func() {
		if d.Next(&ev) != nil {
			panic("the trace is too short")
		}
	}))
}

// However long the trace, what is kept of it does not grow.
func TestMemoryIsBounded(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const n = 100_000 // 15 MB of bus traffic
	var s Summary
	src := newSource(t, n)
	var early uint64
	got := decodeAll(t, src, func(ev *Event) {
		if s.Add(ev); ev.Exchange.N == n/10 {
			early = heap()
		}
	})
	late := heap()
	runtime.KeepAlive(src)
	assert.Equal(t, n, got)
	assert.Equal(t, n, s.Exchanges)
	assert.Less(t, late, early+1<<18)
}
