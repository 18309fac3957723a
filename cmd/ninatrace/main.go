// Ninatrace reads, converts and replays traces of the SPI traffic between a
// board and its WiFiNINA coprocessor. Run it without arguments for its verbs.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs one command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && strings.HasPrefix(err.Error(), "required flag(s)") {
		err = usage(cmd, "%w", err) // cobra's, which has no type
	}
	complain(errs, err)
	return status(err)
}

// newRoot returns the command with all its verbs.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "ninatrace",
		Short: "See, export and replay what a board and its WiFiNINA coprocessor say to each other",
		Long: `ninatrace reads traces of the SPI traffic between a board and its ESP32 "NINA"
WiFi coprocessor, shows what happened, exports it to Wireshark, and replays it
against the driver. Over a bus link it serves an emulated coprocessor to other
programs, and finds out what works of a real one.

Exit status: 0 good, 1 a finding or a divergence, 2 bad usage or input,
130 interrupted. A file named - is the standard input or output.`,
		Example: `  ninatrace demo
  ninatrace capture /dev/ttyACM0 -o session.nina
  ninatrace probe --bus /dev/ttyACM0
  ninatrace import --from saleae capture.spi.csv -o capture.nina
  ninatrace decode capture.nina`,
		Version:               buildVersion(),
		SilenceUsage:          true,
		SilenceErrors:         true,
		DisableFlagsInUseLine: true,
	}
	root.SetVersionTemplate(versionLine())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, "%w", err) })
	root.AddCommand(
		newDemo(),
		newCapture(), newPorts(), newImport(),
		newDecode(), newFields(), newSockets(), newFollow(), newCalls(), newLint(), newStats(), newDiff(), newInfo(),
		newExport(), newReplay(), newCat(), newText(),
		newProbe(), newEmulate(), newVersion(),
	)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	refuseUnknownVerbs(root)
	return root
}
