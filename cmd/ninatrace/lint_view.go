package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ninatrace/ninatrace/decode/lint"
)

// A lintView prints findings.
type lintView struct {
	out       *bufio.Writer
	color     bool
	asJSON    bool
	told      map[*lint.Rule]bool // of which is told why it matters
	counts    [lint.Error + 1]int // by severity
	exchanges int
	err       error // the first of writing
}

// lintColors are those of a terminal by severity, lintFaint that of what is told
// once.
const lintFaint = "\x1b[2m"

var lintColors = [...]string{lint.Note: "\x1b[36m", lint.Warning: yellow, lint.Error: "\x1b[31;1m"}

// lintRow is time, severity, rule, exchanges and text of a finding. What follows
// below begins under the severity, in lines of lintWidth.
const (
	lintRow   = "%13s  %s%-7s%s  %s  %-9s  %s\n"
	lintMore  = "               "
	lintWidth = 84
)

// finding prints a finding.
func (v *lintView) finding(f *lint.Finding) {
	if v.err != nil {
		return
	}
	v.counts[f.Severity] += max(f.Again, 1)
	if v.asJSON {
		var text []byte
		if text, v.err = json.Marshal(f); v.err == nil {
			_, v.err = fmt.Fprintf(v.out, "%s\n", text)
		}
		return
	}
	on, off, faint := "", "", ""
	if v.color {
		on, off, faint = lintColors[f.Severity], plain, lintFaint
	}
	at := fmt.Sprintf("%.9f", f.Time.Seconds())
	_, v.err = fmt.Fprintf(v.out, lintRow, at, on, f.Severity, off, f.Rule.ID, exchangeList(f.Exchanges), findingText(f))
	if v.told[f.Rule] {
		return
	}
	v.told[f.Rule] = true
	for _, text := range []string{f.Rule.Name + ": " + f.Rule.Why, "→ " + f.Rule.Do} {
		for _, line := range wrapped(text, lintWidth) {
			fmt.Fprintf(v.out, "%s%s%s%s\n", lintMore, faint, line, off)
		}
	}
}

// wrapped breaks a text into lines of at most so many characters, if its words
// are no longer.
func wrapped(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// findingText returns what was found, or how often again.
func findingText(f *lint.Finding) string {
	if f.Again == 0 {
		return f.Text
	}
	times := "once more"
	if f.Again > 1 {
		times = fmt.Sprintf("%d times more", f.Again)
	}
	return times + ", like: " + f.Text
}

// exchangeList returns "#7", "#7 #9" or, of none, nothing.
func exchangeList(list []int) string {
	var b strings.Builder
	for i, n := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "#%d", n)
	}
	return b.String()
}

// summary prints how much was found.
func (v *lintView) summary(firmware string) {
	if v.asJSON || v.err != nil {
		return
	}
	in := count(v.exchanges, "exchange")
	if firmware == "" {
		in += ", firmware unknown"
	} else {
		in += " with " + firmware
	}
	if v.counts == [lint.Error + 1]int{} {
		_, v.err = fmt.Fprintf(v.out, "nothing found in %s\n", in)
		return
	}
	_, v.err = fmt.Fprintf(v.out, "%s, %s, %s in %s\n", count(v.counts[lint.Error], "error"),
		count(v.counts[lint.Warning], "warning"), count(v.counts[lint.Note], "note"), in)
}
