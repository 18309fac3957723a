package scenario

import (
	"slices"
	"strings"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// Parse reads one step, such as "after 30s: READY high for 2s". Its error is a
// *[SyntaxError].
func Parse(line string) (emulator.Fault, error) {
	s, err := newSentence(line, 0, 1)
	if err != nil {
		return emulator.Fault{}, err
	}
	return parseStep(s)
}

func parseStep(s *sentence) (f emulator.Fault, err error) {
	if err := fill(s, &f, whens); err != nil {
		return f, err
	}
	k, wrong := takeKind(s)
	if wrong != nil {
		return f, wrong
	}
	f.Kind = k.FaultKind
	if err := fill(s, &f, k.params); err != nil {
		return f, err
	}
	if !s.done() {
		return f, s.unexpected("part of "+k.String(), usages(k.params))
	}
	if f.Times != 0 && f.Every == 0 && !f.WaitsForCommand() {
		return f, s.problem(s.words[0].column, "what is to repeat needs at, nth or every")
	}
	return f, nil
}

// takeKind reads the name of a fault, of several the longest.
func takeKind(s *sentence) (kind, *SyntaxError) {
	best := -1
	at := s.at
	for i, k := range kinds {
		if s.at = at; s.take(k.String()) && (best < 0 || len(k.String()) > len(kinds[best].String())) {
			best = i
		}
	}
	s.at = at
	if best < 0 {
		return kind{}, s.unexpected("fault", append(names(), words(whens)...))
	}
	s.take(kinds[best].String())
	return kinds[best], nil
}

// names returns those of all faults.
func names() (all []string) {
	for _, k := range kinds {
		all = append(all, k.String())
	}
	return all
}

// usages returns how parameters are written.
func usages[T any](params []param[T]) (all []string) {
	for _, p := range params {
		all = append(all, p.usage())
	}
	return all
}

// words returns what parameters begin with.
func words[T any](params []param[T]) (all []string) {
	for _, p := range params {
		all = append(all, p.word)
	}
	return all
}

// Format writes a fault as the step that [Parse] reads it from. What its kind
// has no words for is left out.
func Format(f emulator.Fault) string {
	when := strings.Join(format(f, whens), ", ")
	if when != "" {
		when += ": "
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.FaultKind == f.Kind })
	if i < 0 {
		return when + f.Kind.String()
	}
	return when + strings.Join(append([]string{f.Kind.String()}, format(f, kinds[i].params)...), " ")
}
