package stats

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/internal/corpus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const ms = time.Millisecond

// A tape makes a trace by hand.
type tape struct {
	recs []capture.Record
	at   time.Duration
}

func (p *tape) add(rec capture.Record) {
	rec.Time = p.at
	p.recs = append(p.recs, rec)
}

// window is selected now: 1 ms to READY high, 2 ms of clocks.
func (p *tape) window(wait time.Duration, mosi, miso []byte) {
	p.add(capture.Record{Kind: capture.KindWindow, Window: capture.Window{Wait: wait, Ack: ms, Dur: 2 * ms, MOSI: mosi, MISO: miso}})
	p.at += 3 * ms
}

// exchange takes 6 ms, and wait between its windows, of which the host spends
// the first third elsewhere.
func (p *tape) exchange(wait time.Duration, request []byte, reply string) {
	p.window(0, request, make([]byte, len(request)))
	p.at += wait
	p.window(wait-wait/3, bytes.Repeat([]byte{0xFF}, len(reply)), []byte(reply))
}

func (p *tape) file(t testing.TB) []byte {
	var out bytes.Buffer
	w, err := capture.NewWriter(&out, 1)
	require.NoError(t, err)
	for i := range p.recs {
		require.NoError(t, w.Write(&p.recs[i]))
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func of(t testing.TB, file []byte) *Stats {
	s, err := Of(decode.NewDecoder(bytes.NewReader(file)))
	require.NoError(t, err)
	return s
}

// session has a known answer: a boot, a lost wait, a connection, polls of which
// some are folded, a send, and a pause at the end.
func session() *tape {
	p := &tape{}
	p.add(capture.Record{Kind: capture.KindStart})
	p.at = 10 * ms
	p.add(capture.Record{Kind: capture.KindPin, Pin: capture.PinReset})
	p.at = 50 * ms
	p.exchange(30*ms, wire.AppendRequest(nil, wire.StartClientTCP, wire.Uint(0x7F000001), wire.Uint(80), wire.Uint(3), wire.Uint(0)), "\xE0\xAD\x01\x01\x01\xEE\x00\x00")
	for range 3 {
		p.at += 5 * ms
		p.exchange(3*ms, wire.AppendRequest(nil, wire.GetDatabufTCP, wire.Uint(3), wire.Uint(100)), "\xE0\xC5\x01\x00\x00\xEE\x00\x00")
	}
	p.at += 40 * ms
	p.add(capture.Record{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: 7, Span: 30 * ms}})
	p.at += 4 * ms
	p.exchange(6*ms, wire.AppendRequest(nil, wire.SendDataTCP, wire.Uint(3), wire.Bytes(make([]byte, 512))), "\xE0\xC4\x01\x02\x00\x02\xEE\x00")
	p.at += 20 * ms
	p.add(capture.Record{Kind: capture.KindWait, Window: capture.Window{Wait: 15 * ms, Status: capture.WaitTimedOut}})
	p.at += ms
	p.add(capture.Record{Kind: capture.KindNote, Text: []byte("over")})
	return p
}

func TestASessionWithAKnownAnswer(t *testing.T) {
	s := of(t, session().file(t))
	assert.EqualValues(t, 12, s.Exchanges)
	assert.EqualValues(t, 7, s.Repeats)
	assert.False(t, s.Filtered || s.Incomplete)
	require.Len(t, s.Commands, 3)
	c := s.Commands[0]
	assert.Equal(t, "GET_DATABUF_TCP", c.Name)
	assert.EqualValues(t, 10, c.Count)
	assert.EqualValues(t, 10*12, c.BytesOut)
	assert.EqualValues(t, 10*8, c.BytesIn)
	for want, got := range map[time.Duration]Spread{3 * ms: c.Wait, 9 * ms: c.Duration} {
		assert.InDelta(t, want, got.P50, float64(want)/64)
		got.P50 = 0
		assert.Equal(t, Spread{3, 0, want, want, want}, got)
	}
	assert.Equal(t, Polls{Count: 10, Nothing: 10, Payload: 512, PerPayload: 20}, s.Polls)
	assert.Equal(t, Time{
		Whole:    50*ms + 36*ms + 3*14*ms + 40*ms + 4*ms + 12*ms + 21*ms,
		Clocking: 10 * 2 * ms,
		Ready:    10*ms + (20+3*2+4)*ms + 15*ms,
		Between:  10*ms + 3*ms + 2*ms,
		Polling:  3 * 5 * ms,
		Host:     10*ms + 4*ms + 5*ms + ms,
		Boot:     40 * ms,
		Folded:   40 * ms,
	}, s.Time)
	require.Len(t, s.Sockets, 1)
	k := s.Sockets[0]
	assert.Equal(t, "slot", k.Engine)
	assert.Equal(t, []int64{3, 1, 512, 0}, []int64{int64(k.Sock), int64(k.Conversations), k.Sent, k.Received})
	assert.InDelta(t, 512/k.Open.Seconds(), k.SendRate, 1e-6)
	assert.Equal(t, []Bin{{2 * ms, 5 * ms, 3}, {5 * ms, 10 * ms, 1}, {10 * ms, 20 * ms, 0}, {20 * ms, 50 * ms, 1}}, s.Waits)
}

// However long the trace, nothing more is kept of it.
func TestMeasuringAllocatesNothing(t *testing.T) {
	p := &tape{}
	p.exchange(ms, wire.AppendRequest(nil, wire.StartClientTCP, wire.Uint(0x7F000001), wire.Uint(80), wire.Uint(3), wire.Uint(0)), "\xE0\xAD\x01\x01\x01\xEE\x00\x00")
	for range 2000 {
		p.exchange(ms, wire.AppendRequest(nil, wire.SendDataTCP, wire.Uint(3), wire.Bytes(make([]byte, 512))), "\xE0\xC4\x01\x02\x00\x02\xEE\x00")
		p.exchange(ms, wire.AppendRequest(nil, wire.GetDatabufTCP, wire.Uint(3), wire.Uint(100)), "\xE0\xC5\x01\x00\x00\xEE\x00\x00")
	}
	dec := decode.NewDecoder(bytes.NewReader(p.file(t)))
	c := New(dec)
	var ev decode.Event
	next := func() {
		if dec.Next(&ev) != nil {
			panic("the trace is too short")
		}
		c.Add(&ev)
	}
	for range 500 {
		next()
	}
	assert.Zero(t, testing.AllocsPerRun(3000, next))
}

// What the recorder folded counts for the payload too.
func TestFoldedSendsCarryPayload(t *testing.T) {
	p := &tape{}
	p.exchange(ms, wire.AppendRequest(nil, wire.SendDataTCP, wire.Uint(3), wire.Bytes(make([]byte, 512))), "\xE0\xC4\x01\x02\x00\x02\xEE\x00")
	p.add(capture.Record{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: 4}})
	assert.EqualValues(t, 5*512, of(t, p.file(t)).Polls.Payload)
}

