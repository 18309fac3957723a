package stats

import (
	"math/bits"
	"time"
)

// A Histogram counts durations in buckets whose width grows with what they
// hold: below 64 ns each has its own, from there on 32 buckets share each
// doubling. A percentile of it is within 1/64 of the true one, at any length of
// the trace. Its size is fixed, 15 kB. The zero value is ready for use, by one
// goroutine at a time.
type Histogram struct {
	n       uint64
	largest time.Duration
	buckets [(64 - fine) << fine]uint64
}

// fine is the logarithm of how many buckets share a doubling.
const fine = 5

// Add counts a duration, one below 0 as 0.
func (h *Histogram) Add(d time.Duration) {
	d = max(d, 0)
	h.n++
	h.largest = max(h.largest, d)
	h.buckets[bucket(uint64(d))]++
}

// bucket returns which bucket holds v: the position of its highest bit, and the
// bits behind it.
func bucket(v uint64) int {
	if v < 1<<fine {
		return int(v)
	}
	shift := bits.Len64(v) - 1 - fine
	return shift<<fine + int(v>>shift)
}

// middle returns the value in the middle of a bucket.
func middle(i int) time.Duration {
	if i < 2<<fine {
		return time.Duration(i)
	}
	shift := i>>fine - 1
	low := uint64(i-shift<<fine) << shift
	return time.Duration(low + 1<<shift/2)
}

// Count returns how many durations were counted.
func (h *Histogram) Count() uint64 { return h.n }

// Max returns the longest duration exactly, 0 of none.
func (h *Histogram) Max() time.Duration { return h.largest }

// Percentile returns the duration that p of 100 are not above, 0 of none. It is
// exact for the longest, and within 1/64 otherwise.
func (h *Histogram) Percentile(p uint64) time.Duration {
	rank := h.rank(p)
	if rank >= h.n {
		return h.largest
	}
	for i, n := range h.buckets {
		if rank <= n {
			return min(middle(i), h.largest)
		}
		rank -= n
	}
	return h.largest
}

// rank returns which of the sorted durations a percentile is, from 1: the
// nearest rank.
func (h *Histogram) rank(p uint64) uint64 {
	hi, lo := bits.Mul64(h.n, p)
	lo, carry := bits.Add64(lo, 99, 0)
	rank, _ := bits.Div64(hi+carry, lo, 100)
	return max(rank, 1)
}
