package capture

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// repeats returns windows out of a choice of few, in an order that makes
// exchanges of them, some with trouble and some over and over.
func repeats(rng *rand.Rand, n, choice int) []Record {
	pool := make([]Window, choice)
	for i := range pool {
		pool[i] = Window{MOSI: []byte{0xE0, byte(i), 0, 0xEE}, MISO: make([]byte, 4)}
	}
	recs := []Record{{Kind: KindStart}}
	at, k := time.Duration(0), 0
	for range n {
		k = (k + []int{0, 1, 1, 1, rng.IntN(choice)}[rng.IntN(5)]) % choice
		w := pool[k]
		w.Call = bus.CallID(rng.IntN(40) / 30)
		span := []int64{0, 1, 20, 300, 1 << 20, 1 << 34}
		at += time.Duration(rng.Int64N(1+span[rng.IntN(6)])) * us
		w.Wait = time.Duration(rng.Int64N(1+span[rng.IntN(5)])) * us
		w.Ack = time.Duration(rng.Int64N(1+span[rng.IntN(4)])) * us
		w.Dur = time.Duration(rng.Int64N(1+span[rng.IntN(4)])) * us
		if rng.IntN(20) == 0 {
			w.Status = AckTimedOut
		}
		at += w.Wait
		recs = append(recs, Record{Kind: KindWindow, Time: at, Window: w})
		at += w.Ack + w.Dur
		if rng.IntN(10) == 0 {
			recs = append(recs, Record{Kind: KindPin, Time: at, Pin: PinGPIO0})
		}
	}
	return recs
}

// However few or many windows there are to remember, and whatever their times:
// what is written is read.
func TestExchangesSurvive(t *testing.T) {
	for _, choice := range []int{1, 2, 3, 15, 16, 17, 18, 40} {
		want := repeats(rand.New(rand.NewPCG(21, uint64(choice))), 5000, choice)
		got := read(t, write(t, us, want))
		require.Len(t, got, len(want))
		for i := range want {
			sameRecord(t, want[i], got[i])
		}
	}
}

// exchange is a request and its reply, as a driver does it.
func (tp *tape) exchange(request, reply string) {
	tp.window(0, 3*us, send(tp, request))
	tp.link.reply = []byte(reply)
	tp.window(50*us, 3*us, receive(tp, len(reply)))
}

// A request whose reply does not come before something else is in the trace
// as soon as anything is.
func TestAWindowThatWaitsForItsReplyIsNotLost(t *testing.T) {
	for name, next := range map[string]func(*tape){
		"flush": func(tp *tape) { tp.Flush() },
		"close": func(tp *tape) { tp.Close() },
		"note":  func(tp *tape) { tp.Note("now"); tp.Flush() },
		"pin":   func(tp *tape) { tp.Reset(true); tp.Flush() },
		"long":  func(tp *tape) { tp.window(0, 0, receive(tp, 500)); tp.Flush() },
	} {
		tp := newTape(t, nil, Config{})
		tp.exchange("\xE0ask", "reply")
		tp.window(0, 3*us, send(tp, "\xE0ask"))
		next(tp)
		all := read(t, tp.file.Bytes())
		require.GreaterOrEqual(t, len(all), 4, name)
		assert.Equal(t, "\xE0ask", string(all[3].Window.MOSI), name)
		assert.Equal(t, 3*us, all[3].Window.Ack, name)
	}
}

// The two windows of an exchange are two records, and what else happens
// between them stays between them.
func TestWhatComesBetweenRequestAndReplyStaysThere(t *testing.T) {
	tp := newTape(t, nil, Config{})
	for range 3 {
		tp.window(0, 0, send(tp, "\xE0ask"))
		tp.Begin(bus.Call{Op: bus.OpAddr})
		tp.link.reply = []byte("reply")
		tp.window(5*us, 0, receive(tp, 5))
	}
	var kinds []Kind
	for _, rec := range tp.records(t) {
		kinds = append(kinds, rec.Kind)
	}
	one := []Kind{KindWindow, KindBegin, KindWindow}
	assert.Equal(t, append(append(append([]Kind(nil), one...), one...), one...), kinds)
}
