// Lintdoc prints docs/lint.md, what ninatrace lint looks for, from the register
// in package lint:
//
//	go run ./internal/lintdoc > docs/lint.md
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ninatrace/ninatrace/decode/lint"
)

func main() {
	w := bufio.NewWriter(os.Stdout)
	write(w)
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "lintdoc:", err)
		os.Exit(1)
	}
}

const head = `# What lint looks for

Generated from the register in package decode/lint; do not edit. ` + "`go generate ./...`" + ` makes it again.

` + "`ninatrace lint FILE`" + ` looks through a trace for each of these. IDs and names stay; an ID is never given to another
rule. Each rule has a trace in which it is found and one like it in which it is not, in decode/lint/testdata.

Severities: an **error** is data, sockets or the link lost; a **warning** works by luck, or something outside failed; a
**note** is good to know. A rule that concerns some releases of the firmware alone is silent about others; while the trace
has not told which one it is, by GET_FW_VERSION or a label "firmware", its findings are one step less severe. What happens
over and over is told once and then counted.

In the sources § is a section of nina-protocol.md, "observed" is nina-observed.md, a name in code type is a quirk of
quirks.md, and OWNER/NAME#N is a thread in which somebody suffers from it.

`

// write prints the whole document.
func write(w io.Writer) {
	fmt.Fprint(w, head)
	fmt.Fprint(w, "| rule | severity | what | firmware |\n|---|---|---|---|\n")
	for _, r := range lint.Rules() {
		fmt.Fprintf(w, "| [%s](#%s-%s) %s | %s | %s | %s |\n", r.ID, strings.ToLower(r.ID), r.Name, r.Name, r.Severity, r.Title, r.Firmware)
	}
	for _, r := range lint.Rules() {
		fmt.Fprintf(w, "\n## %s %s\n\n%s, %s. %s\n\n%s\n\nFirmware: %s. Source: %s.\n", r.ID, r.Name, r.Severity, r.Title, r.Why, r.Do, r.Firmware, r.Source)
	}
}
