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

// take compares a reply. One the recorded host did not read is compared only
// as far as there was one: a module that has died answers nothing, one that
// was still at work when the recording ended may have.
func (r *Result) take(rec *Recording, x *exchange, p *plan, got []byte, answered bool) {
	verdict := Equal
	if x.reply < 0 {
		alive := rec.Steps[x.command].Armed
		if alive != answered && (alive || !wire.Slow(x.cmd, wire.Arduino)) {
			verdict = Different
		}
	} else if !bytes.Equal(x.out, got) {
		verdict = Different
		if rule := excuse(x, got); rule != nil {
			verdict = Excused
			if r.Rules == nil {
				r.Rules = map[string]int{}
			}
			r.Rules[rule.name]++
		}
	}
	r.Count[verdict]++
	if verdict == Different {
		d := Difference{N: x.n, At: rec.Steps[x.command].At, Command: nameOf(x), Request: rec.Steps[x.command].MOSI, Want: x.out, Got: got}
		for _, ev := range p.events[x.n] {
			d.World = append(d.World, ev.what)
		}
		r.Differences = append(r.Differences, d)
	}
}

// nameOf returns the name of a command, or its number.
func nameOf(x *exchange) string {
	if name := x.cmd.Name(wire.Arduino); name != "" {
		return name
	}
	return fmt.Sprintf("%02X", x.u8(1))
}
