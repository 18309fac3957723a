package main

import (
	"context"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture/live"
	"github.com/ninatrace/ninatrace/internal/endpoint"
)

// A captureJob is what the flags of capture say.
type captureJob struct {
	keeper
	port      string
	baud      int
	decode    bool
	duration  time.Duration
	exchanges int
	size      string // of --rotate
	format    string
}

func newCapture() *cobra.Command {
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
compressed. On a terminal a line below tells how
it goes.

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
			job.port = args[0]
			if err := job.prepare(cmd); err != nil {
				return err
			}
			return job.run(cmd)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return completePort(cmd, args, text)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&job.name, "output", "o", "", "file to write, - for the standard output (required)")
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic(err) // the flag was made in the line above
	}
	f.IntVar(&job.baud, "baud", job.baud, "baud rate of a serial port; one that is USB itself does not care")
	f.StringVar(&job.format, "format", job.format, "what comes: trace, or nina-log, what nina-fw prints on its own UART after SET_DEBUG")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{formatTrace, formatLog}, cobra.ShellCompDirectiveNoFileComp)) // made above
	f.BoolVar(&job.decode, "decode", false, "show what happens, not only console text")
	f.DurationVar(&job.duration, "duration", 0, "end after this time, such as 10m (default: never)")
	f.IntVar(&job.exchanges, "exchanges", 0, "end after so many exchanges (default: never)")
	f.StringVar(&job.size, "rotate", "", "begin another file, x-001.nina, x-002.nina, … for x.nina, whenever one has this size, such as 500kB or 64MB")
	f.BoolVar(&job.force, "force", false, "replace a file that is there")
	f.BoolVar(&job.append, "append", false, "go on in a file that is there")
	return cmd
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
	j.port = name
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

// run captures until somebody ends it.
func (j *captureJob) run(cmd *cobra.Command) (err error) {
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	if j.duration > 0 {
		ctx, cancel = context.WithTimeout(ctx, j.duration)
		defer cancel()
	}
	text := cmd.OutOrStdout()
	if j.name == "-" {
		text = cmd.ErrOrStderr()
	}
	s := newScreen(text, cmd.ErrOrStderr(), j.port == "-")
	r := &reporter{screen: s, source: j.port, start: time.Now()}
	r.view = &view{screen: s, decode: j.decode, log: j.format == formatLog, color: colorful(text), limit: j.exchanges, enough: cancel}
	defer func() {
		if showing := s.close(); err == nil && showing != nil {
			err = outputFailed("the text", showing)
		}
		j.sum(cmd, r, &err)
	}()
	line, err := j.connect(ctx, cmd, r)
	if err != nil {
		return err
	}
	defer line.Close()
	file, err := j.open(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	if s.live {
		s.warn("capturing %s into %s; Ctrl-C ends it", inputName(j.port), j.name)
	}
	err = r.follow(line, namedWriter{file, j.name})
	if closing := file.Close(); err == nil && closing != nil {
		err = outputFailed(j.name, closing)
	}
	return err
}

// sum tells what was captured, and makes it an error if that is nothing.
func (j *captureJob) sum(cmd *cobra.Command, r *reporter, err *error) {
	g := r.view.glance()
	if !r.begun {
		return
	}
	warn(cmd.ErrOrStderr(), "%s", summary(j.name, time.Since(r.start), r.came.Load(), &g))
	if *err == nil && !g.frames {
		warn(cmd.ErrOrStderr(), "there is no trace in it: not one frame came")
		*err = errFinding
	}
}

// connect opens the line.
func (j *captureJob) connect(ctx context.Context, cmd *cobra.Command, r *reporter) (*live.Line, error) {
	if j.port == "-" {
		return live.Open(ctx, live.Config{Once: true, Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(cmd.InOrStdin()), nil
		}})
	}
	if !strings.HasPrefix(j.port, "tcp:") {
		r.baud = j.baud
	}
	line, err := live.Open(ctx, live.Config{
		Open: func(ctx context.Context) (io.ReadCloser, error) { return endpoint.Open(ctx, j.port) },
		Lost: r.lineLost,
		Back: r.lineBack,
	})
	switch {
	case err == nil:
		return line, nil
	case cmd.Context().Err() != nil:
		return nil, cmd.Context().Err()
	}
	return nil, portError(cmd, err)
}
