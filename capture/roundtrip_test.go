package capture

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// clone makes a record independent of the reader's memory.
func clone(r Record) Record {
	w := &r.Window
	w.MOSI, w.MISO = append([]byte(nil), w.MOSI...), append([]byte(nil), w.MISO...)
	w.Masks = append([]Span(nil), w.Masks...)
	w.MISOMasks = append([]Span(nil), w.MISOMasks...)
	r.Text = bytes.Clone(r.Text)
	r.Labels = append([]Label(nil), r.Labels...)
	return r
}

// readAll returns the records of a trace and the error that ended it.
func readAll(b []byte) ([]Record, error) { return drain(NewReader(bytes.NewReader(b))) }

func drain(r *Reader) ([]Record, error) {
	var all []Record
	for {
		var rec Record
		if err := r.Next(&rec); err != nil {
			return all, err
		}
		all = append(all, clone(rec))
	}
}

// read is readAll for traces that must be whole.
func read(t *testing.T, b []byte) []Record {
	t.Helper()
	all, err := readAll(b)
	require.Equal(t, io.EOF, err)
	return all
}

// sameRecord compares what a trace keeps, apart from where it stood.
func sameRecord(t *testing.T, want, got Record) {
	t.Helper()
	want.Offset, got.Offset = 0, 0
	require.Equal(t, clone(want), clone(got))
}

// session is one of each record, in order.
func session() []Record {
	peer := netip.MustParseAddrPort("192.168.1.10:80")
	us := time.Microsecond
	return []Record{
		{Kind: KindStart, Wall: time.Unix(0, 1700000000123456789), Labels: []Label{{"board", "nano-rp2040"}, {"driver", ""}}},
		{Kind: KindPin, Time: 5 * us, Pin: PinReset},
		{Kind: KindPin, Time: 10005 * us, Pin: PinReset, High: true},
		{Kind: KindPin, Time: 10006 * us, Pin: PinStrap, High: true},
		{Kind: KindPin, Time: 10007 * us, Pin: PinFloat},
		{Kind: KindWait, Time: 20000 * us, High: true, Window: Window{Wait: 9000 * us}},
		{Kind: KindBegin, Time: 20010 * us, ID: 1, Call: Call{Call: bus.Call{Op: bus.OpNetConnect, Text: "home", Hostname: "me", Int: [5]int64{0, 1, -2, 3e9, 4}}, SecretLen: 8}},
		{Kind: KindWindow, Time: 20020 * us, Window: Window{Call: 1, Wait: 3 * us, Ack: 14 * us, Dur: 15 * us, MOSI: []byte{0xE0, 0x37, 0, 0xEE}, MISO: make([]byte, 4)}},
		{Kind: KindEnd, Time: 30000 * us, ID: 1, Call: Call{Call: bus.Call{Op: bus.OpNetConnect}}, Result: Result{Err: "no such network"}},
		{Kind: KindBegin, Time: 30001 * us, ID: 2, Call: Call{Call: bus.Call{Op: bus.OpConnect, Sock: 3, Text: "h", Addr: peer}}},
		{Kind: KindEnd, Time: 30002 * us, ID: 2, Call: Call{Call: bus.Call{Op: bus.OpConnect}}},
		{Kind: KindBegin, Time: 30002 * us, ID: 9, Call: Call{Call: bus.Call{Op: bus.OpConnect, Text: "by name", Addr: netip.AddrPortFrom(netip.Addr{}, 443)}}},
		{Kind: KindBegin, Time: 30003 * us, ID: 3, Call: Call{Call: bus.Call{Op: bus.OpRecv, Sock: 3, Size: 1500}, Wait: 250 * us}},
		{Kind: KindEnd, Time: 30004 * us, ID: 3, Call: Call{Call: bus.Call{Op: bus.OpRecv}}, Result: Result{Result: bus.Result{N: 2}, DataLen: 2, DataSum: 0xDEADBEEF}},
		{Kind: KindNote, Time: 30004 * us, Text: []byte("a remark")},
		{Kind: KindLoss, Time: 30004 * us, Loss: Loss{Records: 7}},
		{Kind: KindPin, Time: 40000 * us, Pin: PinGPIO0, High: true},
		{Kind: KindWindow, Time: 40000 * us, Window: Window{Status: AckTimedOut | TxFailed}},
	}
}

func write(t *testing.T, tick time.Duration, recs []Record) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := NewWriter(&buf, tick)
	require.NoError(t, err)
	for i := range recs {
		require.NoError(t, w.Write(&recs[i]))
	}
	require.NoError(t, w.Close())
	return buf.Bytes()
}

func TestWriteThenReadGivesTheSameRecords(t *testing.T) {
	for _, tick := range []time.Duration{1, 10, 100, time.Microsecond} {
		want := session()
		got := read(t, write(t, tick, want))
		require.Len(t, got, len(want))
		for i := range want {
			sameRecord(t, want[i], got[i])
		}
	}
}

