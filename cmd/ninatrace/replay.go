package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/replay"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func newReplay() *cobra.Command {
	sockets := "auto"
	cmd := &cobra.Command{
		Use:   "replay FILE...",
		Short: "Hold the driver against recorded sessions",
		Long: `replay issues the driver calls of a trace again on the driver of this program,
with the trace in place of the coprocessor, and compares every byte the driver
sends and everything it returns. A trace without calls, as a logic analyser
makes it, is replayed command by command: each request is encoded again from
its values and compared, each reply read by the driver's code.

The first difference is reported in decoded words. All files are tried, whatever
is wrong with one of them. Exit status 1: the driver does something else than
was recorded, or a trace is damaged; 2: a file could not be read or is no trace.`,
		Example: `  ninatrace replay session.nina
  ninatrace replay traces/*.nina`,
		Args: someFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			engine, ok := engines[sockets]
			if !ok {
				return usage(cmd, "--sockets is auto, slots or bsd")
			}
			return writeOutput(cmd, "-", func(out *bufio.Writer) error { return replayAll(cmd, args, driver(engine), out) })
		},
	}
	cmd.Flags().StringVar(&sockets, "sockets", sockets, "how the recorded driver was told to serve sockets: auto, slots or bsd")
	_ = cmd.RegisterFlagCompletionFunc("sockets", cobra.FixedCompletions([]cobra.Completion{"auto", "slots", "bsd"}, cobra.ShellCompDirectiveNoFileComp)) // made above
	return cmd
}

// engines are the values of --sockets.
var engines = map[string]wifinina.Engine{"auto": wifinina.AutoEngine, "slots": wifinina.SlotEngine, "bsd": wifinina.BSDEngine}

// driver makes the driver that replay puts under a trace.
func driver(sockets wifinina.Engine) replay.Driver {
	return func(b bus.Bus, c bus.Clock) netdev.Device {
		return wifinina.New(&wifinina.Config{Bus: b, Clock: c, Sockets: sockets})
	}
}

// replayAll replays one trace after the other and says how many went well.
func replayAll(cmd *cobra.Command, names []string, drive replay.Driver, out *bufio.Writer) error {
	var failed, unread int
	for _, name := range names {
		ok, err := replayFile(cmd, name, drive, out)
		if flushing := out.Flush(); flushing != nil { // before what stderr says of the next
			return flushing
		}
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			complain(cmd.ErrOrStderr(), err)
			unread++
		case !ok:
			failed++
		}
	}
	if bad := failed + unread; bad > 0 && len(names) > 1 {
		warn(cmd.ErrOrStderr(), "of %d traces %d replayed, %d did not, %d could not be read", len(names), len(names)-bad, failed, unread)
	}
	switch {
	case unread > 0:
		return errInput
	case failed > 0:
		return errFinding
	}
	return nil
}

// replayFile replays one trace and reports whether it went well.
func replayFile(cmd *cobra.Command, name string, drive replay.Driver, out *bufio.Writer) (bool, error) {
	in, err := openInput(cmd, name, out)
	if err != nil {
		return false, err
	}
	defer in.Close()
	trace, err := replay.Load(inputName(name), in)
	if err != nil {
		return false, inputError(name, err)
	}
	r := trace.Replay(drive)
	printReport(out, r)
	return r.OK(), nil
}

// printReport prints how a replay went.
func printReport(w io.Writer, r *replay.Report) {
	name := clean(r.Trace)
	switch {
	case r.Damage != nil:
		fmt.Fprintf(w, "DAMAGED  %s: %s\n", name, clean(r.Damage.Error()))
	case r.Divergence != nil:
		fmt.Fprintf(w, "DIVERGED %s: ", name)
		for line := range strings.Lines(r.Divergence.Report()) {
			fmt.Fprintln(w, clean(strings.TrimSuffix(line, "\n")))
		}
	case r.Calls == 0:
		fmt.Fprintf(w, "ok       %s: %s, command by command, in %s\n", name, count(r.Exchanges, "exchange"), r.Took.Round(time.Millisecond/10))
	default:
		fmt.Fprintf(w, "ok       %s: %s in %s, in %s\n", name, count(r.Exchanges, "exchange"), count(r.Calls, "call"), r.Took.Round(time.Millisecond/10))
	}
}
