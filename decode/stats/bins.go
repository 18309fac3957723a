package stats

import "time"

// A Bin is a bar of a histogram for people.
type Bin struct {
	From  time.Duration `json:"from_ns"`  // 0 of the first, which reaches to 1 µs
	Below time.Duration `json:"below_ns"` // 0 of the last, which has no end
	Count uint64        `json:"count"`
}

// bins counts durations between the steps 1, 2, 5, 10 … of a microsecond.
type bins [1 + 3*decades + 1]uint64

// decades is how many powers of ten have steps, from 1 µs to 100 s.
const decades = 8

// edges is where each bin begins.
var edges = func() (e bins) {
	for i, unit := 1, uint64(time.Microsecond); i < len(e); i, unit = i+3, 10*unit {
		for j, step := range [...]uint64{1, 2, 5} {
			if i+j < len(e) {
				e[i+j] = step * unit
			}
		}
	}
	return e
}()

func (b *bins) add(d time.Duration) {
	i := 0
	for i+1 < len(b) && uint64(d) >= edges[i+1] {
		i++
	}
	b[i]++
}

// list returns the bins from the first that is not empty to the last.
func (b *bins) list() []Bin {
	list := []Bin{}
	first, last := 0, len(b)-1
	for first <= last && b[first] == 0 {
		first++
	}
	for last > first && b[last] == 0 {
		last--
	}
	for i := first; i <= last; i++ {
		bin := Bin{From: time.Duration(edges[i]), Count: b[i]}
		if i+1 < len(b) {
			bin.Below = time.Duration(edges[i+1])
		}
		list = append(list, bin)
	}
	return list
}
