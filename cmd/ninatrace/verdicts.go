package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/ninatrace/ninatrace/internal/probe"
)

// verdicts shows the results of a probe, one a line.
type verdicts struct {
	out    io.Writer
	color  bool
	asJSON bool
	failed bool // there was a FAIL
}

// show shows a result and notes whether it is a failure.
func (v *verdicts) show(r probe.Result) error {
	v.failed = v.failed || r.Verdict == probe.Fail
	line := verdictText(r, v.color)
	if v.asJSON {
		line = verdictJSON(r)
	}
	_, err := io.WriteString(v.out, line)
	return err
}

// verdictColors are those of a terminal: green, red, and faint.
var verdictColors = map[probe.Verdict]string{probe.OK: "32", probe.Fail: "31;1", probe.Skip: "2"}

// checkWidth is that of the column with the names of the checks.
var checkWidth = func() (width int) {
	for _, name := range probe.Names() {
		width = max(width, len(name))
	}
	return width
}()

func verdictText(r probe.Result, color bool) string {
	word := fmt.Sprintf("%-4s", r.Verdict)
	if color {
		word = "\x1b[" + verdictColors[r.Verdict] + "m" + word + "\x1b[0m"
	}
	return fmt.Sprintf("%s  %-*s  %s\n", word, checkWidth, r.Check, clean(r.Detail))
}

func verdictJSON(r probe.Result) string {
	text, err := json.Marshal(struct {
		Check   string  `json:"check"`
		Verdict string  `json:"verdict"`
		Detail  string  `json:"detail"`
		Millis  float64 `json:"ms"`
	}{r.Check, r.Verdict.String(), clean(r.Detail), float64(r.Took.Round(time.Microsecond)) / float64(time.Millisecond)})
	if err != nil {
		panic(err) // strings and a number
	}
	return string(text) + "\n"
}
