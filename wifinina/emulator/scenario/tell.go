package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// An order is what a line to a running emulator begins with, unless it is a
// step.
type order struct {
	word string
	help string
	do   func(s *sentence, chips []*emulator.Emulator) (string, error)
}

// orders returns all of them.
func orders() []order {
	return []order{
		{"chaos", "faults by chance: the name and the rate of each, and seed and longest; or off", orderChaos},
		{"clear", "forget the faults that wait, and chaos", lone(clearAll)},
		{"list", "chaos, and what waits", lone(list)},
		{"help", "this", lone(func([]*emulator.Emulator) string { return Help() })},
	}
}

// Tell does what a line says to all of chips: a step, which counts from now, or
// one of the orders that [Help] lists. It returns the answer, which is empty or
// ends with a line break. Its error is a *[SyntaxError], and then nothing was done. An
// empty line and one that begins with # say nothing.
func Tell(line string, chips ...*emulator.Emulator) (answer string, err error) {
	if strings.HasPrefix(strings.TrimSpace(line), "#") {
		return "", nil
	}
	s, err := newSentence(line, 0, 1)
	if err != nil || s.done() {
		return "", err
	}
	for _, o := range orders() {
		if s.take(o.word) {
			return o.do(s, chips)
		}
	}
	f, err := parseStep(s)
	if err != nil {
		return "", err
	}
	for _, chip := range chips {
		chip.Inject(f)
	}
	return "", nil
}

func orderChaos(s *sentence, chips []*emulator.Emulator) (string, error) {
	c, err := parseChaos(s)
	if err != nil {
		return "", err
	}
	for _, chip := range chips {
		chip.SetChaos(c)
	}
	return "", nil
}

// lone makes an order of a word that nothing follows.
func lone(do func(chips []*emulator.Emulator) string) func(*sentence, []*emulator.Emulator) (string, error) {
	return func(s *sentence, chips []*emulator.Emulator) (string, error) {
		if !s.done() {
			return "", s.unexpected("part of "+s.words[0].text, nil)
		}
		return do(chips), nil
	}
}

func clearAll(chips []*emulator.Emulator) string {
	for _, chip := range chips {
		chip.ClearFaults()
	}
	return ""
}

// list writes chaos, and what waits as the steps it would be now. Of several chips each
// has its number.
func list(chips []*emulator.Emulator) string {
	var b strings.Builder
	for i, chip := range chips {
		var waiting []string
		if c := chip.Chaos(); len(c.Rates) > 0 {
			waiting = append(waiting, "chaos "+formatChaos(c))
		}
		for _, f := range chip.Pending() {
			waiting = append(waiting, Format(f))
		}
		for _, w := range waiting {
			if len(chips) > 1 {
				fmt.Fprintf(&b, "%d: ", i+1)
			}
			b.WriteString(w + "\n")
		}
	}
	if b.Len() == 0 {
		return "nothing waits\n"
	}
	return b.String()
}

// Help returns all that can be said to a running emulator, in lines.
func Help() string {
	var b strings.Builder
	b.WriteString("a step: [WHEN:] FAULT, as in \"after 30s, at SEND_DATA_TCP, nth 3: truncate to 4\"\n\nWHEN\n")
	for _, u := range usages(whens) {
		fmt.Fprintf(&b, "  %s\n", u)
	}
	b.WriteString("\nFAULT\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "  %s\n", strings.Join(append([]string{k.String()}, usages(k.params)...), ", "))
	}
	b.WriteString("\nor\n")
	for _, o := range orders() {
		fmt.Fprintf(&b, "  %-6s %s\n", o.word, o.help)
	}
	return b.String()
}

// Line writes a strike as one line of a log, without a line break: its time, the
// command it struck, the fault.
func Line(s emulator.Strike) string {
	f := s.Fault
	f.After, f.Every, f.Command, f.Nth, f.Times = 0, 0, 0, 0, 0 // how it came to strike does not matter any more
	line := fmt.Sprintf("%12s  ", s.At.Round(time.Microsecond))
	if s.Command != 0 {
		line += fmt.Sprintf("command %d, %s: ", s.Count, s.Command)
	}
	line += Format(f)
	if s.Missed {
		line += " (nothing to strike)"
	}
	return line
}
