package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Percentiles are within 1/64 of those of the sorted list.
func TestPercentilesAgainstASort(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 9))
	for round := range 200 {
		var h Histogram
		list := make([]time.Duration, 1+rng.IntN(2000))
		for i := range list {
			list[i] = time.Duration(rng.Int64N(1 << (1 + rng.IntN(62))))
			h.Add(list[i])
		}
		slices.Sort(list)
		for p := uint64(1); p <= 100; p++ {
			rank := max((uint64(len(list))*p+99)/100, 1)
			want := list[rank-1]
			require.LessOrEqual(t, math.Abs(float64(h.Percentile(p)-want)), float64(want)/64, "round %d, p%d of %d", round, p, len(list))
		}
		assert.Equal(t, list[len(list)-1], h.Percentile(100))
		assert.Equal(t, list[len(list)-1], h.Max())
		assert.EqualValues(t, len(list), h.Count())
	}
}

func TestEveryDurationHasABucket(t *testing.T) {
	var h Histogram
	for shift := range 63 {
		for _, d := range []int64{1<<shift - 1, 1 << shift, 1<<shift + 1} {
			m := middle(bucket(uint64(d)))
			assert.LessOrEqual(t, math.Abs(float64(m)-float64(d)), float64(d)/64, d)
		}
	}
	h.Add(math.MaxInt64)
	h.Add(-5)
	assert.Zero(t, h.Percentile(50))
	assert.Equal(t, time.Duration(math.MaxInt64), h.Percentile(99))
}

func TestNothingHasNoPercentiles(t *testing.T) {
	var h Histogram
	assert.Zero(t, h.Percentile(99))
	assert.Zero(t, h.Max())
}

func TestBinsHoldWhatTheySay(t *testing.T) {
	var b bins
	rng := rand.New(rand.NewPCG(3, 4))
	var list []time.Duration
	for range 5000 {
		d := time.Duration(rng.Int64N(1 << (1 + rng.IntN(45))))
		list = append(list, d)
		b.add(d)
	}
	all := uint64(0)
	for _, bin := range b.list() {
		n := uint64(0)
		for _, d := range list {
			if d >= bin.From && (d < bin.Below || bin.Below == 0) {
				n++
			}
		}
		require.Equal(t, n, bin.Count, bin)
		all += n
	}
	assert.EqualValues(t, len(list), all)
	assert.EqualValues(t, 100*time.Second, edges[len(edges)-1])
	var none bins
	assert.Empty(t, none.list())
}
