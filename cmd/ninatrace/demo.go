package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/export/pcapng"
	"github.com/ninatrace/ninatrace/internal/scenario"
	"github.com/ninatrace/ninatrace/replay"
)

func newDemo() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Record, decode, export and replay one HTTP request, without a board",
		Long: `demo runs the real driver on the built-in emulator of the coprocessor, fetches
one page from a web server on this machine, and records every transaction. It
shows the decoded trace, exports it for Wireshark, and replays it. Nothing but
this program is needed, and nothing is left but two files.`,
		Example: `  ninatrace demo
  ninatrace demo -o /tmp/first-look`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := demoDir(dir)
			if err != nil {
				return err
			}
			return demo(cmd, dir)
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "", "folder for demo.nina and demo.pcapng (default: a new one for temporary files)")
	_ = cmd.MarkFlagDirname("output") // made above
	return cmd
}

// demoDir makes the folder of the demo.
func demoDir(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "ninatrace-demo-")
	}
	return dir, os.MkdirAll(dir, 0o755)
}

func demo(cmd *cobra.Command, dir string) error {
	nina, pcap := filepath.Join(dir, "demo.nina"), filepath.Join(dir, "demo.pcapng")
	session := &scenario.Sessions[0]
	if err := writeOutput(cmd, nina, session.Record); err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	var sum decode.Summary
	err := withTrace(cmd, nina, func(dec *decode.Decoder) error {
		return decodeText(cmd, summing{dec, &sum}, 16)
	})
	if err != nil {
		return err
	}
	err = withTrace(cmd, nina, func(dec *decode.Decoder) error {
		return writeOutput(cmd, pcap, func(w io.Writer) error {
			_, err := pcapng.Export(w, dec, pcapng.Options{Payload: 16})
			return err
		})
	})
	if err != nil {
		return err
	}
	trace, err := replay.LoadFile(os.DirFS(dir), "demo.nina")
	if err != nil {
		return err
	}
	r := trace.Replay(driver)
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, `
recorded  %s for %s in %s: %s
exported  %s, for Wireshark
`, count(sum.Exchanges, "exchange"), count(sum.Calls, "driver call"), sum.Duration.Round(1e6), nina, pcap)
	if !r.OK() {
		printReport(out, r)
		return errFinding
	}
	fmt.Fprintf(out, `replayed  all of it against the driver, byte for byte, in %s
secrets   withheld: the passphrase never left the recorder (payload did: share traces with care)
try next  ninatrace decode --json %s, or: tshark -r %s
`, r.Took.Round(1e4), nina, pcap)
	return nil
}

// summing is a decoder whose events are counted on the way.
type summing struct {
	*decode.Decoder
	sum *decode.Summary
}

// Next implements events.
func (s summing) Next(ev *decode.Event) error {
	err := s.Decoder.Next(ev)
	if err == nil {
		s.sum.Add(ev)
	}
	return err
}
