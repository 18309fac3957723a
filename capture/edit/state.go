package edit

import (
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// maxCalls is how many calls that go on are kept, so that memory is bounded
// whatever a trace holds.
const maxCalls = 1024

// A state is what holds at a time of a trace.
type state struct {
	begin    capture.Record // the start of the recording
	firmware string
	pins     [capture.PinFloat + 1]capture.Record // the last change of each line
	calls    map[bus.CallID]capture.Record
	order    []bus.CallID // of calls, by their begins
}

func newState() state { return state{calls: map[bus.CallID]capture.Record{}} }

// add takes up a record.
func (s *state) add(rec *capture.Record) {
	switch rec.Kind {
	case capture.KindStart:
		*s = newState()
		s.begin = *rec
		s.begin.Labels = slices.Clone(rec.Labels)
	case capture.KindWindow:
		if v := version(&rec.Window); v != "" {
			s.firmware = v
		}
	case capture.KindPin:
		s.pin(rec)
	case capture.KindBegin:
		if _, known := s.calls[rec.ID]; !known && len(s.calls) < maxCalls {
			s.calls[rec.ID] = *rec
			s.order = append(s.order, rec.ID)
		}
	case capture.KindEnd:
		if _, known := s.calls[rec.ID]; known {
			delete(s.calls, rec.ID)
			s.order = slices.DeleteFunc(s.order, func(id bus.CallID) bool { return id == rec.ID })
		}
	}
}

// pin takes up a change of a line. GPIO0 is driven by the host, or not.
func (s *state) pin(rec *capture.Record) {
	if int(rec.Pin) >= len(s.pins) {
		return
	}
	s.pins[rec.Pin] = *rec
	switch rec.Pin {
	case capture.PinStrap:
		s.pins[capture.PinFloat] = capture.Record{}
	case capture.PinFloat:
		s.pins[capture.PinStrap] = capture.Record{}
	}
}

// start returns the start of a recording that begins at a time of this one.
func (s *state) start(at time.Duration) *capture.Record {
	rec := capture.Record{Kind: capture.KindStart, Labels: s.begin.Labels}
	if !s.begin.Wall.IsZero() {
		rec.Wall = s.begin.Wall.Add(at - s.begin.Time)
	}
	if s.firmware != "" {
		rec.Labels = slices.DeleteFunc(rec.Labels, func(l capture.Label) bool { return l.Key == decode.LabelFirmware })
		rec.Labels = append(rec.Labels[:min(len(rec.Labels), capture.MaxLabels-1)], capture.Label{Key: decode.LabelFirmware, Value: s.firmware})
	}
	return &rec
}

// going returns the lines, and the calls that go on, as of the beginning of a
// recording that begins at a time of this one. RESETN is high unless said
// otherwise; that it is would say that the coprocessor boots.
func (s *state) going(at, tick time.Duration) []capture.Record {
	var recs []capture.Record
	for _, rec := range s.pins {
		if rec.Kind != 0 && !(rec.Pin == capture.PinReset && rec.High) {
			recs = append(recs, capture.Record{Kind: capture.KindPin, Pin: rec.Pin, High: rec.High})
		}
	}
	for _, id := range s.order {
		rec := s.calls[id]
		if rec.Call.Wait > 0 {
			rec.Call.Wait = max(rec.Call.Wait-(at-rec.Time), tick)
		}
		rec.Time = 0
		recs = append(recs, rec)
	}
	return recs
}
