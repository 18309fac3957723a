package fidelity

import (
	"bytes"
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Verdict is how a reply compares.
type Verdict uint8

// The verdicts.
const (
	Equal Verdict = iota
	Excused
	Different
)

// A Result is how the replies to a recording compare.
type Result struct {
	Name        string
	Count       [3]int         // exchanges by Verdict
	Rules       map[string]int // of those excused, by the name of the rule
	Differences []Difference
	Misuses     []emulator.Misuse // what the host did that a clean one does not
}

// Compared returns how many exchanges were compared.
func (r Result) Compared() int { return r.Count[Equal] + r.Count[Excused] + r.Count[Different] }

// A Difference is a reply that is not the recorded one.
type Difference struct {
	N       int // of the exchange, from 1
	At      time.Duration
	Command string
	Request []byte
	Want    []byte // nil: none was armed
	Got     []byte
	World   []string // what was taken to happen before
}

// take compares a reply.
func (r *Result) take(rec *Recording, x *exchange, p *plan, got []byte, answered bool) {
	verdict := Equal
	switch {
	case x.reply < 0:
		if answered != rec.Steps[x.command].Armed && (!answered || rec.dead(x)) {
			verdict = Different
		}
	case !bytes.Equal(x.out, got):
		verdict = Different
		if rule := excuse(x, got); rule != nil {
			verdict = Excused
			r.excused(rule)
		}
	}
	r.Count[verdict]++
	if verdict == Different {
		r.differs(rec, x, p, got)
	}
}

// dead reports whether the module has died of a command that nobody has read
// the reply to: none was armed, though there was time.
func (r *Recording) dead(x *exchange) bool {
	s, next := &r.Steps[x.command], x.command+1
	if s.Armed || wire.Slow(x.cmd, wire.Arduino) {
		return false
	}
	return next == len(r.Steps) || r.Steps[next].At-s.At > 10*time.Millisecond
}

func (r *Result) excused(rule *rule) {
	if r.Rules == nil {
		r.Rules = map[string]int{}
	}
	r.Rules[rule.name]++
}

func (r *Result) differs(rec *Recording, x *exchange, p *plan, got []byte) {
	s := &rec.Steps[x.command]
	d := Difference{N: x.n, At: s.At, Command: nameOf(x), Request: s.MOSI, Want: x.out, Got: got}
	for _, ev := range p.events[x.n] {
		d.World = append(d.World, ev.what)
	}
	r.Differences = append(r.Differences, d)
}

// nameOf returns the name of a command, or its number.
func nameOf(x *exchange) string {
	if name := x.cmd.Name(wire.Arduino); name != "" {
		return name
	}
	return fmt.Sprintf("%02X", x.u8(1))
}
