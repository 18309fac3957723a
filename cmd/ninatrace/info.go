package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
)

func newInfo() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "info FILE",
		Short: "Say in a few lines what a trace holds",
		Example: `  ninatrace info session.nina
  ninatrace info --json session.nina | jq .commands`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeOutput(cmd, "-", func(out *bufio.Writer) error {
				var sum decode.Summary
				err := withTrace(cmd, args[0], out, func(dec *decode.Decoder) error {
					return each(dec, func(ev *decode.Event) error { sum.Add(ev); return nil })
				})
				switch {
				case err != nil:
					return err
				case asJSON:
					return printJSON(out, &sum)
				}
				return printInfo(out, &sum)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the same as one JSON object")
	return cmd
}

// printJSON prints a summary for programs.
func printJSON(w io.Writer, s *decode.Summary) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, escapeControls(text))
	return err
}

// printLine prints something for programs, in a line.
func printLine(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, escapeControls(text))
	return err
}

// escapeControls escapes the control characters that JSON allows in a string,
// since it may go to a terminal.
func escapeControls(text []byte) string {
	var b strings.Builder
	for _, r := range string(text) {
		if r >= 0x7F && r < 0xA0 {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// A tally is how often something was seen.
type tally struct {
	name string
	n    int
}

// byCount sorts what was seen, the most frequent first.
func byCount(m map[string]int) []tally {
	var list []tally
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, tally{name, m[name]})
	}
	slices.SortStableFunc(list, func(a, b tally) int { return b.n - a.n })
	return list
}

// printInfo prints a summary for people.
func printInfo(w io.Writer, s *decode.Summary) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(tw, "%s\t%s\n", clean(name), clean(fmt.Sprintf(format, args...)))
	}
	for _, key := range slices.Sorted(maps.Keys(s.Labels)) {
		row(key, "%s", s.Labels[key])
	}
	if !s.Start.IsZero() {
		row("start", "%s", s.Start.UTC().Format(time.RFC3339Nano))
	}
	row("duration", "%s", s.Duration)
	if s.Firmware != "" {
		row("firmware", "%s", s.Firmware)
	}
	row("exchanges", "%d%s", s.Exchanges, statuses(s.ByStatus))
	row("driver calls", "%d", s.Calls)
	for _, f := range byCount(s.Findings) {
		row("  "+f.name, "%d", f.n)
	}
	row("bytes", "%d to the coprocessor, %d from it", s.BytesOut, s.BytesIn)
	row("resets", "%d", s.Resets)
	row("withheld", "%s", count(s.Masks, "parameter"))
	if s.Lost != (decode.Lost{}) {
		row("missing", "%s", lostParts(&s.Lost))
	}
	for _, c := range byCount(s.Commands) {
		row("  "+c.name, "%d", c.n)
	}
	return tw.Flush()
}

// statuses lists how exchanges ended, those that ended well left out.
func statuses(m map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if name != decode.OK.String() {
			parts = append(parts, fmt.Sprintf("%d %s", m[name], name))
		}
	}
	if parts == nil {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// lostParts lists what is missing.
func lostParts(l *decode.Lost) string {
	var parts []string
	for _, p := range []struct {
		is   bool
		text string
	}{
		{l.Joined, "the beginning"},
		{l.Frames > 0, count(l.Frames, "frame")},
		{l.Records > 0, count(l.Records, "record")},
		{l.Bytes > 0, count(l.Bytes, "unreadable byte")},
		{l.Cut, "the end"},
	} {
		if p.is {
			parts = append(parts, p.text)
		}
	}
	return strings.Join(parts, ", ")
}
