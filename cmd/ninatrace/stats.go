package main

import (
	"bufio"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/stats"
)

func newStats() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stats FILE",
		Short: "Measure a trace: commands, waits, bus time, sockets, polls",
		Long: `stats measures a trace in one pass: for each command how often it was sent, how
long the coprocessor took (percentiles, within 1/64), how many bytes went each
way; what the time of the bus was spent on, in parts that sum to the whole; what
each slot and descriptor carried, and how fast; how many polls found nothing;
and the waits as a histogram.

A host that found READY low when it looked did not wait for it: that time counts
as a pause between request and reply, unless the line itself was recorded. What
the recorder folded is counted, but has no times.

Whatever the trace holds, the exit status is 0. It is 2 if there is no trace in
FILE.`,
		Example: `  ninatrace stats session.nina
  ninatrace stats --json session.nina | jq '.commands[] | select(.wait.p99_ns > 5e6)'`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeOutput(cmd, "-", func(out *bufio.Writer) error {
				var found *stats.Stats
				err := withTrace(cmd, args[0], out, func(dec *decode.Decoder) (err error) {
					found, err = stats.Of(dec)
					return err
				})
				switch {
				case err != nil:
					return err
				case asJSON:
					return printJSON(out, found)
				}
				return found.Print(out, stats.TextOptions{Width: textWidth(cmd.OutOrStdout()), ASCII: !speaksUTF8()})
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the same as one JSON object")
	return cmd
}
