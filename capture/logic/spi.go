package logic

import "io"

// An spi is the source of the levels of the lines: it reads the bus as SPI mode
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