// A record between a request that is never answered and the next request is not
// counted twice, nor the time around it.
func TestTimeAroundARequestWithoutAReply(t *testing.T) {
	ask := wire.AppendRequest(nil, wire.GetConnStatus)
	p := &tape{}
	p.window(0, ask, make([]byte, len(ask)))
	p.at += 10 * ms
	p.add(capture.Record{Kind: capture.KindWait, Window: capture.Window{Wait: 8 * ms, Status: capture.WaitTimedOut}})
	p.at += 4 * ms
	p.exchange(3*ms, ask, "\xE0\xA0\x01\x01\x03\xEE\x00\x00")
	s := of(t, p.file(t))
	assert.Equal(t, Time{Whole: 26 * ms, Clocking: 6 * ms, Ready: 3*ms + 8*ms + 2*ms, Between: 2*ms + 4*ms + ms}, s.Time)
	assert.EqualValues(t, 1, s.Commands[0].Failed)
	assert.EqualValues(t, 1, s.Commands[0].Wait.Count)
}

// Where a logic analyser saw READY fall, the coprocessor worked until then.
func TestTheEdgeOfReadyIsTheEndOfTheWait(t *testing.T) {
	ask := wire.AppendRequest(nil, wire.GetConnStatus)
	p := &tape{}
	p.window(0, ask, make([]byte, len(ask)))
	p.at += 5 * ms
	p.add(capture.Record{Kind: capture.KindPin, Pin: capture.PinReady})
	p.at += 2 * ms
	p.window(0, bytes.Repeat([]byte{0xFF}, 8), []byte("\xE0\xA0\x01\x01\x03\xEE\x00\x00"))
	assert.Equal(t, Time{Whole: 13 * ms, Clocking: 4 * ms, Ready: 7 * ms, Between: 2 * ms}, of(t, p.file(t)).Time)
}

