package main

import (
	"fmt"
	"io"
	"time"
)

// A screen shows text as it comes and messages between, and on a terminal a
// status line below them. What makes them never waits for a terminal that is
// held, or for a pager: what finds no room is left out, and how much is told
// at the end. Any goroutine may use it.
type screen struct {
	out  io.Writer // text
	errs io.Writer // messages and the status line
	live bool      // there is a status line
	wait bool      // nothing is left out, whoever writes must wait

	items chan item
	over  chan struct{}
	gone  int // items left out, those of one goroutine, the one that prints

	err      error  // the first in writing the text
	last     []byte // the status line
	drawn    bool   // it is there
	midline  bool   // the text on this terminal has not ended its line
	lastText time.Time
}

// An item is one thing to show.
type item struct {
	kind itemKind
	text []byte
}

type itemKind uint8

const (
	textItem itemKind = iota
	messageItem
	statusItem
)

// screenQueue is how many items may wait.
const screenQueue = 4096

// calm is how long a line of text may stay unfinished before the status line
// takes the next one.
const calm = time.Second

// newScreen returns a screen, to be closed.
func newScreen(out, errs io.Writer, wait bool) *screen {
	s := &screen{out: out, errs: errs, live: terminal(errs), wait: wait,
		items: make(chan item, screenQueue), over: make(chan struct{})}
	go s.show()
	return s
}

// print shows text, which the caller may change afterwards. One goroutine at a
// time may call it.
func (s *screen) print(text []byte) {
	it := item{textItem, append([]byte(nil), text...)}
	if s.wait {
		s.items <- it
	} else if !s.post(it) {
		s.gone++
	}
}

// warn tells something in one line, as warn does.
func (s *screen) warn(format string, args ...any) {
	s.post(item{messageItem, []byte("ninatrace: " + clean(fmt.Sprintf(format, args...)) + "\n")})
}

// status changes the status line, if there is one.
func (s *screen) status(text string) {
	if s.live {
		s.post(item{statusItem, []byte(text)})
	}
}

// post reports whether there was room.
func (s *screen) post(it item) bool {
	select {
	case s.items <- it:
		return true
	default:
		return false
	}
}

// close shows what waits and removes the status line. It returns the first
// error in writing text.
func (s *screen) close() error {
	close(s.items)
	<-s.over
	if s.gone > 0 {
		warn(s.errs, "%s of text found nobody who read in time; the trace has them", count(s.gone, "piece"))
	}
	return s.err
}

func (s *screen) show() {
	defer close(s.over)
	shared := s.live && terminal(s.out)
	for it := range s.items {
		switch {
		case it.kind == statusItem && s.midline && time.Since(s.lastText) < calm:
			s.last = it.text
			continue
		case it.kind != textItem && s.midline:
			_, _ = s.errs.Write([]byte("\n"))
			s.midline = false
		}
		switch it.kind {
		case statusItem:
			s.last = it.text
		case messageItem:
			s.erase()
			_, _ = s.errs.Write(it.text)
		case textItem:
			s.erase()
			if _, err := s.out.Write(it.text); err != nil && s.err == nil {
				s.err = err
			}
			s.midline, s.lastText = shared && it.text[len(it.text)-1] != '\n', time.Now()
		}
		s.draw()
	}
	s.erase()
	if s.midline {
		_, _ = s.errs.Write([]byte("\n"))
	}
}

// draw shows the status line on a line of its own, unless more waits to be
// shown. What is wider than the terminal is cut, not wrapped.
func (s *screen) draw() {
	if s.last != nil && !s.midline && len(s.items) == 0 {
		fmt.Fprintf(s.errs, "\r\x1B[?7l%s\x1B[K\x1B[?7h", s.last)
		s.drawn = true
	}
}

// erase removes the status line.
func (s *screen) erase() {
	if s.drawn {
		_, _ = s.errs.Write([]byte("\r\x1B[K"))
		s.drawn = false
	}
}
