package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode/filter"
)

func newFields() *cobra.Command {
	return &cobra.Command{
		Use:   "fields",
		Short: "List what a filter can ask for",
		Long: `fields lists the fields of filters, such as those of decode --filter.

A filter compares fields with numbers, texts ("SEND_DATA_TCP"), durations (5ms,
1.5s, 1m30s) and lists of them, by == != < <= > >= in contains startsWith
endsWith matches; and combines comparisons by && || ! and parentheses. Numbers
and durations can be calculated with: + - * / %.

Not every event has every field: a lost record has no command. A comparison with
what is not there is false. What is missing from a trace is told in any case.`,
		Example: `  ninatrace fields
  ninatrace fields | grep duration`,
		Args: noFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			tw := tabwriter.NewWriter(namedWriter{cmd.OutOrStdout(), "standard output"}, 0, 0, 2, ' ', 0)
			for _, f := range filter.Fields() {
				fmt.Fprintf(tw, "%s\t%s\t%s\n", f.Name, f.Type, f.Doc)
			}
			return tw.Flush()
		},
	}
}
