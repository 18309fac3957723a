package replay

import (
	"slices"
	"unsafe"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// maxMemory bounds what a trace may make a replay keep. A few bytes of a file
// can stand for much: a window of fill bytes, the size of a buffer.
const maxMemory = 1 << 29

// callMemory is what a call costs while it goes on, its goroutine's stack.
const callMemory = 1 << 14

// A loader makes a Trace of records. What no recorder writes down is damage:
// the calls of a trace begin once and then end, and the bus works for nobody
// but calls that go on.
type loader struct {
	t         *Trace
	going     map[bus.CallID]int64 // by call that has begun and not ended: memory it takes
	known     map[bus.CallID]bool  // calls that have begun
	kept      int64                // memory that stays
	buffers   int64                // sum of going
	exchanges int
	asked     bool  // the exchange has no reply yet
	windows   bool  // there was one
	memory    int64 // how much kept and buffers may be
}

func newLoader(name string, memory int64) *loader {
	return &loader{
		memory: memory, t: &Trace{Name: name, patience: patience},
		going: map[bus.CallID]int64{}, known: map[bus.CallID]bool{},
	}
}

// add takes up a record.
func (l *loader) add(rec *capture.Record) error {
	switch rec.Kind {
	case capture.KindStart:
		if len(l.t.records) > 0 {
			return ErrSeveral
		}
		return filtered(rec)
	case capture.KindRepeat:
		return ErrFiltered
	case capture.KindLoss:
		l.t.damage.lose(rec)
		return nil
	case capture.KindNote, capture.KindText:
		return nil
	case capture.KindPin:
		if rec.Pin == capture.PinReady {
			return nil
		}
		l.asked = l.asked && rec.Pin != capture.PinReset
	case capture.KindWindow:
		if rec.Window.Omitted > 0 {
			return ErrFiltered
		}
		l.window(rec)
	}
	l.check(rec)
	return l.keep(rec)
}

// filtered returns ErrFiltered where a label says that a filter chose what was
// recorded.
func filtered(rec *capture.Record) error {
	for _, label := range rec.Labels {
		if label.Key == capture.FilterLabel {
			return ErrFiltered
		}
	}
	return nil
}

// window counts the exchanges as package decode does.
func (l *loader) window(rec *capture.Record) {
	win := &rec.Window
	l.windows = true
	if win.Status&capture.Incomplete != 0 {
		l.t.damage.at(rec.Offset)
		l.t.damage.Windows++
	}
	if len(win.MOSI) == 0 {
		return
	}
	asks := !win.Reads()
	if asks || !l.asked {
		l.exchanges++
	}
	l.asked = asks
}

// check follows the calls.
func (l *loader) check(rec *capture.Record) {
	id := callOf(rec)
	good := true
	switch rec.Kind {
	case capture.KindBegin:
		good = id != 0 && !l.known[id]
		if good {
			c := &rec.Call
			l.known[id] = true
			l.going[id] = callMemory + int64(c.Size) + int64(c.SecretLen)
			l.buffers += l.going[id]
			l.kept += int64(c.DataLen)
			l.t.calls = append(l.t.calls, id)
		}
	case capture.KindEnd:
		_, good = l.going[id]
		l.buffers -= l.going[id]
		delete(l.going, id)
	default:
		_, good = l.going[id]
		good = good || id == 0
	}
	if !good {
		l.t.damage.at(rec.Offset)
		l.t.damage.Calls++
	}
}

// keep keeps a copy of the record.
func (l *loader) keep(rec *capture.Record) error {
	w := rec.Window
	l.kept += int64(unsafe.Sizeof(*rec)) + int64(len(w.MOSI)+len(w.MISO)+len(rec.Result.Err)+len(rec.Call.Text)+len(rec.Call.Hostname))
	if l.kept+l.buffers > l.memory {
		return ErrTooLarge
	}
	kept := *rec
	kept.Window.MOSI, kept.Window.MISO, kept.Window.Masks = slices.Clone(w.MOSI), slices.Clone(w.MISO), slices.Clone(w.Masks)
	kept.Window.MISOMasks = slices.Clone(w.MISOMasks)
	l.t.records = append(l.t.records, kept)
	l.t.numbers = append(l.t.numbers, l.exchanges)
	return nil
}
