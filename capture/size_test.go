package capture

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// size is how long the trace is so far, with the frame that is open.
func (tp *tape) size() int {
	tp.Flush()
	return tp.file.Len()
}

// randomSpan returns a duration of from to to microseconds.
func randomSpan(rng *rand.Rand, from, to int) time.Duration {
	return time.Duration(from*1000+rng.IntN((to-from)*1000)) * ns
}

// idlePolls returns how many bytes of trace a poll costs: a board asks every so
// often whether one of the peers is still there, as the driver does it: the
// request in one transfer, the reply in two.
func idlePolls(t *testing.T, every time.Duration, sockets int) float64 {
	const polls = 5000
	tp := newTape(t, nil, Config{})
	rng := rand.New(rand.NewPCG(11, 12))
	before := tp.size()
	next := tp.clock.Now()
	for i := range polls {
		next = next.Add(every + randomSpan(rng, 0, 20))
		tp.clock.t = next
		tp.window(0, randomSpan(rng, 5, 20), send(tp, "\xE0\x2F\x01\x01"+string(byte(i%sockets))+"\xEE\xFF\xFF"))
		tp.clock.Sleep(randomSpan(rng, 1, 4))
		tp.link.reply = []byte("\xE0\xAF\x01\x01\x04\xEE\x00\x00")
		tp.window(randomSpan(rng, 100, 300), randomSpan(rng, 5, 20), receive(tp, 6), receive(tp, 2))
	}
	each := float64(tp.size()-before) / polls
	assert.Len(t, tp.windows(t), 2*polls)
	return each
}

func TestAnIdlePollIsSmall(t *testing.T) {
	for _, every := range []time.Duration{time.Millisecond, 100 * time.Millisecond} {
		for _, sockets := range []int{1, 10} {
			each := idlePolls(t, every, sockets)
			t.Logf("%.2f bytes of trace for a poll, every %v on %d sockets", each, every, sockets)
			assert.LessOrEqual(t, each, 8.0)
		}
	}
}

// A board that sends as much as it can, of what cannot be made smaller.
func TestBulkDataCostLittle(t *testing.T) {
	const sends, payload = 500, 1436
	tp := newTape(t, nil, Config{})
	rng := rand.New(rand.NewPCG(13, 14))
	before := tp.size()
	frame := append([]byte("\xE0\x44\x02\x00\x01\x00\x05\x9C"), make([]byte, payload)...)
	frame = append(frame, 0xEE, 0xFF, 0xFF, 0xFF)
	for range sends {
		for i := range payload {
			frame[8+i] = byte(rng.Uint32())
		}
		tp.clock.Sleep(randomSpan(rng, 20, 200))
		tp.window(0, randomSpan(rng, 5, 20), send(tp, string(frame)))
		tp.link.reply = []byte("\xE0\xC4\x01\x02\x9C\x05\xEE\x00")
		tp.window(randomSpan(rng, 300, 3000), randomSpan(rng, 5, 20), receive(tp, 8))
	}
	each := float64(tp.size()-before) / sends / payload
	t.Logf("%.4f bytes of trace for a byte of payload", each)
	assert.LessOrEqual(t, each, 1.03)
	assert.Len(t, tp.windows(t), 2*sends)
}
