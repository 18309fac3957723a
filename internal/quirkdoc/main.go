// Quirkdoc prints docs/quirks.md, what the firmware does that a host would not
// expect, from the register in package emulator:
//
//	go run ./internal/quirkdoc > docs/quirks.md
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

func main() {
	w := bufio.NewWriter(os.Stdout)
	write(w)
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "quirkdoc:", err)
		os.Exit(1)
	}
}

const head = `# The quirks of the firmware

Generated from the register in package wifinina/emulator; do not edit. ` + "`go generate ./...`" + ` makes it again.

What nina-fw does that a host would not expect, or in which its releases differ. The emulator does all of it; a
profile says which quirks a release has, and any of them can be given or taken away: ` + "`Profile.Quirks`" + ` in Go.
Each is shown by a test, TestEveryQuirk. "Instead" is what the emulator does in a profile without the quirk: for a
quirk of all releases that is a firmware nobody has, good for finding out what a host relies on. § is a section of
nina-protocol.md, "observed" is nina-observed.md.

`

// write prints the whole document.
func write(w io.Writer) {
	fmt.Fprint(w, head)
	profiles := emulator.Profiles()
	columns := []string{"quirk", "the firmware", "instead"}
	for _, p := range profiles {
		columns = append(columns, strings.Replace(p.Name(), "-", " ", 1))
	}
	row(w, append(columns, "source"))
	fmt.Fprint(w, strings.Repeat("|---", len(columns)+1), "|\n")
	for _, q := range emulator.AllQuirks() {
		s := q.Spec()
		cells := []string{"`" + s.Name + "`", s.Does, s.Instead}
		for _, p := range profiles {
			cells = append(cells, mark(p.Quirks.Has(q)))
		}
		row(w, append(cells, s.Source))
	}
}

func row(w io.Writer, cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }

func mark(has bool) string {
	if has {
		return "yes"
	}
	return "–"
}
