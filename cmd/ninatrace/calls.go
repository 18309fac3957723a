package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
)

func newCalls() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "calls FILE",
		Short: "List the driver's calls of a trace",
		Long: `calls lists the calls of the driver in a trace, each when it ends: when it began
and how long it took, how many exchanges with the coprocessor it made and which,
its arguments and what it returned.

Only a recording of our driver has calls; an imported one has none.`,
		Example: `  ninatrace calls session.nina
  ninatrace calls session.nina | grep error
  ninatrace calls --json session.nina | jq 'select(.lasted > 1)'`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeOutput(cmd, "-", func(out *bufio.Writer) error {
				return withTrace(cmd, args[0], out, func(dec *decode.Decoder) error {
					return listCalls(cmd, out, dec, asJSON)
				})
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object for each call, see docs/json.md")
	return cmd
}

// listCalls prints the calls of a trace.
func listCalls(cmd *cobra.Command, out *bufio.Writer, dec events, asJSON bool) error {
	color, n := colorful(cmd.OutOrStdout()), 0
	var failed error
	calls := ledger.NewCalls(func(c *ledger.DriverCall) {
		if n++; failed != nil {
			return
		}
		if asJSON {
			failed = printLine(out, c)
		} else {
			failed = printCall(out, c, color)
		}
	})
	err := each(dec, func(ev *decode.Event) error {
		calls.Add(ev)
		return failed
	})
	if err != nil {
		return err
	}
	if calls.Close(); n == 0 {
		warn(cmd.ErrOrStderr(), "the trace has no driver calls: only a recorder in the driver knows them")
	}
	return failed
}

// printCall prints a call.
func printCall(out *bufio.Writer, c *ledger.DriverCall, color bool) error {
	start, stop := "", ""
	if color && c.Result.Err != "" {
		start, stop = red, plain
	}
	began, took := "?", "?"
	if c.Begun {
		began = fmt.Sprintf("%.9f", c.Begin.Seconds())
	}
	if c.Begun && c.Done {
		took = rough(c.End - c.Begin)
	}
	_, err := fmt.Fprintf(out, "%13s  %8s  %-14s  %s%s%s\n", began, took, exchangesOf(c), start, callText(c), stop)
	return err
}

// exchangesOf says how many exchanges a call made, and which.
func exchangesOf(c *ledger.DriverCall) string {
	switch c.Exchanges {
	case 0:
		return "-"
	case 1:
		return fmt.Sprintf("1  #%d", c.First)
	}
	return fmt.Sprintf("%d  #%d-%d", c.Exchanges, c.First, c.Last)
}

// callText is a call in one line, in the words of decode.
func callText(c *ledger.DriverCall) string {
	text := c.Op.String() + "(?)"
	if c.Begun {
		text = decode.DescribeRecord(&capture.Record{Kind: capture.KindBegin, Call: c.Call})
	}
	if !c.Done {
		return text + " → its end is not in the trace"
	}
	rec := capture.Record{Kind: capture.KindEnd, Result: c.Result}
	rec.Call.Op = c.Op
	return text + strings.TrimPrefix(decode.DescribeRecord(&rec), c.Op.String())
}
