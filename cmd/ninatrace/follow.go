package main

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
)

// followOptions are the flags of follow.
type followOptions struct {
	sock     int
	hex, raw bool
	from     string
}

// sides are the values of --from.
var sides = map[string]ledger.Side{ledger.Host.String(): ledger.Host, ledger.Peer.String(): ledger.Peer}

func newFollow() *cobra.Command {
	var o followOptions
	cmd := &cobra.Command{
		Use:   "follow FILE --sock N",
		Short: "Show what went over one socket, both directions",
		Long: `follow shows the payload of one socket, in the order in which it went over: of a
TCP connection the stream, of UDP the datagrams, of TLS the plaintext. N is the
number that sockets prints in front.

As text, lines from the board begin with "→", those from its peer with "←";
what is no text is shown as \x00. --hex shows every piece with its exchange, its
time and its offset in its direction. --raw writes the bytes as they are, to a
file or a pipe, of both directions or with --from of one.

Bytes that were withheld or left out by the recorder are told, not made up; with
--raw on the standard error.`,
		Example: `  ninatrace follow session.nina --sock 1
  ninatrace follow session.nina --sock 1 --hex
  ninatrace follow session.nina --sock 2 --raw --from peer | tail`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return runFollow(cmd, args[0], &o) },
	}
	cmd.Flags().IntVar(&o.sock, "sock", 0, "number of the socket, as sockets prints it (required)")
	cmd.Flags().BoolVar(&o.hex, "hex", false, "hexadecimal, with exchanges and times")
	cmd.Flags().BoolVar(&o.raw, "raw", false, "the bytes and nothing else")
	cmd.Flags().StringVar(&o.from, "from", "", "one direction only: host or peer")
	cmd.MarkFlagsMutuallyExclusive("hex", "raw")
	_ = cmd.MarkFlagRequired("sock") // made above
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions([]string{"host", "peer"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runFollow(cmd *cobra.Command, name string, o *followOptions) error {
	side, one := sides[o.from]
	switch {
	case o.from != "" && !one:
		return usage(cmd, "--from %s: it is host or peer", o.from)
	case o.raw && terminal(cmd.OutOrStdout()):
		return usage(cmd, "--raw writes bytes that can do harm to a terminal: send them to a file or a pipe")
	}
	return writeOutput(cmd, "-", func(out *bufio.Writer) error {
		f := follower{sock: o.sock, show: follows(cmd, out, o)}
		if one {
			f.only = &side
		}
		return withTrace(cmd, name, out, func(dec *decode.Decoder) error {
			if err := eachStep(dec, f.step); err != nil && err != errFollowed {
				return err
			}
			return f.check(cmd)
		})
	})
}

// follows returns what shows a socket in the way that was asked for.
func follows(cmd *cobra.Command, out *bufio.Writer, o *followOptions) streamView {
	switch {
	case o.raw:
		return &rawView{out: out, errs: cmd.ErrOrStderr()}
	case o.hex:
		return &hexView{out: out, color: colorful(cmd.OutOrStdout())}
	}
	return &textView{out: out, color: colorful(cmd.OutOrStdout())}
}

// A streamView shows the steps of one socket.
type streamView interface {
	step(*ledger.Event) error
}

// A follower picks the steps of one socket.
type follower struct {
	sock  int
	only  *ledger.Side // nil: both
	show  streamView
	count int
}

func (f *follower) step(ev *ledger.Event) error {
	if ev.Conv == nil {
		return nil
	}
	f.count = max(f.count, ev.Conv.ID)
	if ev.Conv.ID != f.sock || ev.Kind == ledger.EventData && f.only != nil && ev.Data.From != *f.only {
		return nil
	}
	if err := f.show.step(ev); err != nil || ev.Kind != ledger.EventClosed {
		return err
	}
	return errFollowed
}

// errFollowed ends reading: what comes after the socket is nothing of it.
var errFollowed = errors.New("the socket is closed")

// check complains of a socket that is not there.
func (f *follower) check(cmd *cobra.Command) error {
	switch {
	case f.sock >= 1 && f.sock <= f.count:
		return nil
	case f.count == 0:
		return fmt.Errorf("there is no socket %d, the trace has none", f.sock)
	}
	there := "1"
	if f.count > 1 {
		there = fmt.Sprintf("1 to %d", f.count)
	}
	return &hintedError{fmt.Errorf("there is no socket %d, the trace has %s", f.sock, there),
		"see what they are with: " + cmd.Root().Name() + " sockets FILE"}
}
