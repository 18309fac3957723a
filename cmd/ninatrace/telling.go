package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/emulator/scenario"
)

// listen does what the lines of in say to all modules that are connected, until
// there are no more. It is left behind when the program ends.
func (m *modules) listen(in io.Reader) {
	keepInBackground()
	for lines := bufio.NewScanner(in); lines.Scan(); {
		m.tell(lines.Text())
	}
}

// tell does what one line says.
func (m *modules) tell(line string) {
	chips := m.chips()
	answer, err := scenario.Tell(line, chips...)
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err != nil:
		warn(m.errs, "%v", err)
		warn(m.errs, "hint: help lists what can be said")
	case answer != "":
		fmt.Fprint(m.out, answer)
	case len(chips) == 0 && line != "":
		warn(m.errs, "no module is connected")
	}
}

// chips returns those of the modules that are connected, the oldest first.
func (m *modules) chips() (chips []*emulator.Emulator) {
	m.mu.Lock()
	defer m.mu.Unlock()
	older := func(a, b *module) int { return cmp.Compare(a.number, b.number) }
	for _, c := range slices.SortedFunc(maps.Keys(m.on), older) {
		chips = append(chips, c.chip)
	}
	return chips
}
