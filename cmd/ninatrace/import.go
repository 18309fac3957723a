package main

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func newImport() *cobra.Command {
	var from, pins, analyzer string
	var secrets bool
	cmd := &cobra.Command{
		Use:   "import --from saleae FILE.spi.csv [--pins FILE.digital.csv] -o OUT.nina",
		Short: "Make a trace of a logic analyser's recording",
		Long: `import makes a trace of what a logic analyser recorded on the lines between
board and coprocessor.

saleae: the data table of the SPI analyser as Logic 2 exports it (columns name,
type, start_time, duration, mosi, miso), and with --pins the export of the
digital channels (Time [s], CS, READY, RESETN, GPIO0; missing ones are no harm).
With the pins a trace knows how long the coprocessor took to reply.

Passphrases and keys are left out of the trace; --keep-secrets keeps them.`,
		Example: `  ninatrace import --from saleae capture.spi.csv -o capture.nina
  ninatrace import --from saleae capture.spi.csv --pins capture.digital.csv -o - | ninatrace decode -`,
		Args: oneFile,
	}
	out := output(cmd)
	cmd.Flags().StringVar(&from, "from", "", "format of FILE: saleae (required)")
	cmd.Flags().StringVar(&pins, "pins", "", "digital export of the same recording")
	cmd.Flags().StringVar(&analyzer, "analyzer", "", "name of the SPI analyser, where FILE has several")
	cmd.Flags().BoolVar(&secrets, "keep-secrets", false, "keep passphrases and keys in the trace")
	_ = cmd.MarkFlagRequired("from") // made above
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions([]string{"saleae"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if from != "saleae" {
			return usage(cmd, "--from %s: no such format; it is saleae", from)
		}
		if err := cmp.Or(stdinOnce(cmd, args[0], pins), keepInputs(cmd, *out, args[0], pins)); err != nil {
			return err
		}
		o := logic.Options{
			Mask:     wire.SecretSpans,
			Analyzer: analyzer,
			Labels:   []capture.Label{{Key: "source", Value: "saleae"}},
		}
		if args[0] != "-" {
			o.Labels = append(o.Labels, capture.Label{Key: "file", Value: filepath.Base(args[0])})
		}
		if secrets {
			o.Mask = nil
		}
		return importSaleae(cmd, args[0], pins, *out, o)
	}
	return cmd
}

func importSaleae(cmd *cobra.Command, spiName, pinsName, outName string, o logic.Options) error {
	spi, err := openInput(cmd, spiName, nil)
	if err != nil {
		return err
	}
	defer spi.Close()
	var pins io.Reader
	if pinsName != "" {
		in, err := openInput(cmd, pinsName, nil)
		if err != nil {
			return err
		}
		defer in.Close()
		pins = in
	}
	var stats logic.Stats
	err = writeTrace(cmd, outName, false, func(out *bufio.Writer) error {
		tw, err := capture.NewWriter(out, 1) // a logic analyser's nanoseconds
		if err != nil {
			return err
		}
		if stats, err = logic.ImportSaleae(tw, spi, pins, o); err != nil {
			return err
		}
		return tw.Close()
	})
	if err != nil {
		return importError(spiName, pinsName, err)
	}
	imported(cmd.ErrOrStderr(), &stats)
	return nil
}

// importError says in which of the two files the error is.
func importError(spiName, pinsName string, err error) error {
	var row *logic.RowError
	if errors.As(err, &row) && row.File == logic.Digital {
		return inputError(pinsName, err)
	}
	return inputError(spiName, err)
}

// imported tells what was imported, and what was odd.
func imported(w io.Writer, s *logic.Stats) {
	warn(w, "imported %s, %s, %s in %s", count(s.Windows, "chip-select window"), count(s.Bytes, "byte"), count(s.Pins, "line change"), s.Duration)
	if s.Incomplete > 0 {
		warn(w, "%s incomplete: part of it is not in the file", count(s.Incomplete, "window"))
	}
	if s.Troubles > 0 {
		warn(w, "the analyser lost the clock in %s", count(s.Troubles, "place"))
	}
	if s.Cut {
		warn(w, "the file ends in the middle of a row")
	}
}
