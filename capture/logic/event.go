package logic

import (
	"io"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// A kind says what happened.
type kind uint8

const (
	selected   kind = 1 + iota // chip select fell
	clocked                    // a byte went over the bus
	trouble                    // the analyzer lost the clock
	deselected                 // chip select rose
	level                      // a line has this level when the recording begins
	edge                       // a line changed
)

// An event is one thing an analyzer saw.
type event struct {
	kind kind
	at   time.Duration

	mosi, miso byte // clocked
	partial    bool // clocked: only one of the two was recorded; deselected: in the middle of a byte
	guessed    bool // deselected: the file ends before it; selected: at the first byte, for want of better

	pin  capture.Pin // level, edge
	high bool
}

// A source gives the events of one file in the order of their times; after
// the last it returns io.EOF.
type source interface{ next(*event) error }

// A stream is a source of which the next event is known. The zero stream is at
// its end.
type stream struct {
	src  source
	head event
	more bool
}

// open returns a stream at its first event.
func open(src source) (*stream, error) {
	s := &stream{src: src}
	return s, s.advance()
}

// advance makes the next event the head.
func (s *stream) advance() error {
	s.head = event{}
	err := s.src.next(&s.head)
	s.more = err == nil
	if err == io.EOF {
		return nil
	}
	return err
}

// merge hands the events of bus and lines to take, in the order of their
// times, until both are at their end.
func merge(bus, lines *stream, take func(*event) error) error {
	for bus.more || lines.more {
		s := bus
		if !bus.more || lines.more && before(&lines.head, &bus.head) {
			s = lines
		}
		if err := take(&s.head); err != nil {
			return err
		}
		if err := s.advance(); err != nil {
			return err
		}
	}
	return nil
}

// before reports whether line, a change of a line, is told before what
// happened on the bus. What happened in the same sample is put into the order
// that a working link has: READY falls, the select, READY rises, the deselect,
// READY falls.
func before(line, bus *event) bool {
	if line.at != bus.at {
		return line.at < bus.at
	}
	rises := line.kind == edge && line.pin == capture.PinReady && line.high
	return rises != (bus.kind == selected)
}
