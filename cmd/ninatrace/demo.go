package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/internal/sessions"
	"github.com/ninatrace/ninatrace/replay"
	"github.com/ninatrace/ninatrace/wifinina"
)

// demoWidth is how wide the demo's lines are, for a terminal of the usual size.
const demoWidth = 80

func newDemo() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Record, decode, export and replay one HTTP request, without a board",
		Long: `demo runs the real driver on the built-in emulator of the coprocessor, fetches
one page from a web server on this machine, and records every transaction. It
shows the decoded trace (its lines cut to 80 columns), exports it for Wireshark,
and replays it. Nothing but this program is needed, and nothing is left but two
files.

With --bus the coprocessor is the one behind a bus link instead. It joins the
network of --ssid, and fetches the page from this machine at --peer, which by
default is the address that leads to the other end of the link.`,
		Example: `  ninatrace demo
  ninatrace demo -o /tmp/first-look
  ninatrace demo --bus tcp://127.0.0.1:7000
  ninatrace demo --bus /dev/ttyACM0 --ssid home --peer 192.168.1.5`,
		Args: noFiles,
	}
	site := siteFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if dir == "-" {
			return usage(cmd, "-o is a folder, not a file")
		}
		if err := site.check(cmd); err != nil {
			return err
		}
		dir, err := demoDir(dir)
		if err != nil {
			return err
		}
		return writeOutput(cmd, "-", func(out *bufio.Writer) error { return demo(cmd, dir, site, out) })
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

func demo(cmd *cobra.Command, dir string, site *site, out *bufio.Writer) error {
	nina, pcap := filepath.Join(dir, "demo.nina"), filepath.Join(dir, "demo.pcapng")
	err := writeOutput(cmd, nina, func(w *bufio.Writer) error { return site.record(cmd, &sessions.All[0], w) })
	if err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	var sum decode.Summary
	err = withTrace(cmd, nina, out, func(dec *decode.Decoder) error {
		o := decode.TextOptions{Payload: 16, Color: colorful(cmd.OutOrStdout())}
		return decodeText(out, summing{dec, &sum}, o)
	})
	if err != nil {
		return err
	}
	if _, err := exportPcapng(cmd, nina, pcap, 16); err != nil {
		return err
	}
	trace, err := replay.LoadFile(os.DirFS(dir), "demo.nina")
	if err != nil {
		return err
	}
	r := trace.Replay(driver(wifinina.AutoEngine))
	nina, pcap = clean(nina), clean(pcap)
	fmt.Fprintf(out, `
recorded  %s for %s in %s
exported  for Wireshark: tshark -r %s
`, count(sum.Exchanges, "exchange"), count(sum.Calls, "driver call"), sum.Duration.Round(time.Millisecond), pcap)
	if !r.OK() {
		printReport(out, r)
		return errFinding
	}
	fmt.Fprintf(out, `replayed  all of it against the driver, byte for byte, in %s
withheld  the passphrase; payload is in both files, so share them with care
try next  ninatrace decode --json %s
`, r.Took.Round(10*time.Microsecond), nina)
	return nil
}

// decodeText prints every event, its line cut to the demo's width.
func decodeText(out io.Writer, dec events, o decode.TextOptions) error {
	var line []byte
	return each(dec, func(ev *decode.Event) error {
		line = cut(decode.AppendText(line[:0], ev, o), demoWidth)
		_, err := out.Write(line)
		return err
	})
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
