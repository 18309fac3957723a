package main

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/internal/endpoint"
)

// A captureJob is what the flags of capture say.
type captureJob struct {
	keeper
	port      string // as the user named it
	endpoint  string // with the baud rate that was asked for
	baud      int
	decode    bool
	duration  time.Duration
	exchanges int
	size      string // of --rotate
	format    string
}

func newCapture() *cobra.Command {
	var out *string
	job := captureJob{baud: endpoint.DefaultBaud, format: formatTrace}
	cmd := &cobra.Command{
		Use:   "capture PORT -o FILE",
		Short: "Keep what a board records, from a serial port as it comes",
		Long: `capture writes a trace from a board that records: PORT is a serial port,
tcp://HOST:PORT, or - for the standard input. The file is what the port sends,
byte by byte and at once, so that it is a trace whatever ends the program.

The console text of the board is shown as it comes; with --decode everything
that happens, as ninatrace decode shows it. With -o - the trace is the standard
output and text goes to the standard error; a FILE that ends in .zst is
compressed. On a terminal a line below tells how it goes.

With --format nina-log the port is the firmware's own UART, and the trace is
made of what it prints; secrets are withheld.

A line that is lost is waited for, and goes on in the same file, with a line of
text that says so. Ctrl-C ends the capture, --duration, --exchanges and the end
of the standard input too, with exit status 0; it is 1 if there was no trace,
and 2 when the port can't be opened or the disk is full.`,
		Example: `  ninatrace capture /dev/ttyACM0 -o session.nina
  ninatrace capture COM3 --baud 921600 -o session.nina --decode
  ninatrace capture tcp://192.168.1.7:2217 -o long.nina --rotate 64MB
  ninatrace capture /dev/ttyUSB1 --format nina-log -o firmware.nina
  ninatrace capture /dev/ttyUSB0 -o - --exchanges 100 | ninatrace info -`,
		Args: onePort,
		RunE: func(cmd *cobra.Command, args []string) error {
			job.port, job.name = args[0], *out
			if err := job.prepare(cmd); err != nil {
				return err
			}
			return job.run(cmd)
		},
		ValidArgsFunction: completeOnePort,
	}
	out = output(cmd)
	job.flags(cmd)
	return cmd
}

// flags adds the flags of a job to its verb.
func (j *captureJob) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&j.baud, "baud", j.baud, "baud rate of a serial port; one that is USB itself does not care")
	f.StringVar(&j.format, "format", j.format, "what comes: trace, or nina-log, what nina-fw prints on its own UART after SET_DEBUG")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{formatTrace, formatLog}, cobra.ShellCompDirectiveNoFileComp)) // made above
	f.BoolVar(&j.decode, "decode", false, "show what happens, not only console text")
	f.DurationVar(&j.duration, "duration", 0, "end after this time, such as 10m (default: never)")
	f.IntVar(&j.exchanges, "exchanges", 0, "end after so many exchanges (default: never)")
	f.StringVar(&j.size, "rotate", "", "begin another file, x-001.nina, x-002.nina, … for x.nina, whenever one has this size, such as 500kB or 64MB")
	f.BoolVar(&j.force, "force", false, "replace a file that is there")
	f.BoolVar(&j.append, "append", false, "go on in a file that is there")
}

// What may come from a port.
const (
	formatTrace = "trace"
	formatLog   = "nina-log"
)

// onePort is the check of the arguments of capture.
func onePort(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage(cmd, "capture takes one PORT, such as /dev/ttyACM0, not %d; ninatrace ports lists them", len(args))
	}
	return nil
}

// completeOnePort offers ports for the one argument.
func completeOnePort(cmd *cobra.Command, args []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completePort(cmd, args, text)
}

// prepare checks the flags.
func (j *captureJob) prepare(cmd *cobra.Command) error {
	if j.duration < 0 || j.exchanges < 0 || j.baud <= 0 {
		return usage(cmd, "--duration, --exchanges and --baud are more than 0")
	}
	if j.size != "" {
		n, ok := parseSize(j.size)
		if !ok {
			return usage(cmd, "--rotate %s: it is a number and B, kB, MB or GB", j.size)
		}
		j.rotate = n
	}
	if j.format != formatTrace && j.format != formatLog {
		return usage(cmd, "--format is %s or %s", formatTrace, formatLog)
	}
	if err := j.check(cmd); err != nil {
		return err
	}
	j.endpoint = j.port
	if !cmd.Flags().Changed("baud") {
		return nil
	}
	if j.port == "-" {
		return usage(cmd, "--baud is for serial ports")
	}
	name, err := endpoint.WithBaud(j.port, j.baud)
	if err != nil {
		return usage(cmd, "--baud: %w", err)
	}
	j.endpoint = name
	return nil
}

// parseSize reads a size such as 500kB. A number alone is bytes.
func parseSize(text string) (int64, bool) {
	digits := strings.TrimRight(text, "BKkMG")
	unit, ok := map[string]float64{"": 1, "B": 1, "kB": 1e3, "KB": 1e3, "k": 1e3, "MB": 1e6, "M": 1e6, "GB": 1e9, "G": 1e9}[text[len(digits):]]
	n, err := strconv.ParseFloat(digits, 64)
	n *= unit
	return int64(n), ok && err == nil && n >= 1 && n < math.MaxInt64
}
