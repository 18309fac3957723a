package main

import (
	"bufio"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/export/pcapng"
)

func newExport() *cobra.Command {
	var to string
	var payload int
	cmd := &cobra.Command{
		Use:   "export --to pcapng FILE -o OUT",
		Short: "Write a trace in a format of other tools",
		Long: `export writes a trace in a format of other tools.

pcapng: for Wireshark and tshark. Each exchange is two packets, request and
reply, on an interface of link type USER0, with their times, directions, and
the decoded line as a comment.`,
		Example: `  ninatrace export --to pcapng session.nina -o session.pcapng
  ninatrace export --to pcapng session.nina -o - | tshark -r -`,
		Args: oneFile,
	}
	out := output(cmd)
	cmd.Flags().StringVar(&to, "to", "", "format to write: pcapng (required)")
	cmd.Flags().IntVar(&payload, "payload", 16, "how many bytes of each payload the comments show, -1 for all")
	_ = cmd.MarkFlagRequired("to") // made above
	_ = cmd.RegisterFlagCompletionFunc("to", cobra.FixedCompletions([]string{"pcapng"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if to != "pcapng" {
			return usage(cmd, "--to %s: no such format; it is pcapng", to)
		}
		if err := keepInputs(cmd, *out, args[0]); err != nil {
			return err
		}
		stats, err := exportPcapng(cmd, args[0], *out, payload)
		if err == nil && stats.Losses > 0 {
			warn(cmd.ErrOrStderr(), "the trace has %s in it; the packets after them say so", count(stats.Losses, "gap"))
		}
		return err
	}
	return cmd
}

// exportPcapng writes the trace in one file to another.
func exportPcapng(cmd *cobra.Command, name, outName string, payload int) (stats pcapng.Stats, err error) {
	err = writeOutput(cmd, outName, func(out *bufio.Writer) error {
		return withTrace(cmd, name, out, func(dec *decode.Decoder) error {
			stats, err = pcapng.Export(out, dec, pcapng.Options{Payload: payload})
			return err
		})
	})
	return stats, err
}
