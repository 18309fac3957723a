package logic

import (
	"math/bits"
	"slices"
	"time"
)

// A glitchFilter gives the samples of another sampler without the pulses that
// are shorter than a time.
type glitchFilter struct {
	sampler
	least   time.Duration
	dropped int // pulses

	ahead   sample // the sample read last, which is later than what was handed on
	err     error  // what came in place of the next one
	begun   bool
	seen    uint64   // levels up to ahead, glitches included
	out     uint64   // levels handed on
	pending []change // of seen against out, in the order of their times
}

// A change is that of one channel.
type change struct {
	at      time.Duration
	channel uint64
}

// next implements sampler. A change is handed on when it has lasted, with the
// time at which it began.
func (g *glitchFilter) next(s *sample) error {
	for {
		switch {
		case len(g.pending) > 0 && (g.err != nil || g.ahead.at-g.pending[0].at >= g.least):
			g.release(s)
			return nil
		case g.err != nil:
			return g.err
		case g.begun:
			g.absorb()
		}
		g.err = g.sampler.next(&g.ahead)
		if !g.begun && g.err == nil {
			g.begun, g.seen, g.out, *s = true, g.ahead.levels, g.ahead.levels, g.ahead
			return nil
		}
	}
}

// release hands on the oldest changes.
func (g *glitchFilter) release(s *sample) {
	s.at = g.pending[0].at
	n := 0
	for ; n < len(g.pending) && g.pending[n].at == s.at; n++ {
		g.out ^= g.pending[n].channel
	}
	s.levels = g.out
	g.pending = slices.Delete(g.pending, 0, n)
}

// absorb makes the changes of the sample ahead pending. One that takes another
// back ends a pulse that was too short, else it would not be pending any more.
func (g *glitchFilter) absorb() {
	for changed := g.seen ^ g.ahead.levels; changed != 0; {
		c := uint64(1) << bits.TrailingZeros64(changed)
		changed ^= c
		i := slices.IndexFunc(g.pending, func(p change) bool { return p.channel == c })
		if i < 0 {
			g.pending = append(g.pending, change{g.ahead.at, c})
			continue
		}
		g.pending = slices.Delete(g.pending, i, i+1)
		g.dropped++
	}
	g.seen = g.ahead.levels
}
