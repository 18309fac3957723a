package lint

import (
	"hash/crc32"
	"time"
)

// again counts what was found after the first time.
type again struct {
	first Finding // only its exchanges are not kept
	n     int
	next  int // exchange of the second time; 0: none
	last  int
	time  time.Duration // of the last
}

// maxKeys is how many different findings of a rule are told apart, and
// otherKey stands for all beyond.
const (
	maxKeys  = 64
	otherKey = -1 << 31
)

// keyOf returns the key of findings that are the same if they are about the same
// name or address.
func keyOf(name string) int { return int(crc32.ChecksumIEEE([]byte(name)) & 0x7FFFFFFF) }

// folded counts a finding that was made before, and reports whether it was.
func (w *watch) folded(key int, at time.Duration, exchanges []int) bool {
	a := w.again[key]
	if a == nil && len(w.again) > maxKeys {
		a = w.again[otherKey]
	}
	if a == nil {
		return false
	}
	a.n++
	a.time = at
	if len(exchanges) > 0 {
		a.last = exchanges[len(exchanges)-1]
		if a.next == 0 {
			a.next = exchanges[0]
		}
	}
	return true
}

// remember keeps a finding that was made for the first time.
func (w *watch) remember(key int, f *Finding) {
	if len(w.again) == maxKeys {
		key = otherKey
	}
	w.again[key] = &again{first: *f}
}

// tell hands out what was counted.
func (a *again) tell(handOut func(*Finding)) {
	if a.n == 0 {
		return
	}
	f := a.first
	f.Again, f.Time, f.Exchanges = a.n, a.time, nil
	if a.next != 0 {
		f.Exchanges = []int{a.next}
	}
	if a.last != a.next {
		f.Exchanges = append(f.Exchanges, a.last)
	}
	handOut(&f)
}
