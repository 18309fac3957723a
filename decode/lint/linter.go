package lint

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Linter finds what went wrong in the events it is given. One goroutine at a
// time may use it. Its memory does not grow with the trace: what is found over
// and over is handed out once and then counted.
type Linter struct {
	handOut  func(*Finding)
	watches  []*watch
	ofDecode map[string]*watch // by Title
	session  session
	step     step          // what is looked at
	now      time.Duration // of the last event
	family   wire.Family
	firmware wire.Version // 0: unknown
}

// A watch is a rule at work.
type watch struct {
	rule  *Rule
	check check
	again map[int]*again // by key
}

// New returns a Linter by some of the [Rules], which calls handOut with each
// finding. A finding is not used afterwards.
func New(rules []*Rule, handOut func(*Finding)) *Linter {
	l := &Linter{handOut: handOut, ofDecode: map[string]*watch{}}
	for _, r := range rules {
		w := &watch{rule: r, again: map[int]*again{}}
		l.watches = append(l.watches, w)
		if r.check == nil {
			l.ofDecode[r.Title] = w
		} else {
			w.check = r.check()
		}
	}
	l.session.ledger = ledger.New(l.tell)
	return l
}

// tell takes up an event of the ledger: what is closed is a step.
func (l *Linter) tell(ev *ledger.Event) {
	l.session.told(ev)
	if ev.Kind == ledger.EventClosed {
		l.look(step{closed: ev.Conv})
	}
}

// Add looks at an event. It keeps nothing of it.
func (l *Linter) Add(ev *decode.Event) {
	if ev.Exchange.N == 0 {
		l.now = max(l.now, ev.Record.Window.End(ev.Record.Time))
		l.look(step{rec: &ev.Record})
		l.session.add(ev)
		if ev.Record.Kind == capture.KindStart {
			l.family, l.firmware = firmwareOf(ev.Record.Labels)
		}
		return
	}
	ex := &ev.Exchange
	l.now = max(l.now, ex.Time)
	if ex.Firmware != 0 {
		l.family, l.firmware = ex.Family, ex.Firmware
	}
	l.decodeFindings(ex)
	l.look(step{ex: ex})
	l.session.add(ev)
}

// Firmware returns what the trace has told of it, such as "arduino 2.0.0", ""
// for nothing.
func (l *Linter) Firmware() string {
	if l.firmware == 0 {
		return ""
	}
	return l.family.String() + " " + l.firmware.String()
}

// firmwareOf returns what the labels of a recording say of it.
func firmwareOf(labels []capture.Label) (wire.Family, wire.Version) {
	for _, lab := range labels {
		if lab.Key == decode.LabelFirmware {
			v, f := wire.ParseVersion(lab.Value)
			return f, v
		}
	}
	return wire.Arduino, 0
}

// Close ends the trace: findings that only the end can show are handed out,
// and what was counted.
func (l *Linter) Close() {
	l.look(step{end: true})
	l.session.ledger.Close()
	for _, w := range l.watches {
		for _, key := range slices.Sorted(maps.Keys(w.again)) {
			w.again[key].tell(l.handOut)
		}
		clear(w.again)
	}
}

// look shows a step to every check.
func (l *Linter) look(st step) {
	l.step = st
	l.step.l, l.step.s, l.step.now = l, &l.session, l.now
	for _, w := range l.watches {
		if w.check != nil {
			l.step.w = w
			w.check(&l.step)
		}
	}
	l.step = step{}
}

// decodeFindings takes up what decode has found in an exchange.
func (l *Linter) decodeFindings(ex *decode.Exchange) {
	for _, title := range ex.Findings {
		if w := l.ofDecode[title]; w != nil {
			l.found(w, int(ex.Cmd), l.now, []int{ex.N}, "%s: %s%s", ex.Name(), title, frameText(ex, w))
		}
	}
}

// found makes a finding, if the rule concerns this firmware.
func (l *Linter) found(w *watch, key int, at time.Duration, exchanges []int, format string, args ...any) {
	severity := w.rule.Severity
	switch {
	case l.firmware == 0 && w.rule.Firmware != nil:
		severity = max(severity, Note+1) - 1
	case !w.rule.Firmware.Has(l.family, l.firmware):
		return
	}
	if w.folded(key, at, exchanges) {
		return
	}
	f := Finding{Rule: w.rule, Severity: severity, Time: at, Exchanges: exchanges, Text: fmt.Sprintf(format, args...)}
	w.remember(key, &f)
	l.handOut(&f)
}
