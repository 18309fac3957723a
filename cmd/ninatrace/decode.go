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
missing from the trace is told on the standard error.`,
		Example: `  ninatrace decode session.nina
  ninatrace decode --json session.nina | jq 'select(.status != "ok")'
  cat /dev/ttyACM0 | ninatrace decode -`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withTrace(cmd, args[0], func(dec *decode.Decoder) error {
				if asJSON {
					return decodeJSON(cmd, dec, payload)
				}
				return decodeText(cmd, dec, payload)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object for each exchange")
	cmd.Flags().IntVar(&payload, "payload", 16, "how many bytes of each payload to show")
	return cmd
}

// withTrace runs use on the decoder of a file and says whose error it was.
func withTrace(cmd *cobra.Command, name string, use func(*decode.Decoder) error) error {
	f, err := openInput(cmd, name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := use(decode.NewDecoder(f)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// decodeText prints every event.
func decodeText(cmd *cobra.Command, dec events, payload int) error {
	out := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
	defer out.Flush()
	o := decode.TextOptions{Payload: payload, Color: colorful(cmd.OutOrStdout())}
	var line []byte
	return each(dec, func(ev *decode.Event) error {
		line = decode.AppendText(line[:0], ev, o)
		_, err := out.Write(line)
		return err
	})
}

// decodeJSON prints every exchange.
func decodeJSON(cmd *cobra.Command, dec events, payload int) error {
	out := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
	defer out.Flush()
	var line []byte
	return each(dec, func(ev *decode.Event) error {
		if ev.Exchange.N == 0 {
			if ev.Record.Kind == capture.KindLoss {
				warn(cmd.ErrOrStderr(), "%s", lossText(&ev.Record))
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
