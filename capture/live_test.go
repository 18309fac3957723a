package capture

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// A slowPort is a UART that is slower than what is recorded: it takes as many
// bytes as credit.
type slowPort struct {
	got    bytes.Buffer
	credit int
}

func (p *slowPort) take(b []byte) int {
	n := min(len(b), p.credit)
	p.credit -= n
	p.got.Write(b[:n])
	return n
}

// traffic is one thing of many that a driver does. It returns how many records
// that makes.
func traffic(tp *Recorder, link *fakeBus, rng *rand.Rand) int {
	switch rng.IntN(8) {
	case 0:
		tp.Note(strings.Repeat("note ", rng.IntN(20)))
		return 1
	case 1:
		tp.End(tp.Begin(bus.Call{Op: bus.OpSend, Sock: 1}), bus.OpSend, bus.Result{N: 4})
		return 2
	case 2, 3:
		p := make([]byte, 17+rng.IntN(2000))
		for i := range p {
			p[i] = byte(rng.Uint32())
		}
		link.window(tp, 0, us, send(tp, string(p)))
		return 1
	default:
		link.window(tp, 0, us, send(tp, "\xE0ask"+string(byte('0'+rng.IntN(2)))))
		link.reply = []byte("reply")
		link.window(tp, 40*us, us, receive(tp, 5))
		return 2
	}
}

// What arrives and what is said to be lost is what happened, however slow the
// line is.
func TestALiveRecordingCountsWhatItDrops(t *testing.T) {
	for _, most := range []int{5, 40, 300, 2000, 100000} {
		for _, size := range []int{2 * MinBuffer, 1000, 4096} {
			rng := rand.New(rand.NewPCG(31, uint64(most)))
			link, port := newFakeBus(), &slowPort{}
			ring := NewRing(make([]byte, size+size/2), port.take)
			rec, err := NewRecorder(link, ring, nil, Config{Clock: link.clock, Buffer: make([]byte, size), Live: true})
			require.NoError(t, err)
			did := 0
			for range 3000 {
				link.clock.Sleep(100 * us)
				did += traffic(rec, link, rng)
				port.credit += rng.IntN(most)
			}
			for rec.Close() == ErrFull || ring.Drain() > 0 {
				port.credit += 100
			}
			require.NoError(t, rec.Err())
			received, lost, drops := 0, 0, 0
			for _, r := range read(t, port.got.Bytes())[1:] {
				if r.Kind == KindLoss {
					require.Equal(t, Loss{Records: r.Loss.Records, Span: r.Loss.Span}, r.Loss, "nothing but drops")
					lost += int(r.Loss.Records)
					drops++
					continue
				}
				received++
			}
			assert.Equal(t, did, received+lost, "%d bytes a step, frames of %d", most, size)
			assert.Equal(t, most < 2000, drops > 0)
		}
	}
}

func TestADropSaysWhen(t *testing.T) {
	link, port := newFakeBus(), &slowPort{credit: 1000}
	ring := NewRing(make([]byte, 500), port.take)
	rec, err := NewRecorder(link, ring, nil, Config{Clock: link.clock, Buffer: make([]byte, 400), Live: true})
	require.NoError(t, err)
	port.credit = 0
	for range 100 {
		link.clock.Sleep(time.Millisecond)
		rec.Note("0123456789012345678")
	}
	port.credit = 1 << 20
	require.NoError(t, rec.Close())
	ring.Drain()
	all := read(t, port.got.Bytes())
	last := all[len(all)-1]
	kept := len(all) - 2
	assert.Equal(t, uint64(100-kept), last.Loss.Records)
	assert.Equal(t, 100*time.Millisecond, last.Time)
	assert.Equal(t, time.Duration(100-kept-1)*time.Millisecond, last.Loss.Span)
}

func TestALiveRecordingNeedsALine(t *testing.T) {
	link := newFakeBus()
	for _, c := range []struct {
		line, buffer int
		want         error
	}{{399, 400, ErrLine}, {400, 400, nil}, {4000, 2*MinBuffer - 1, ErrBuffer}} {
		ring := NewRing(make([]byte, c.line), func([]byte) int { return 0 })
		_, err := NewRecorder(link, ring, nil, Config{Clock: link.clock, Buffer: make([]byte, c.buffer), Live: true})
		assert.Equal(t, c.want, err)
	}
	_, err := NewRecorder(link, &bytes.Buffer{}, nil, Config{Clock: link.clock, Live: true})
	assert.Equal(t, ErrLine, err)
}
