package filter

import (
	"fmt"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// The limits of a filter, which may be from anybody.
const (
	maxLength = 4096 // bytes
	maxNodes  = 1000 // fields, values and operators
)

// A Filter is an expression that is true or false of an event. One goroutine
// at a time may use it.
type Filter struct {
	program *vm.Program
	machine vm.VM
	env     map[string]any // values of the fields, and which are there
	used    []*Field
}

// New reads a filter. Errors are [*Error].
func New(text string) (*Filter, error) {
	if len(text) > maxLength {
		return nil, &Error{Column: maxLength + 1, Reason: fmt.Sprintf("a filter has at most %d bytes", maxLength)}
	}
	source, durations, err := literals(text)
	if err != nil {
		return nil, err
	}
	c := &checker{durations: durations}
	f := &Filter{env: environment()}
	f.program, err = expr.Compile(source, expr.Env(f.env), expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes), expr.Patch(c), expr.AsBool())
	switch {
	case c.err != nil:
		return nil, c.err
	case err != nil:
		return nil, fault(err)
	}
	f.used = c.used
	return f, nil
}

// environment has all fields as those of no event.
func environment() map[string]any {
	env := map[string]any{}
	for i := range fields {
		env[fields[i].Name], env[presence(fields[i].Name)] = fields[i].zero(), false
	}
	return env
}

// Match reports whether the filter is true of the event. It keeps nothing of
// it.
func (f *Filter) Match(ev *decode.Event) bool {
	for _, field := range f.used {
		v, ok := field.get(ev)
		if !ok {
			v = field.zero()
		}
		f.env[field.Name], f.env[presence(field.Name)] = v, ok
	}
	v, err := f.machine.Run(f.program, f.env)
	return err == nil && v == true // a remainder of a division by zero is no answer
}

// A Source is where events come from; [decode.Decoder] is one.
type Source interface{ Next(*decode.Event) error }

// A Filtered is a Source of those events of another that all filters match.
// What says how often an exchange happened again goes with the exchange, and
// what is missing from the trace goes through every filter.
type Filtered struct {
	Source
	Filters []*Filter

	matched bool // the exchange read last
}

// Next reads the next event that matches.
func (s *Filtered) Next(ev *decode.Event) error {
	for {
		if err := s.Source.Next(ev); err != nil {
			return err
		}
		ok := s.match(ev)
		switch {
		case ev.Exchange.N != 0:
			s.matched = ok
		case ev.Record.Kind == capture.KindRepeat:
			ok = ok || s.matched
		case ev.Record.Kind == capture.KindLoss:
			ok = true
		}
		if ok {
			return nil
		}
	}
}

func (s *Filtered) match(ev *decode.Event) bool {
	for _, f := range s.Filters {
		if !f.Match(ev) {
			return false
		}
	}
	return true
}
