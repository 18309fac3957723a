package diff

import "slices"

// A match says that step A of one sequence is step B of another.
type match struct{ a, b int }

// An aligner finds which steps of two sequences match: the greedy algorithm of
// Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), which takes
// time in proportion to the length and to how much differs.
type aligner struct {
	n, m int
	same func(a, b int) bool
	// done reports whether an alignment that has got this far may end there.
	done func(x, y int) bool

	far   []int32   // by diagonal x-y: the largest x that was reached
	trace [][]int32 // far as it was before each edit, of the diagonals that count
}

// align returns the matches, rising, and where it ended: where done was first
// true, or, after MaxEdits, where it had got furthest, at least that many steps.
func (a *aligner) align() (found []match, end match) {
	limit := min(MaxEdits, a.n+a.m)
	a.far = make([]int32, 2*limit+3)
	for edits := 0; ; edits++ {
		best := match{}
		for k := -edits; k <= edits; k += 2 {
			x, y := a.step(k, edits)
			if x > int32(a.n) || y > int32(a.m) {
				continue
			}
			if a.done(int(x), int(y)) {
				return a.back(int(x), int(y), edits), match{int(x), int(y)}
			}
			if int(x+y) >= best.a+best.b {
				best = match{int(x), int(y)}
			}
		}
		if edits == limit {
			return a.back(best.a, best.b, edits), best
		}
		a.remember(edits)
	}
}

// at returns where a diagonal stands in far.
func (a *aligner) at(k int) int { return k + len(a.far)/2 }

// step moves on diagonal k: one edit from a neighbour, and then along what
// matches.
func (a *aligner) step(k, edits int) (x, y int32) {
	if edits > 0 {
		x, _ = from(a.far, a.at(k), k, edits)
	}
	y = x - int32(k)
	for x < int32(a.n) && y < int32(a.m) && a.same(int(x), int(y)) {
		x, y = x+1, y+1
	}
	a.far[a.at(k)] = x
	return x, y
}

// from returns where an edit leads onto diagonal k, which stands at in far: down
// from the one above, or right from the one below, whichever is further.
func from(far []int32, at, k, edits int) (x int32, down bool) {
	if k == -edits || k != edits && far[at-1] < far[at+1] {
		return far[at+1], true
	}
	return far[at-1] + 1, false
}

// remember keeps what was reached with so many edits.
func (a *aligner) remember(edits int) {
	from := a.at(-edits)
	a.trace = append(a.trace, append([]int32(nil), a.far[from:from+2*edits+1]...))
}

// back returns the matches on the way to a point that took so many edits.
func (a *aligner) back(x, y, edits int) []match {
	var found []match
	for ; edits >= 0; edits-- {
		start, down := 0, false
		if edits > 0 {
			k := x - y
			s, d := from(a.trace[edits-1], k+edits-1, k, edits)
			start, down = int(s), d
		}
		for ; x > start; x, y = x-1, y-1 {
			found = append(found, match{x - 1, y - 1})
		}
		if down {
			y--
		} else {
			x--
		}
	}
	slices.Reverse(found)
	return found
}
