package main

import (
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
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withTrace(cmd, args[0], func(dec *decode.Decoder) error {
				var sum decode.Summary
				if err := each(dec, func(ev *decode.Event) error { sum.Add(ev); return nil }); err != nil {
					return err
				}
				if asJSON {
					enc := json.NewEncoder(cmd.OutOrStdout())
					enc.SetIndent("", "  ")
					return enc.Encode(&sum)
				}
				return printInfo(cmd.OutOrStdout(), &sum)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the same as one JSON object")
	return cmd
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
		fmt.Fprintf(tw, "%s\t%s\n", name, clean(fmt.Sprintf(format, args...)))
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
	row("withheld", "%s", count(s.Masks, "secret"))
	if s.Lost != (decode.Lost{}) {
		row("missing", "%s, %s, %s", count(s.Lost.Frames, "frame"), count(s.Lost.Records, "record"), count(s.Lost.Bytes, "unreadable byte"))
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