// randomWindow makes windows of every kind the bus can show.
func randomWindow(rng *rand.Rand, at time.Duration) Record {
	n := []int{0, 1, 4, 8, 15, 16, 17, 64, 500, 4092, 20000}[rng.IntN(11)]
	w := Window{Call: bus.CallID(rng.IntN(4)), MOSI: make([]byte, n), MISO: make([]byte, n)}
	for _, p := range [][]byte{w.MOSI, w.MISO} {
		literal := []int{0, n, n / 2, n / 3}[rng.IntN(4)]
		b := byte([]int{0, 0xFF, 7}[rng.IntN(3)])
		for i := range p {
			p[i] = b
			if i < literal {
				p[i] = byte(rng.Uint32() % 5)
			}
		}
	}
	if n > 40 && rng.IntN(3) == 0 {
		w.Masks = []Span{{4, 9}, {20, n/2 - 10}}
		w.Status |= HasMasks
		for _, m := range w.Masks {
			copy(w.MOSI[m.Off:], bytes.Repeat([]byte{'*'}, m.Len))
		}
	}
	w.Wait = time.Duration(rng.IntN(300)) * time.Microsecond
	w.Ack = time.Duration(rng.IntN(20)) * time.Microsecond
	w.Dur = time.Duration(rng.IntN(40)) * time.Microsecond
	return Record{Kind: KindWindow, Time: at, Window: w}
}

func TestRandomWindowsSurvive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	at := time.Duration(0)
	want := []Record{{Kind: KindStart}}
	for range 2000 {
		at += time.Duration(1000+rng.IntN(5000)) * time.Microsecond
		want = append(want, randomWindow(rng, at))
	}
	got := read(t, write(t, time.Microsecond, want))
	require.Len(t, got, len(want))
	for i := range want {
		sameRecord(t, want[i], got[i])
	}
}

// What was withheld is not in the file.
func TestMaskedBytesAreNotInTheFile(t *testing.T) {
	secret := []byte("correct horse battery staple")
	for _, n := range []int{0, 1, 30, 300, 9000} {
		mosi := append(append(bytes.Repeat([]byte("x."), n), secret...), 0xEE, 0xFF)
		rec := Record{Kind: KindWindow, Window: Window{MOSI: mosi, MISO: make([]byte, len(mosi)), Masks: []Span{{2 * n, len(secret)}}}}
		file := write(t, time.Microsecond, []Record{{Kind: KindStart}, rec})
		assert.NotContains(t, string(file), "horse")
		got := read(t, file)[1].Window
		assert.Equal(t, bytes.Repeat([]byte{'*'}, len(secret)), got.MOSI[2*n:2*n+len(secret)])
		assert.Equal(t, []byte{0xEE, 0xFF}, got.MOSI[2*n+len(secret):])
	}
}

// Whatever a Masker returns, what is withheld is what it marked.
func TestTidyKeepsWhatWasMarked(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	huge := []int{math.MinInt, math.MaxInt}
	for range 5000 {
		n := 1 + rng.IntN(60)
		want, got := make([]bool, n), make([]bool, n)
		var spans [][2]int
		for range rng.IntN(12) {
			s := [2]int{rng.IntN(80) - 10, rng.IntN(12) - 1}
			if rng.IntN(5) == 0 {
				s[rng.IntN(2)] = huge[rng.IntN(2)]
			}
			spans = append(spans, s)
			for i := range want {
				if s[1] > 0 && i >= s[0] && uint64(i)-uint64(s[0]) < uint64(s[1]) {
					want[i] = true
				}
			}
		}
		in := append([][2]int(nil), spans...)
		at := -1
		for _, s := range tidy(spans, n) {
			require.Greater(t, s[0], at, "rising and apart")
			require.Positive(t, s[1])
			at = s[0] + s[1]
			require.LessOrEqual(t, at, n)
			for i := s[0]; i < at; i++ {
				got[i] = true
			}
		}
		require.Equal(t, want, got, "%v", in)
	}
}

func TestWriterRefusesWhatItCannotWrite(t *testing.T) {
	for _, tick := range []time.Duration{0, -1, 2, 3 * time.Microsecond, time.Second} {
		_, err := NewWriter(io.Discard, tick)
		assert.ErrorIs(t, err, ErrTick)
	}
	_, err := NewRecorder(nil2{}, io.Discard, nil, Config{Buffer: make([]byte, 10)})
	assert.ErrorIs(t, err, ErrBuffer)
}

// nil2 is a bus that is never used.
type nil2 struct{ bus.Bus }

type brokenSink struct{ after int }

func (s *brokenSink) Write(p []byte) (int, error) {
	if s.after--; s.after < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestAnErrorOfTheSinkIsKept(t *testing.T) {
	w, err := NewWriter(&brokenSink{after: 1}, 1000)
	require.NoError(t, err)
	big := Record{Kind: KindNote, Text: bytes.Repeat([]byte("0123456789"), 600)}
	for range 40 {
		err = w.Write(&big)
	}
	assert.ErrorContains(t, err, "disk full")
	assert.ErrorContains(t, w.Close(), "disk full")
}
