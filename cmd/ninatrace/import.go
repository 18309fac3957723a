package main

import (
	"bufio"
	"cmp"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An importJob is one call of import.
type importJob struct {
	from, file, pins, out string
	secrets               bool
	logic                 logic.Options
}

// An importer makes a trace of a file. flags are those that not every format
// has.
type importer struct {
	flags []string
	run   func(job *importJob, tw *capture.Writer, in *input, pins *input) (report, error)
}

// A report tells what was imported.
type report func(cmd *cobra.Command)

var importers = map[string]importer{
	"saleae":   {[]string{"pins", "analyzer", "channel", "pause", "glitch"}, importSaleae},
	"vcd":      {[]string{"channel", "glitch"}, importVCD},
	"sigrok":   {[]string{"channel", "glitch"}, importSigrok},
	"nina-log": {nil, importNinaLog},
}

func importFormats() []string { return slices.Sorted(maps.Keys(importers)) }

func newImport() *cobra.Command {
	var job importJob
	cmd := &cobra.Command{
		Use:   "import --from saleae|vcd|sigrok|nina-log FILE -o OUT.nina",
		Short: "Make a trace of a logic analyser's recording, or of the firmware's log",
		Long: `import makes a trace of what a logic analyser recorded on the lines between
board and coprocessor, or of what the firmware itself printed.

saleae: what Logic exports, which is told from the file: the data table of the
SPI analyser (name, type, start_time, duration, mosi, miso), its own export
(Time [s], Packet ID, MOSI, MISO), or the digital channels with every edge of
CS, CLK, MOSI and MISO. With a table, --pins is the export of the digital
channels READY, RESETN and GPIO0.
vcd: a value change dump of PulseView, sigrok-cli, GTKWave or a simulator.
sigrok: a session (.sr) of PulseView or sigrok-cli.
nina-log: the lines COMMAND: and RESPONSE: that nina-fw prints after SET_DEBUG.

Channels are known by their names (CS, CLK, MOSI, MISO, READY, RESETN, GPIO0 and
what else they are called); --channel says which is which. The clock and chip
select are also known by what they do. With READY a trace knows how long the
coprocessor took to reply.

Passphrases and keys are left out of the trace; --keep-secrets keeps them.`,
		Example: `  ninatrace import --from saleae capture.spi.csv --pins capture.digital.csv -o capture.nina
  ninatrace import --from sigrok capture.sr --channel cs=D3,clk=D0,mosi=D1,miso=D2,ready=D4 -o capture.nina
  ninatrace import --from nina-log uart.txt -o - | ninatrace decode -`,
		Args: oneFile,
	}
	out := output(cmd)
	f := cmd.Flags()
	f.StringVar(&job.from, "from", "", "format of FILE: "+strings.Join(importFormats(), ", ")+" (required)")
	f.StringVar(&job.pins, "pins", "", "digital export of the same recording")
	f.StringVar(&job.logic.Analyzer, "analyzer", "", "name of the SPI analyser, where FILE has several")
	f.StringToStringVar(&job.logic.Channels, "channel", nil, "channels of the lines cs, clk, mosi, miso, ready, resetn, gpio0; - for none")
	f.DurationVar(&job.logic.Pause, "pause", 0, "time between two bytes that means another window, where FILE has no other sign")
	f.DurationVar(&job.logic.Glitch, "glitch", 0, "leave out pulses shorter than this")
	f.BoolVar(&job.secrets, "keep-secrets", false, "keep passphrases and keys in the trace")
	_ = cmd.MarkFlagRequired("from") // made above
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions(importFormats(), cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		job.file, job.out = args[0], *out
		if err := cmp.Or(job.check(cmd), stdinOnce(cmd, job.file, job.pins), keepInputs(cmd, job.out, job.file, job.pins)); err != nil {
			return err
		}
		return job.run(cmd)
	}
	return cmd
}

// check refuses formats that do not exist and flags that a format does not
// have.
func (j *importJob) check(cmd *cobra.Command) error {
	format, ok := importers[j.from]
	if !ok {
		return usage(cmd, "--from %s: no such format; they are %s", j.from, strings.Join(importFormats(), ", "))
	}
	for _, name := range importers["saleae"].flags {
		if cmd.Flags().Changed(name) && !slices.Contains(format.flags, name) {
			return usage(cmd, "--%s is nothing for --from %s", name, j.from)
		}
	}
	for name, d := range map[string]time.Duration{"pause": j.logic.Pause, "glitch": j.logic.Glitch} {
		if d < 0 {
			return usage(cmd, "--%s %s is negative", name, d)
		}
	}
	return nil
}

// run opens the files and imports them.
func (j *importJob) run(cmd *cobra.Command) error {
	in, err := openInput(cmd, j.file, nil)
	if err != nil {
		return err
	}
	defer in.Close()
	var pins *input
	if j.pins != "" {
		if pins, err = openInput(cmd, j.pins, nil); err != nil {
			return err
		}
		defer pins.Close()
	}
	if !j.secrets {
		j.logic.Mask = wire.SecretSpans
	}
	j.logic.Labels = []capture.Label{{Key: "source", Value: j.from}}
	if j.file != "-" {
		j.logic.Labels = append(j.logic.Labels, capture.Label{Key: "file", Value: filepath.Base(j.file)})
	}
	var tell report
	in.prog = startProgress(cmd, j.out, j.file)
	err = writeTrace(cmd, j.out, false, func(out *bufio.Writer) error {
		tw, err := capture.NewWriter(out, 1) // a logic analyser's nanoseconds
		if err != nil {
			return err
		}
		if tell, err = importers[j.from].run(j, tw, in, pins); err != nil {
			return err
		}
		return tw.Close()
	})
	in.prog.stop()
	if err != nil {
		return importError(j.file, j.pins, err)
	}
	tell(cmd)
	return nil
}
