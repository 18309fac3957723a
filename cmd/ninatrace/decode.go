package main

import (
	"bufio"
	"io"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
)

// decodeOptions are the flags of decode.
type decodeOptions struct {
	selection *selection
	json      bool
	all       bool
	utc       bool
	follow    bool
	payload   int
	color     string
}

func newDecode() *cobra.Command {
	var o decodeOptions
	cmd := &cobra.Command{
		Use:   "decode FILE",
		Short: "Show what happened in a trace",
		Long: `decode shows a trace line by line: each exchange with the coprocessor with its
number, time, time since the line before, wait, command, arguments and results,
and what was out of order behind an exclamation mark; between them the driver's
calls, resets, console text, and what is missing.

Polls that find what they found before are counted: ×41, the time of the first,
the longest wait, and at the end the time of the last. --all shows each.

--filter shows what an expression is true of, and --cmd, --sock, --since,
--until and --errors say the usual ones in short; all of them must be true.
ninatrace fields lists what an expression can ask for. What is missing from the
trace is always told.

With --json each exchange is one JSON object on a line of its own, and so are
repeats that the recorder has counted; with --all everything else is, too. What
is missing is told on the standard error. docs/json.md has the keys.

On a terminal, long lines are wrapped to its width; in a pipe they are whole,
and for less they can have colours all the same: --color always | less -R.

--follow waits at the end for more, also when the file is replaced or begins
again, until it is interrupted.

Whatever the trace holds, the exit status is 0: to show it is no verdict. It is
2 if there is no trace in FILE.`,
		Example: `  ninatrace decode session.nina
  ninatrace decode --filter 'cmd=="SEND_DATA_TCP"&&wait>5ms' session.nina
  ninatrace decode --sock 3 --since 1m30s --until '#400' --payload -1 session.nina
  ninatrace decode --errors --utc session.nina
  ninatrace decode --follow growing.nina
  ninatrace decode --color always session.nina | less -R
  ninatrace decode --json session.nina | jq 'select(.status != "ok")'
  cat /dev/ttyACM0 | ninatrace decode -`,
		Args: oneFile,
	}
	f := cmd.Flags()
	o.selection = selectionFlags(cmd)
	f.BoolVar(&o.json, "json", false, "one JSON object for each exchange")
	f.BoolVar(&o.all, "all", false, "each poll on a line of its own; with --json all that is no exchange, too")
	f.BoolVar(&o.utc, "utc", false, "times of day, where the trace knows them")
	f.BoolVarP(&o.follow, "follow", "f", false, "wait for more at the end of the file")
	f.IntVar(&o.payload, "payload", 16, "how many bytes of each payload to show, -1 for all")
	colorFlag(cmd, &o.color)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return runDecode(cmd, args[0], &o) }
	return cmd
}

func runDecode(cmd *cobra.Command, name string, o *decodeOptions) error {
	chosen, err := o.selection.choose(cmd)
	if err != nil {
		return err
	}
	colors, err := colored(cmd, o.color)
	if err != nil {
		return err
	}
	return writeOutput(cmd, "-", func(out *bufio.Writer) error {
		open := openTrace
		if o.follow {
			open = openGrowing
		}
		in, err := open(cmd, name, out)
		if err != nil {
			return err
		}
		defer in.Close()
		chosen.from(decode.NewDecoder(in))
		if o.json {
			err = decodeJSON(out, cmd.ErrOrStderr(), chosen, o)
		} else {
			err = decodeListing(out, chosen, o, colors, terminalWidth(cmd.OutOrStdout()))
		}
		return inputError(name, err)
	})
}

// withTrace runs use on the decoder of a file and says whose error it was. out
// is where use writes, so that it is written before a wait for more input.
func withTrace(cmd *cobra.Command, name string, out *bufio.Writer, use func(*decode.Decoder) error) error {
	in, err := openTrace(cmd, name, out)
	if err != nil {
		return err
	}
	defer in.Close()
	return inputError(name, use(decode.NewDecoder(in)))
}

// events is where the events of a trace come from.
type events interface{ Next(*decode.Event) error }

// each calls do with every event.
func each(dec events, do func(*decode.Event) error) error {
	var ev decode.Event
	for {
		switch err := dec.Next(&ev); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := do(&ev); err != nil {
			return err
		}
	}
}
