package capture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
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

// bulk is a request or a reply of n bytes that cannot be made smaller.
func bulk(rng *rand.Rand, n int) string {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(rng.Uint32())
	}
	return string(p)
}

// costs returns what exchanges cost, one after another with jitter.
func costs(t *testing.T, cfg Config, request, reply func(*rand.Rand) string) float64 {
	const rounds = 1000
	tp := newTape(t, nil, cfg)
	rng := rand.New(rand.NewPCG(15, 16))
	before := tp.size()
	for range rounds {
		tp.clock.Sleep(time.Millisecond + randomSpan(rng, 0, 20))
		tp.window(0, randomSpan(rng, 5, 20), send(tp, request(rng)))
		tp.clock.Sleep(randomSpan(rng, 1, 4))
		answer := reply(rng)
		tp.link.reply = []byte(answer)
		tp.window(randomSpan(rng, 100, 300), randomSpan(rng, 5, 20), receive(tp, len(answer)))
	}
	return float64(tp.size()-before) / rounds
}

// The table of docs/capture.md is what the recorder does.
func TestCostsInTheDocumentation(t *testing.T) {
	doc, err := os.ReadFile("../docs/capture.md")
	require.NoError(t, err)
	fixed := func(s string) func(*rand.Rand) string { return func(*rand.Rand) string { return s } }
	of := func(head string, n int) func(*rand.Rand) string {
		return func(rng *rand.Rand) string { return head + bulk(rng, n) + "\xEE" }
	}
	poll, state := fixed("\xE0\x2F\x01\x01\x00\xEE\xFF\xFF"), fixed("\xE0\xAF\x01\x01\x04\xEE\x00\x00")
	sent, ask := fixed("\xE0\xC4\x01\x02\x9C\x05\xEE\x00"), fixed("\xE0\x45\x02\x00\x01\x00\x00\x02\x9C\x05\xEE\xFF")
	cut := func(mosi []byte) (int, int) { return 8 + 16, 5 + 16 }
	for what, each := range map[string]float64{
		"idle poll":                           costs(t, Config{}, poll, state),
		"idle poll, Fold":                     costs(t, Config{Fold: true}, poll, state),
		"idle poll, Buffer of 512":            costs(t, Config{Buffer: make([]byte, 512)}, poll, state),
		"send of 1436 bytes":                  costs(t, Config{}, of("\xE0\x44\x02\x00\x01\x00\x05\x9C", 1436), sent),
		"send of 4083 bytes":                  costs(t, Config{}, of("\xE0\x44\x02\x00\x01\x00\x0F\xF3", 4083), sent),
		"receive of 1436 bytes":               costs(t, Config{}, ask, of("\xE0\xC5\x01\x05\x9C", 1436)),
		"send of 1436 bytes, 16 of them":      costs(t, Config{Filter: cut}, of("\xE0\x44\x02\x00\x01\x00\x05\x9C", 1436), sent),
		"call of Send, its begin and its end": callCost(t),
	} {
		line := fmt.Sprintf("| %s | %.1f | %s | %s | %s |", what, each, onLine(each, 115200), onLine(each, 921600), onLine(each, 12e6))
		if !strings.Contains(string(doc), line) {
			t.Errorf("docs/capture.md lacks\n%s", line)
		}
	}
}

// onLine returns how many microseconds bytes take on a serial line.
func onLine(bytes float64, baud int) string {
	return fmt.Sprintf("%.0f", bytes*10/float64(baud)*1e6)
}

func callCost(t *testing.T) float64 {
	const rounds = 1000
	tp := newTape(t, nil, Config{})
	before := tp.size()
	for range rounds {
		tp.clock.Sleep(time.Millisecond)
		id := tp.Begin(bus.Call{Op: bus.OpSend, Sock: 1, Data: make([]byte, 1436), Deadline: tp.clock.Now().Add(time.Second)})
		tp.clock.Sleep(time.Millisecond)
		tp.End(id, bus.OpSend, bus.Result{N: 1436})
	}
	return float64(tp.size()-before) / rounds
}
