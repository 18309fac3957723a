package capture

import (
	"bytes"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// fullest returns records of every kind with every field as long as it can be,
// and longer.
func fullest() []Record {
	call := func(op bus.Op, text int) Call {
		return Call{
			Call: bus.Call{Op: op, Sock: math.MinInt, Size: math.MaxInt, Addr: netip.MustParseAddrPort("255.255.255.255:65535"),
				Int:  [5]int64{math.MinInt64, math.MaxInt64, math.MinInt64, math.MaxInt64, math.MinInt64},
				Text: strings.Repeat("ä", text), Hostname: strings.Repeat("h", text)},
			SecretLen: math.MaxInt, DataLen: math.MaxInt, DataSum: math.MaxUint32, Wait: math.MaxInt64,
		}
	}
	labels := make([]Label, 40)
	for i := range labels {
		labels[i] = Label{strings.Repeat("k", i*20), strings.Repeat("v", i*20)}
	}
	var all []Record
	for _, n := range []int{0, 1, 40, 127, 128, 300, 20000} {
		all = append(all,
			Record{Kind: KindStart, Wall: time.Unix(0, math.MinInt64), Labels: labels},
			Record{Kind: KindNote, Text: bytes.Repeat([]byte("n"), n)})
		for op := range bus.OpExchange + 2 {
			result := Result{Result: bus.Result{N: math.MinInt64, Addr: call(op, 0).Addr}, DataLen: math.MaxInt, DataSum: 1}
			failed := Result{Err: strings.Repeat("e", n)}
			all = append(all,
				Record{Kind: KindBegin, ID: math.MaxUint32, Call: call(op, n)},
				Record{Kind: KindEnd, ID: math.MaxUint32, Call: call(op, 0), Result: result},
				Record{Kind: KindEnd, ID: math.MaxUint32, Call: call(op, 0), Result: failed})
		}
	}
	all = append(all,
		Record{Kind: KindPin, Pin: 255, High: true, ID: math.MaxUint32},
		Record{Kind: KindLoss, Loss: Loss{Records: math.MaxUint64}},
		Record{Kind: KindWait, High: true, ID: math.MaxUint32, Window: Window{Wait: math.MaxInt64, Status: 255}})
	for _, n := range []int{0, 1, 16, 17, 5000} {
		w := Window{Call: math.MaxUint32, Wait: math.MaxInt64, Ack: math.MaxInt64, Dur: math.MaxInt64, Status: 255}
		w.MOSI, w.MISO = bytes.Repeat([]byte("ab"), n), bytes.Repeat([]byte("cd"), n)
		plain := Record{Kind: KindWindow, Window: w}
		for i := range n / 4 {
			w.Masks = append(w.Masks, Span{i * 8, 3})
		}
		all = append(all, plain, Record{Kind: KindWindow, Window: w})
	}
	return all
}

// frameSizes is a sink that keeps the sizes of frames.
type frameSizes struct {
	bytes.Buffer
	longest int
}

func (s *frameSizes) Write(p []byte) (int, error) {
	s.longest = max(s.longest, len(p))
	return s.Buffer.Write(p)
}

// smallWriter is a Writer with a frame buffer as small as a board's.
func smallWriter(t *testing.T, sink *frameSizes, size int, tick time.Duration) *Writer {
	t.Helper()
	w := &Writer{tick: tick}
	require.NoError(t, w.frames.init(sink, make([]byte, size), tick))
	return w
}

// Whatever a record holds, it fits the smallest frame or is cut to it.
func TestEveryRecordFitsTheSmallestFrame(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	recs := fullest()
	for _, size := range []int{MinBuffer, MinBuffer + 1, 255, 256, 300, 4096, 40000, MaxFrame, MaxFrame + 1000} {
		for _, tick := range []time.Duration{ns, us, time.Millisecond} {
			sink := &frameSizes{}
			w := smallWriter(t, sink, size, tick)
			w.frames.seq = uint64(rng.Uint32()) << 30
			kinds := []Kind{KindStart}
			for range 300 {
				rec := recs[rng.IntN(len(recs))]
				rec.Time = time.Duration(rng.Int64() >> rng.IntN(63))
				require.NoError(t, w.Write(&rec))
				kinds = append(kinds, rec.Kind)
			}
			require.NoError(t, w.Close())
			require.LessOrEqual(t, sink.longest, min(size, MaxFrame))
			if kinds[0] == KindStart && kinds[1] == KindStart {
				kinds = kinds[1:]
			}
			all := read(t, sink.Bytes())
			require.True(t, all[0].Loss.Joined)
			var got []Kind
			for _, rec := range all[1:] {
				got = append(got, rec.Kind)
				require.Zero(t, rec.Loss.Bytes, "%+v", rec)
			}
			require.Equal(t, kinds, got)
		}
	}
}

// What a board needs of a call is kept also in the smallest frame.
func TestTheSmallestFrameHasRoomForNames(t *testing.T) {
	ssid, host := strings.Repeat("s", 32), strings.Repeat("h", 32)
	sink := &frameSizes{}
	w := smallWriter(t, sink, MinBuffer, us)
	c := Call{Call: bus.Call{Op: bus.OpNetConnect, Text: ssid, Hostname: host}}
	require.NoError(t, w.Write(&Record{Kind: KindBegin, Call: c}))
	require.NoError(t, w.Close())
	got := read(t, sink.Bytes())[1].Call
	assert.Equal(t, ssid, got.Text)
	assert.Equal(t, host, got.Hostname)
}

// Texts are cut between characters, and the caller's are left alone.
func TestLongTextsAreCut(t *testing.T) {
	text := strings.Repeat("äöü€", 2000)
	call := Call{Call: bus.Call{Op: bus.OpGetHostByName, Text: text}}
	recs := []Record{
		{Kind: KindStart, Labels: []Label{{text, text}}},
		{Kind: KindNote, Text: []byte(text)},
		{Kind: KindBegin, Call: call},
		{Kind: KindEnd, Result: Result{Err: text}},
	}
	got := read(t, write(t, us, recs))
	for _, s := range []string{string(got[1].Text), got[2].Call.Text, got[3].Result.Err} {
		assert.True(t, utf8.ValidString(s))
		assert.InDelta(t, MaxText, len(s), 3)
	}
	assert.InDelta(t, MaxLabel, len(got[0].Labels[0].Key), 3)
	assert.True(t, utf8.ValidString(got[0].Labels[0].Value))
	assert.Equal(t, text, recs[2].Call.Text)
}

func TestCutOfWhatIsNotUTF8(t *testing.T) {
	s := strings.Repeat("\x80", 9)
	assert.Equal(t, s[:5], cut(s, 5))
	assert.Equal(t, "", cut(s, -1))
	assert.Equal(t, "", cut("ä", 1))
}

// Long recordings stay readable at every tick: 53 days are not the end.
func TestLongTimes(t *testing.T) {
	for _, tick := range []time.Duration{ns, us, time.Millisecond} {
		year := 365 * 24 * time.Hour
		recs := []Record{{Kind: KindStart}}
		for _, at := range []time.Duration{time.Hour, 100 * 24 * time.Hour, 100 * year, longest / tick * tick} {
			recs = append(recs, Record{Kind: KindPin, Time: at, Pin: PinReset},
				Record{Kind: KindWindow, Time: at - at%tick, Window: Window{Wait: at}})
		}
		got := read(t, write(t, tick, recs))
		require.Len(t, got, len(recs))
		for i := range recs {
			sameRecord(t, recs[i], got[i])
		}
	}
}

// Times beyond the last there can be are written as the last.
func TestTimesBeyondTheEnd(t *testing.T) {
	far := Record{Kind: KindPin, Time: math.MaxInt64, Pin: PinReset}
	win := Record{Kind: KindWindow, Time: math.MaxInt64, Window: Window{Wait: math.MaxInt64, Ack: math.MaxInt64, Dur: math.MaxInt64}}
	got := read(t, write(t, us, []Record{{Kind: KindStart}, far, win, far}))
	require.Len(t, got, 4)
	for _, rec := range got[1:] {
		assert.Equal(t, longest/us*us, rec.Time)
	}
}

// So does a recorder whose clock jumps.
func TestAClockThatJumps(t *testing.T) {
	tp := newTape(t, nil, Config{})
	for _, years := range []int{200, 5000} {
		tp.clock.t = epoch.AddDate(years, 0, 0)
		tp.window(0, 0, send(tp, "x"))
		tp.Note("y")
	}
	for _, rec := range tp.records(t) {
		assert.Equal(t, longest/us*us, rec.Window.End(rec.Time))
	}
}

// A window whose directions are not of one length is cut and says so.
func TestAWindowOfTwoLengths(t *testing.T) {
	w := Window{MOSI: []byte("abc"), MISO: []byte("defg")}
	got := read(t, write(t, us, []Record{{Kind: KindStart}, {Kind: KindWindow, Window: w}}))[1].Window
	assert.Equal(t, "abc", string(got.MOSI))
	assert.Equal(t, "def", string(got.MISO))
	assert.Equal(t, Incomplete, got.Status)
}

// Recordings that follow each other cannot push the time over the end.
func TestRecordingsUntilTheEndOfTime(t *testing.T) {
	one := write(t, us, []Record{{Kind: KindStart}, {Kind: KindPin, Time: longest - time.Hour}, {Kind: KindPin, Time: longest}})
	all, err := readAll(bytes.Repeat(one, 3))
	require.Error(t, err)
	lost := 0
	for _, rec := range all {
		require.GreaterOrEqual(t, rec.Time, time.Duration(0))
		require.LessOrEqual(t, rec.Time, time.Duration(longest))
		if rec.Kind == KindLoss {
			lost++
		}
	}
	assert.Equal(t, 2, lost)
}

func TestTheSmallChecksum(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	p := make([]byte, 3000)
	for i := range p {
		p[i] = byte(rng.Uint32())
	}
	for n := range 300 {
		require.Equal(t, crc32.ChecksumIEEE(p[n:n*10]), smallChecksum(p[n:n*10]))
	}
}
