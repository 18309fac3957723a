package fidelity

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHostileRecordings: whatever a recording holds, playing it ends, and every
// exchange is counted.
func TestHostileRecordings(t *testing.T) {
	recordings, err := Load(golden)
	require.NoError(t, err)
	luck := rand.New(rand.NewPCG(1, 2))
	for _, r := range recordings {
		for range 30 {
			broken := &Recording{Name: r.Name, Steps: slices.Clone(r.Steps)}
			for range 1 + luck.IntN(6) {
				damage(luck, broken)
			}
			xs := slices.DeleteFunc(exchanges(broken), func(x *exchange) bool { return x.reset })
			assert.Equal(t, len(xs), played(t, broken).Compared())
		}
	}
}

// damage changes something of a recording.
func damage(luck *rand.Rand, r *Recording) {
	i := luck.IntN(len(r.Steps))
	s := &r.Steps[i]
	switch n := len(s.MOSI); luck.IntN(6) {
	case 0:
		r.Steps = slices.Delete(r.Steps, i, min(i+1+luck.IntN(3), len(r.Steps)-1))
	case 1:
		s.Edge, s.Unarmed, s.Armed = luck.IntN(9) == 0, luck.IntN(9) == 0, luck.IntN(2) == 0
	case 2:
		r.Steps = slices.Insert(r.Steps, i, r.Steps[luck.IntN(len(r.Steps))])
	default:
		if n == 0 {
			return
		}
		s.MOSI, s.MISO = bytes.Clone(s.MOSI), bytes.Clone(s.MISO)
		s.MOSI[luck.IntN(n)] = byte(luck.Uint32())
		s.MISO[luck.IntN(n)] = byte(luck.Uint32())
	}
}
