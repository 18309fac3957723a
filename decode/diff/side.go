package diff

import (
	"io"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// A side reads the steps of one trace.
type side struct {
	dec   *decode.Decoder
	o     *Options
	ev    decode.Event
	polls decode.Polls
	key   keyer

	steps []Step // the window
	ended bool   // no step follows the window
	calls bool   // there was a driver call
	mute  bool   // driver calls are no steps

	last  Step   // the exchange before
	kept  bool   // it is a step
	again uint64 // how often it is to be a step again

	polled     uint64
	incomplete bool
}

func newSide(dec *decode.Decoder, o *Options) *side {
	return &side{dec: dec, o: o, key: newKeyer(o.All)}
}

// maxRepeats is how many of the repeats that a recorder counted in one record
// are steps. More are as many.
const maxRepeats = Window

// fill reads steps until the window is full.
func (s *side) fill() error {
	for len(s.steps) < Window && !s.ended {
		if s.again > 0 {
			s.again--
			s.steps = append(s.steps, s.last)
			continue
		}
		switch err := s.dec.Next(&s.ev); {
		case err == io.EOF:
			s.ended = true
		case err != nil:
			return err
		case s.ev.Exchange.N != 0:
			s.exchange(&s.ev.Exchange)
		default:
			s.record(&s.ev.Record)
		}
	}
	return nil
}

// drop takes steps off the window.
func (s *side) drop(n int) { s.steps = append(s.steps[:0], s.steps[n:]...) }

// dropCalls takes the driver calls off the window, and all that come.
func (s *side) dropCalls() {
	kept := s.steps[:0]
	for _, step := range s.steps {
		if !step.call {
			kept = append(kept, step)
		}
	}
	s.steps, s.mute = kept, true
}

func (s *side) exchange(ex *decode.Exchange) {
	nothing := s.polls.Add(ex) == decode.PolledNothing
	key, kind := s.key.exchange(ex)
	s.last = Step{N: ex.N, Time: ex.Time, Wait: ex.Wait, key: key, kind: kind}
	s.keep(nothing, 1)
	if s.kept {
		s.last.Text = decode.DescribeExchange(ex, s.o.Payload)
		s.steps = append(s.steps, s.last)
	}
}

// keep decides whether the last exchange is a step, or polls in vain.
func (s *side) keep(nothing bool, n uint64) {
	s.kept = s.o.All || !nothing
	if !s.kept {
		s.polled += n
	}
}

// repeat makes the last exchange n more steps, if it is worth any.
func (s *side) repeat(n uint64) {
	if s.last.N == 0 {
		return
	}
	was := s.kept
	s.keep(s.polls.Again() == decode.PolledNothing, n)
	if was && s.kept {
		s.again = min(n, maxRepeats)
	}
}

func (s *side) record(rec *capture.Record) {
	switch rec.Kind {
	case capture.KindBegin, capture.KindEnd:
		if s.calls = true; s.mute {
			return
		}
		key, kind := s.key.call(rec)
		s.add(rec, Step{key: key, kind: kind, call: true})
	case capture.KindPin:
		if rec.Pin == capture.PinReset && !rec.High {
			s.key.reset()
			s.add(rec, plain(1))
		}
	case capture.KindWait:
		if rec.Window.Status&capture.WaitTimedOut != 0 {
			s.add(rec, plain(2))
		}
	case capture.KindStart:
		s.key.reset()
		for _, l := range rec.Labels {
			s.incomplete = s.incomplete || l.Key == capture.FilterLabel
		}
	case capture.KindLoss:
		s.incomplete = true
	case capture.KindRepeat:
		s.repeat(rec.Repeat.N)
	}
}

// plain returns a step that has no values.
func plain(key uint64) Step { return Step{key: key, kind: key} }

// add makes a record a step.
func (s *side) add(rec *capture.Record, step Step) {
	step.Time, step.Text = rec.Time, decode.DescribeRecord(rec)
	s.steps = append(s.steps, step)
}
