package ledger

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// session is a client that comes, works and goes, and a datagram each way.
func session() []capture.Record {
	var all []capture.Record
	for _, step := range (steps{dial, established, sendHello, readHi, readNothing, sendHello, readHi, stop0,
		bindUDP, aimUDP, insert, sendUDP, avail5, remote, readHi, stop0, status("03")}) {
		all = append(all, step...)
	}
	return all
}

// An endless reader gives session over and over, until n exchanges are written.
type endless struct {
	buf  bytes.Buffer
	w    *capture.Writer
	recs []capture.Record
	next int
	n    int
	at   time.Duration
}

func newEndless(t testing.TB, n int) *endless {
	s := &endless{recs: session(), n: n}
	w, err := capture.NewWriter(&s.buf, 1)
	require.NoError(t, err)
	s.w = w
	return s
}

// Read implements io.Reader.
func (s *endless) Read(p []byte) (int, error) {
	for s.buf.Len() == 0 && s.n > 0 {
		rec := s.recs[s.next%len(s.recs)]
		rec.Time = s.at
		s.at += 100 * time.Microsecond
		if err := s.w.Write(&rec); err != nil {
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

// What the ledger costs beside the decoder: of the same exchanges, over and
// over.
func BenchmarkAdd(b *testing.B) {
	var exchanges []decode.Event
	file, err := io.ReadAll(newEndless(b, len(session())/2))
	require.NoError(b, err)
	dec := decode.NewDecoder(bytes.NewReader(file))
	for {
		var ev decode.Event
		if dec.Next(&ev) != nil {
			break
		}
		if ev.Exchange.N != 0 {
			exchanges = append(exchanges, keep(ev))
		}
	}
	require.Len(b, exchanges, len(session())/2)
	led := New(func(*Event) {})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		led.Add(&exchanges[i%len(exchanges)])
	}
}

// keep copies an exchange out of the decoder's memory.
func keep(ev decode.Event) decode.Event {
	ex := &ev.Exchange
	ex.Request.Bytes = bytes.Clone(ex.Request.Bytes)
	ex.Reply.Bytes = bytes.Clone(ex.Reply.Bytes)
	ex.Args, ex.Request.Message = wire.ParseRequest(nil, ex.Request.Bytes, ex.Family)
	ex.Results, ex.Reply.Message = wire.ParseReply(nil, ex.Reply.Bytes, ex.Cmd, ex.Family, 0)
	return ev
}

// The decoder with the ledger, as sockets has them.
func BenchmarkDecodeAndAdd(b *testing.B) {
	file, err := io.ReadAll(newEndless(b, 100_000))
	require.NoError(b, err)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		follow(b, file, func(*Event) {})
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "exchanges/s")
}

// However long the trace, what is kept of it does not grow.
func TestMemoryIsBounded(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const n = 100_000
	closed := 0
	led := New(func(ev *Event) {
		if ev.Kind == EventClosed {
			closed++
		}
	})
	src := newEndless(t, n)
	dec := decode.NewDecoder(src)
	var ev decode.Event
	var early uint64
	for dec.Next(&ev) == nil {
		if led.Add(&ev); ev.Exchange.N == n/10 {
			early = heap()
		}
	}
	late := heap()
	runtime.KeepAlive(src)
	runtime.KeepAlive(led)
	assert.Greater(t, closed, n/10)
	assert.Less(t, late, early+1<<18)
}
