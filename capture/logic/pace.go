package logic

import "time"

// A pace measures the clock within windows.
type pace struct {
	up, down  time.Duration // of the last edges, where known
	edges     int           // since the pause
	period    time.Duration // the shortest between two rising edges, 0: none
	high, low spread        // of the lengths of the clock's phases
}

// pause says that the edges that follow have nothing to do with those before.
func (p *pace) pause() { p.edges = 0 }

func (p *pace) rose(at time.Duration) {
	if p.edges >= 2 {
		if d := at - p.up; d < p.period || p.period == 0 {
			p.period = d
		}
		p.low.add(at - p.down)
	}
	p.up = at
	p.edges++
}

func (p *pace) fell(at time.Duration) {
	if p.edges >= 1 {
		p.high.add(at - p.up)
	}
	p.down = at
	p.edges++
}

// samplesPerBit returns how many samples the analyzer took of the shortest
// bit, 0 if that is not known. Where the file does not say how far apart they
// are, that is the difference of the two shortest phases of the clock, if it is
// the same for high and low: an even clock seen through coarse samples.
func (p *pace) samplesPerBit(interval time.Duration) float64 {
	if interval == 0 {
		interval = p.high.step()
		if off := interval - p.low.step(); off < -2*rounding || off > 2*rounding {
			return 0
		}
	}
	if interval == 0 {
		return 0
	}
	return float64(p.period) / float64(interval)
}

// A spread holds the two shortest of some durations that are not the same,
// 0: none.
type spread struct{ least, next time.Duration }

// rounding is by how much two times that are the same may differ in a file.
const rounding = 2

func (s *spread) add(d time.Duration) {
	switch {
	case s.least == 0 || d < s.least-rounding:
		s.next, s.least = s.least, d
	case d > s.least+rounding && (s.next == 0 || d < s.next):
		s.next = d
	}
}

// step returns the difference, 0 if there is none.
func (s *spread) step() time.Duration {
	if s.next == 0 {
		return 0
	}
	return s.next - s.least
}
