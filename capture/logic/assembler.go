package logic

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// An assembler makes the records of a trace out of events in the order of
// their times. It holds one window.
type assembler struct {
	w     *capture.Writer
	mask  capture.Masker
	stats *Stats
	shift time.Duration // added to the time of every event

	win      capture.Record // the open window
	open     bool
	headless bool // its beginning is missing
	acked    bool // READY rose in it, or needs not
	known    bool // READY was recorded
	busy     bool // READY is high

	line  capture.Record
	spans [][2]int
}

// take deals with the next event.
func (a *assembler) take(e *event) error {
	at := e.at + a.shift
	a.stats.Duration = at
	switch e.kind {
	case selected:
		if a.open { // whose deselect is missing: it was here at the latest
			if err := a.end(at, capture.Incomplete); err != nil {
				return err
			}
		}
		a.begin(at, false)
		if e.guessed { // READY went high before
			a.win.Window.Status, a.acked = 0, true
		}
	case clocked:
		if !a.open {
			a.begin(at, true)
		}
		a.clock(e)
	case deselected:
		return a.deselect(e, at)
	case trouble:
		a.stats.Troubles++
		if a.open {
			a.win.Window.Status |= capture.Incomplete
		}
	case level, edge:
		return a.change(e, at)
	}
	return nil
}

// deselect ends the open window, or one of which nothing else is known.
func (a *assembler) deselect(e *event, at time.Duration) error {
	if !a.open {
		a.begin(at, true)
	}
	var status capture.Status
	if e.guessed || e.partial {
		status = capture.Incomplete
	}
	if e.partial {
		a.stats.Partial++
	}
	return a.end(at, status)
}

// begin opens a window, which may have begun before the recording did.
func (a *assembler) begin(at time.Duration, headless bool) {
	old := &a.win.Window
	a.win = capture.Record{Kind: capture.KindWindow, Time: at, Window: capture.Window{
		MOSI: old.MOSI[:0], MISO: old.MISO[:0], Masks: old.Masks[:0]}}
	a.open, a.headless = true, headless
	a.acked = headless || a.busy || !a.known
	switch {
	case headless:
		a.win.Window.Status = capture.Incomplete
	case a.busy:
		a.win.Window.Status = capture.WaitTimedOut
	}
}

// clock adds a byte to the open window.
func (a *assembler) clock(e *event) {
	w := &a.win.Window
	if len(w.MOSI) == capture.MaxWindow {
		w.Status |= capture.Incomplete
		a.stats.Lost++
		return
	}
	if e.partial {
		w.Status |= capture.Incomplete
	}
	w.MOSI, w.MISO = append(w.MOSI, e.mosi), append(w.MISO, e.miso)
}

// end writes the open window, which was deselected at the given time.
func (a *assembler) end(at time.Duration, status capture.Status) error {
	a.open = false
	w := &a.win.Window
	w.Dur = at - a.win.Time - w.Ack
	w.Status |= status
	if !a.acked {
		w.Status |= capture.AckTimedOut
	}
	a.withhold(w)
	a.stats.Windows++
	a.stats.Bytes += int64(len(w.MOSI))
	if w.Status&capture.Incomplete != 0 {
		a.stats.Incomplete++
	}
	return a.w.Write(&a.win)
}

// withhold blanks the secrets of a window.
func (a *assembler) withhold(w *capture.Window) {
	if a.mask == nil {
		return
	}
	if a.headless {
		a.spans = append(a.spans[:0], [2]int{0, len(w.MOSI)})
	} else {
		a.spans = a.mask(a.spans[:0], w.MOSI)
	}
	for _, s := range a.spans {
		from, to := max(s[0], 0), min(s[0]+max(s[1], 0), len(w.MOSI))
		if from >= to {
			continue
		}
		w.Masks = append(w.Masks, capture.Span{Off: from, Len: to - from})
		for i := from; i < to; i++ {
			w.MOSI[i] = '*'
		}
	}
	if len(w.Masks) > 0 {
		w.Status |= capture.HasMasks
		a.stats.Masked++
	}
}

// change deals with a line: the first rise of READY in a window is part of it,
// everything else a record.
func (a *assembler) change(e *event, at time.Duration) error {
	if e.pin == capture.PinReady {
		a.known, a.busy = true, e.high
		if a.open && !a.acked && e.high {
			a.acked = true
			a.win.Window.Ack = at - a.win.Time
			return nil
		}
	}
	if e.kind == level && e.high == atRest(e.pin) {
		return nil
	}
	a.stats.Pins++
	a.line = capture.Record{Kind: capture.KindPin, Time: at, Pin: e.pin, High: e.high}
	return a.w.Write(&a.line)
}

// atRest returns the level of a line of which nothing is known.
func atRest(p capture.Pin) (high bool) { return p != capture.PinGPIO0 }
