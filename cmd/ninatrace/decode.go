package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

func newDecode() *cobra.Command {
	var asJSON bool
	var payload int
	cmd := &cobra.Command{
		Use:   "decode FILE",
		Short: "Show what happened in a trace",
		Long: `decode shows a trace line by line: each exchange with the coprocessor with its
time, its wait, command, arguments and results, and between them the driver's
calls, resets, console text, and what is missing.

With --json each exchange is one JSON object on a line of its own; what is
missing from the trace is told on the standard error.

Whatever the trace holds, the exit status is 0: to show it is no verdict. It is
2 if there is no trace in FILE.`,
		Example: `  ninatrace decode session.nina
  ninatrace decode --json session.nina | jq 'select(.status != "ok")'
  cat /dev/ttyACM0 | ninatrace decode -`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeOutput(cmd, "-", func(out *bufio.Writer) error {
				return withTrace(cmd, args[0], out, func(dec *decode.Decoder) error {
					if asJSON {
						return decodeJSON(out, cmd.ErrOrStderr(), dec, payload)
					}
					return decodeText(out, dec, decode.TextOptions{Payload: payload, Color: colorful(cmd.OutOrStdout())}, whole)
				})
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object for each exchange")
	cmd.Flags().IntVar(&payload, "payload", 16, "how many bytes of each payload to show, -1 for all")
	return cmd
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

// decodeText prints every event, its line cut to a width.
func decodeText(out io.Writer, dec events, o decode.TextOptions, width int) error {
	var line []byte
	return each(dec, func(ev *decode.Event) error {
		line = cut(decode.AppendText(line[:0], ev, o), width)
		_, err := out.Write(line)
		return err
	})
}

// decodeJSON prints every exchange, and to errs what is missing.
func decodeJSON(out, errs io.Writer, dec events, payload int) error {
	var line []byte
	return each(dec, func(ev *decode.Event) error {
		if ev.Exchange.N == 0 {
			if ev.Record.Kind == capture.KindLoss {
				warn(errs, "%s", lossText(&ev.Record))
			}
			return nil
		}
		line = append(decode.AppendJSON(line[:0], &ev.Exchange, payload), '\n')
		_, err := out.Write(line)
		return err
	})
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

// lossText says in one line what is missing where.
func lossText(rec *capture.Record) string {
	return fmt.Sprintf("byte %d, %.6fs: %s", rec.Offset, rec.Time.Seconds(), decode.DescribeRecord(rec))
}
