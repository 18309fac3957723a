package main

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/replay"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func newReplay() *cobra.Command {
	return &cobra.Command{
		Use:   "replay FILE...",
		Short: "Hold the driver against recorded sessions",
		Long: `replay issues the driver calls of a trace again on the driver of this program,
with the trace in place of the coprocessor, and compares every byte the driver
sends and everything it returns. A trace without calls, as a logic analyser
makes it, is replayed command by command: each request is encoded again from
its values and compared, each reply read by the driver's code.

The first difference is reported in decoded words. Exit status 1: the driver
does something else than was recorded, or a trace is damaged.`,
		Example: `  ninatrace replay session.nina
  ninatrace replay traces/*.nina`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			failed := 0
			for _, name := range args {
				ok, err := replayFile(cmd, name)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if !ok {
					failed++
				}
			}
			if failed > 0 {
				warn(cmd.ErrOrStderr(), "%d of %s did not replay", failed, count(len(args), "trace"))
				return errFinding
			}
			return nil
		},
	}
}

// driver is the driver that replay puts under a trace.
func driver(b bus.Bus, c bus.Clock) netdev.Device {
	return wifinina.New(&wifinina.Config{Bus: b, Clock: c})
}

// replayFile replays one trace and reports whether it went well.
func replayFile(cmd *cobra.Command, name string) (bool, error) {
	f, err := openInput(cmd, name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	trace, err := replay.Load(name, f)
	if err != nil {
		return false, err
	}
	r := trace.Replay(driver)
	printReport(cmd.OutOrStdout(), r)
	return r.OK(), nil
}

// printReport prints how a replay went.
func printReport(w io.Writer, r *replay.Report) {
	name := clean(r.Trace)
	switch {
	case r.Damage != nil:
		fmt.Fprintf(w, "DAMAGED  %s: %v\n", name, r.Damage)
	case r.Divergence != nil:
		report := bytes.TrimRight([]byte(r.Divergence.Report()), "\n")
		fmt.Fprintf(w, "DIVERGED %s: %s\n", name, clean(string(report)))
	case r.Calls == 0:
		fmt.Fprintf(w, "ok       %s: %s, command by command, in %s\n", name, count(r.Exchanges, "exchange"), r.Took.Round(time.Millisecond/10))
	default:
		fmt.Fprintf(w, "ok       %s: %s in %s, in %s\n", name, count(r.Exchanges, "exchange"), count(r.Calls, "call"), r.Took.Round(time.Millisecond/10))
	}
}
