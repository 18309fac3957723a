package diff

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// longest returns the length of a longest common subsequence, the slow way.
func longest(a, b []byte) int {
	row := make([]int, len(b)+1)
	for i := range a {
		corner := 0
		for j := range b {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = corner + 1
			} else {
				row[j+1] = max(row[j], above)
			}
			corner = above
		}
	}
	return row[len(b)]
}

// An alignment has as many matches as any can have, each a pair of equal steps,
// rising on both sides.
func TestAlignmentsAreTheLongest(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		a, b := letters(rng, rng.IntN(40)), letters(rng, rng.IntN(40))
		al := aligner{n: len(a), m: len(b),
			same: func(i, j int) bool { return a[i] == b[j] },
			done: func(x, y int) bool { return x == len(a) && y == len(b) }}
		found, end := al.align()
		require.Equal(t, match{len(a), len(b)}, end)
		require.Len(t, found, longest(a, b), "%s %s", a, b)
		last := match{-1, -1}
		for _, m := range found {
			require.True(t, m.a > last.a && m.b > last.b && a[m.a] == b[m.b], "%s %s", a, b)
			last = m
		}
	}
}

func letters(rng *rand.Rand, n int) []byte {
	text := make([]byte, n)
	for i := range text {
		text[i] = 'a' + byte(rng.IntN(4))
	}
	return text
}

// Where too much differs, an alignment ends early, but not at once.
func TestAlignmentsGiveUp(t *testing.T) {
	const n = 3 * MaxEdits
	al := aligner{n: n, m: n, same: func(i, j int) bool { return false },
		done: func(x, y int) bool { return x == n && y == n }}
	found, end := al.align()
	require.Empty(t, found)
	require.GreaterOrEqual(t, end.a+end.b, MaxEdits)
}
