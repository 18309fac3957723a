package logic

import (
	"io"
	"time"
)

// A spi is the source of the levels of the lines: it reads the bus as SPI mode
// 0, most significant bit first, chip select low, and tells the changes of the
// other lines. Without a channel for chip select it tells these alone.
type spi struct {
	src            sampler
	cs, clk        uint64 // bits of the channels, 0: none
	mosiIn, misoIn uint64
	pins           []pinAt
	rare           uint64 // chip select and pins

	now, before sample
	begun, open bool
	mosi, miso  byte // the bits of the byte that is being clocked
	bits        int
	pace        pace

	queue []event // told up to told
	told  int
}

// A pinAt is a line beside the bus, and the bit of its channel.
type pinAt struct {
	event // as it is told; kind, at and high change
	bit   uint64
}

func newSPI(src sampler, w *wiring) *spi {
	s := &spi{src: src, cs: w.mask(lineCS), clk: w.mask(lineCLK), mosiIn: w.mask(lineMOSI), misoIn: w.mask(lineMISO)}
	s.rare = s.cs
	for _, p := range pins {
		if bit := w.mask(p.line); bit != 0 {
			s.pins = append(s.pins, pinAt{event{pin: p.pin}, bit})
			s.rare |= bit
		}
	}
	src.watch(w.all())
	return s
}

// next implements source.
func (s *spi) next(e *event) error {
	for s.told == len(s.queue) {
		s.before = s.now
		err := s.src.next(&s.now)
		switch {
		case err == io.EOF && s.open: // the file ends before the deselect
			s.open = false
			*e = event{kind: deselected, at: s.before.at, guessed: true, partial: s.bits > 0}
			return nil
		case err != nil:
			return err
		}
		changed := s.now.levels ^ s.before.levels
		if s.begun && changed&s.rare == 0 {
			if changed&s.clk != 0 && s.open && s.clock(e) {
				return nil
			}
			continue
		}
		s.queue, s.told = s.queue[:0], 0
		s.step(changed)
	}
	*e = s.queue[s.told]
	s.told++
	return nil
}

// clock deals with an edge of the clock while a window is open, and reports
// whether it made a byte.
func (s *spi) clock(e *event) bool {
	if s.now.levels&s.clk == 0 {
		s.pace.fell(s.now.at)
		return false
	}
	s.pace.rose(s.now.at)
	s.mosi, s.miso = s.mosi<<1, s.miso<<1
	if s.now.levels&s.mosiIn != 0 {
		s.mosi |= 1
	}
	if s.now.levels&s.misoIn != 0 {
		s.miso |= 1
	}
	if s.bits++; s.bits < 8 {
		return false
	}
	*e = event{kind: clocked, at: s.now.at, mosi: s.mosi, miso: s.miso, partial: s.mosiIn == 0 || s.misoIn == 0}
	if s.mosiIn == 0 {
		e.mosi = fillMOSI
	}
	if s.misoIn == 0 {
		e.miso = fillMISO
	}
	s.bits = 0
	return true
}

// step queues the events of a sample in which more than the bus's clock and
// data changed, or of the first one.
func (s *spi) step(changed uint64) {
	bus, happened := s.bus(changed)
	first := !s.begun
	s.begun = true
	for _, early := range []bool{true, false} {
		if !early && happened {
			s.queue = append(s.queue, bus)
		}
		for _, p := range s.pins {
			if changed&p.bit == 0 && !first {
				continue
			}
			e := p.event
			e.kind, e.at, e.high = edge, s.now.at, s.now.levels&p.bit != 0
			if first {
				e.kind = level
			}
			if early == (!happened || before(&e, &bus)) {
				s.queue = append(s.queue, e)
			}
		}
	}
}

// bus returns what a sample says of the bus, if it says something. In a
// recording that begins with chip select low a window is open already.
func (s *spi) bus(changed uint64) (e event, happened bool) {
	low := s.cs != 0 && s.now.levels&s.cs == 0
	switch {
	case s.begun && changed&s.cs != 0 && !low:
		s.open = false
		return event{kind: deselected, at: s.now.at, partial: s.bits > 0}, true
	case !s.begun:
		s.open = low
		return e, false
	case changed&s.cs != 0:
		s.open, s.bits = true, 0
		s.pace.pause()
		if changed&s.clk != 0 {
			s.clock(&e)
		}
		return event{kind: selected, at: s.now.at}, true
	}
	return e, changed&s.clk != 0 && s.open && s.clock(&e)
}

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