func TestLossesAndFiltersAreSaid(t *testing.T) {
	ask := wire.AppendRequest(nil, wire.GetConnStatus)
	p := &tape{}
	p.add(capture.Record{Kind: capture.KindStart, Labels: []capture.Label{{Key: capture.FilterLabel, Value: "yes"}}})
	p.exchange(3*ms, ask, "\xE0\xA0\x01\x01\x03\xEE\x00\x00")
	p.at += 5 * ms
	p.add(capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 3}})
	p.at += 5 * ms
	p.exchange(3*ms, ask, "\xE0\xA0\x01\x01\x03\xEE\x00\x00")
	s := of(t, p.file(t))
	assert.True(t, s.Filtered && s.Incomplete)
	assert.Equal(t, 10*ms, s.Time.Missing)
	text := &strings.Builder{}
	require.NoError(t, s.Print(text, TextOptions{Width: 80}))
	assert.Contains(t, text.String(), "filtered ")
	assert.Contains(t, text.String(), "incomplete ")
}

// sums holds what is true of the statistics of any trace.
func sums(t testing.TB, s *Stats) {
	whole := time.Duration(0)
	for _, p := range s.Time.parts() {
		require.GreaterOrEqual(t, p.time, time.Duration(0), p.name)
		whole += p.time
	}
	require.Equal(t, s.Time.Whole, whole)
	require.LessOrEqual(t, s.Polls.Nothing, s.Polls.Count)
	n := uint64(0)
	for _, c := range s.Commands {
		n += c.Count
		require.LessOrEqual(t, c.Wait.P50, c.Wait.P90)
		require.LessOrEqual(t, c.Wait.P90, c.Wait.P99)
		require.LessOrEqual(t, c.Wait.P99, c.Wait.Max)
	}
	require.Equal(t, s.Exchanges, n)
}

// The parts of the time sum to the whole, which is that of a Summary but for the
// last edge of READY, in every trace there is.
func TestPartsSumToTheWhole(t *testing.T) {
	for name, file := range corpus.All(t, "../..") {
		t.Run(name, func(t *testing.T) {
			s := of(t, file)
			sums(t, s)
			var sum decode.Summary
			dec := decode.NewDecoder(bytes.NewReader(file))
			for ev := (decode.Event{}); dec.Next(&ev) == nil; {
				sum.Add(&ev)
			}
			assert.GreaterOrEqual(t, s.Time.Whole, sum.Duration)
			assert.InDelta(t, sum.Duration, s.Time.Whole, float64(ms), "the last edge of READY")
			assert.EqualValues(t, sum.Exchanges, s.Exchanges)
			assert.Positive(t, s.Time.Clocking)
			for _, c := range s.Commands {
				assert.EqualValues(t, sum.Commands[c.Name], c.Count, c.Name)
			}
		})
	}
}

func TestBarsFitTheTerminal(t *testing.T) {
	s := of(t, session().file(t))
	for _, width := range []int{0, 60, 80, 200} {
		for _, ascii := range []bool{false, true} {
			var text strings.Builder
			require.NoError(t, s.Print(&text, TextOptions{Width: width, ASCII: ascii}))
			_, bars, _ := strings.Cut(text.String(), "\ntime: ")
			for line := range strings.Lines(bars) {
				if strings.ContainsAny(line, "#█") {
					assert.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), max(width, 70))
				}
			}
			assert.Equal(t, ascii, strings.Contains(text.String(), "###"))
			assert.Equal(t, !ascii, strings.Contains(text.String(), "███"))
			assert.Equal(t, ascii, !strings.Contains(text.String(), "–"))
		}
	}
}

// A writer that fails ends the printing with its error.
func TestPrintTellsErrors(t *testing.T) {
	s := of(t, session().file(t))
	assert.ErrorIs(t, s.Print(failing{}, TextOptions{}), io.ErrShortWrite)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// Any file has statistics that hold together.
func FuzzStats(f *testing.F) {
	f.Add(session().file(f))
	f.Add([]byte("no trace"))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := Of(decode.NewDecoder(bytes.NewReader(file)))
		if err != nil {
			require.NotNil(t, s)
			return
		}
		if s.Repeats < 1<<32 { // a file may claim more than there are numbers
			sums(t, s)
		}
		text, err := json.Marshal(s)
		require.NoError(t, err)
		require.True(t, json.Valid(text))
		require.NoError(t, s.Print(io.Discard, TextOptions{Width: 80}))
	})
}
