package emulator

import (
	"maps"
	"math/rand/v2"
	"time"
)

// Chaos is faults by chance: the same seed and the same commands bring the same
// faults.
type Chaos struct {
	Seed  uint64
	Rates map[FaultKind]float64 // share of the commands that a kind strikes, 0 to 1
	For   time.Duration         // the longest a fault lasts; zero: 10 ms
}

const defaultChaosFor = 10 * time.Millisecond

// SetChaos lets faults strike by chance from the next command on, in place of
// the chaos before. The zero Chaos ends it.
func (e *Emulator) SetChaos(c Chaos) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.chaos = nil; len(c.Rates) == 0 {
		return
	}
	if c.For <= 0 {
		c.For = defaultChaosFor
	}
	c.Rates = maps.Clone(c.Rates)
	e.chaos = &chaos{Rand: rand.New(rand.NewPCG(c.Seed, 0)), set: c}
	for kind, rate := range c.Rates {
		if kind < faultKinds {
			e.chaos.rates[kind] = rate
		}
	}
}

// Chaos returns the chaos at work, the zero one if there is none.
func (e *Emulator) Chaos() Chaos {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.chaos == nil {
		return Chaos{}
	}
	c := e.chaos.set
	c.Rates = maps.Clone(c.Rates)
	return c
}

// A chaos is one at work. A nil chaos does nothing.
type chaos struct {
	*rand.Rand
	set   Chaos
	rates [faultKinds]float64 // of set
}

// ranges holds the first and the last N a random fault has.
var ranges = [faultKinds][2]int{
	RefuseSends: {0, 64},
	Reboot:      {0, 3}, // before the command is executed, at both edges of the reply, at the next command
	LoseSlot:    {0, 9},
	ResetPeer:   {0, 9},
	DropLink:    {1, 8},
	Stations:    {0, 4},
	WrongEcho:   {0, 0x7F},
	FlipBit:     {0, 127},
	Truncate:    {0, 7},
	Overlong:    {1, 255},
}

// draw returns the faults of the next command.
func (c *chaos) draw() (struck []Fault) {
	if c == nil {
		return nil
	}
	for kind, rate := range c.rates {
		if rate > 0 && c.Float64() < rate {
			lo, hi := ranges[kind][0], ranges[kind][1]
			struck = append(struck, Fault{
				Kind: FaultKind(kind),
				For:  1 + time.Duration(c.Int64N(int64(c.set.For))),
				N:    lo + c.IntN(hi-lo+1),
			})
		}
	}
	return struck
}
