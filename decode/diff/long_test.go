package diff

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Long traces are aligned window by window, with the same outcome as at once.
func TestLongTraces(t *testing.T) {
	send := func(p *tape, n int) {
		p.exchange(wire.SendDataTCP, args(wire.Uint(uint8(0)), wire.Bytes(fmt.Append(nil, n))), "\x01\x00")
	}
	const n = 2*Window + 77
	for _, c := range []struct {
		name          string
		inA, inB      func(i int) int // how often step i is there
		equal, wanted int
	}{
		{"nothing differs", one, one, n, 0},
		{"here and there", one, func(i int) int { return min(i%100, 1) }, n - n/100 - 1, n/100 + 1},
		{"doubled", one, func(i int) int { return 1 + b2i(i%50 == 0) }, n, n/50 + 1},
		{"a stretch is missing", one, func(i int) int { return b2i(i < 5000 || i > 5500) }, n - 501, 501},
		{"the second ends", one, func(i int) int { return b2i(i < 100) }, 100, n - 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := newTape(t), newTape(t)
			for i := range n {
				for range c.inA(i) {
					send(a, i)
				}
				for range c.inB(i) {
					send(b, i)
				}
			}
			_, sum := compared(t, a.file(t), b.file(t), Options{})
			assert.Equal(t, c.equal, sum.Equal)
			assert.Equal(t, c.wanted, sum.OnlyA+sum.OnlyB)
			assert.Zero(t, sum.Changed)
		})
	}
}

func one(int) int { return 1 }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// An endless trace is the same few exchanges again and again.
type endless struct {
	t    *tape
	n    int
	wild *rand.Rand
}

func (e *endless) Read(p []byte) (int, error) {
	for e.t.out.Len() == 0 && e.n > 0 {
		e.n--
		e.t.exchange(wire.SendDataTCP, args(wire.Uint(uint8(0)), wire.Bytes(fmt.Append(nil, e.wild.IntN(1000)))), "\x01\x00")
	}
	if e.t.out.Len() == 0 {
		e.t.w.Close()
	}
	return e.t.out.Read(p)
}

// However long the traces and however much differs, memory stays.
func TestMemoryIsBounded(t *testing.T) {
	const n = 20_000
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early uint64
	told := 0
	a, b := &endless{newTape(t), n, rand.New(rand.NewPCG(1, 2))}, &endless{newTape(t), n, rand.New(rand.NewPCG(3, 4))}
	sum, err := Compare(decode.NewDecoder(a), decode.NewDecoder(b), Options{}, func(d *Difference) error {
		if told++; told == n/4 {
			early = heap()
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, n, sum.Equal+sum.OnlyA+sum.Changed)
	assert.Less(t, heap(), early+4<<20)
}
