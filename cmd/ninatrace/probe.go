package main

import (
	"bufio"
	"errors"
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/internal/probe"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func newProbe() *cobra.Command {
	var cfg probe.Config
	var endpoint, tcp, trace string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "probe --bus ENDPOINT",
		Short: "Find out what works of the coprocessor behind a bus link",
		Long: `probe runs the driver against the coprocessor behind a bus link, which may be a
board with a bridge on it, the emulator, or whatever else speaks the link, and
gives a verdict on each thing that has to work, as soon as it is known:

  ok    it does what firmware does
  FAIL  it does not
  skip  there is nothing to look at, or no flag asks for it

It resets the module, which loses its network, and writes nothing to its flash.
With --ssid it joins a network; the passphrase is that of --pass, or of
NINATRACE_PASSPHRASE in the environment, which no process list shows. With -o
the traffic is kept as a trace, the verdicts in it and the passphrase withheld.

Exit status 1: a check has failed; 2: the link could not be opened.`,
		Example: `  ninatrace probe --bus tcp://127.0.0.1:7000 --ssid ninatrace --pass ninatrace
  ninatrace probe --bus /dev/ttyACM0 -o probe.nina
  ninatrace probe --bus tcp://127.0.0.1:7000 --json | jq .verdict`,
		Args: noFiles,
	}
	busFlag(cmd, &endpoint, " (required)")
	_ = cmd.MarkFlagRequired("bus") // made above
	f := cmd.Flags()
	f.StringVar(&cfg.SSID, "ssid", "", "network to join (default: none, and what needs one is skipped)")
	passphrase := passphraseFlag(cmd)
	f.StringVar(&cfg.Host, "host", "", "name that the module is to resolve")
	f.StringVar(&tcp, "tcp", "", "HOST:PORT that the module is to connect to")
	f.StringVarP(&trace, "output", "o", "", "trace to write, - for the standard output (default: none)")
	f.BoolVar(&asJSON, "json", false, "one JSON object for each check")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := aim(cmd, &cfg, tcp); err != nil {
			return err
		}
		cfg.Passphrase = passphrase()
		return probeBus(cmd, endpoint, cfg, trace, asJSON)
	}
	return cmd
}

// aim reads --tcp and refuses what needs a network without one.
func aim(cmd *cobra.Command, cfg *probe.Config, tcp string) error {
	if cfg.SSID == "" && (cfg.Host != "" || tcp != "" || cmd.Flags().Changed("pass")) {
		return usage(cmd, "--pass, --host and --tcp need a network to join: --ssid")
	}
	if tcp == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(tcp)
	if err != nil || host == "" {
		return usage(cmd, "--tcp %s: it is HOST:PORT", tcp)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return usage(cmd, "--tcp %s: a port is a number from 1 to 65535", tcp)
	}
	cfg.Server, cfg.Port = host, uint16(n)
	return nil
}

// probeBus probes what is at an endpoint and shows what it finds. The trace, if
// one is wanted, is kept whatever that is, and when the user interrupts.
func probeBus(cmd *cobra.Command, endpoint string, cfg probe.Config, trace string, asJSON bool) error {
	b, err := openBus(cmd, endpoint)
	if err != nil {
		return err
	}
	defer b.Close()
	cfg.Bus, cfg.Ident, cfg.Cause = b, b.Ident, b.Err
	out, name := cmd.OutOrStdout(), "standard output"
	if trace == "-" {
		out, name = cmd.ErrOrStderr(), "standard error"
	}
	v := verdicts{out: namedWriter{out, name}, color: colorful(out), asJSON: asJSON}
	if trace == "" {
		err = probe.Run(cmd.Context(), cfg, v.show)
	} else {
		var probing error
		err = writeOutput(cmd, trace, func(w *bufio.Writer) (err error) {
			probing, err = probeRecorded(cmd, cfg, w, v.show)
			return err
		})
		err = errors.Join(err, probing)
	}
	if err == nil && v.failed {
		return errFinding
	}
	return err
}

// probeRecorded probes and writes down the traffic and the verdicts.
func probeRecorded(cmd *cobra.Command, cfg probe.Config, w *bufio.Writer, show func(probe.Result) error) (probing, err error) {
	rec, err := capture.NewRecorder(cfg.Bus, w, wire.SecretSpans, capture.Config{
		Labels: []capture.Label{{Key: "session", Value: "probe"}, {Key: "driver", Value: "ninatrace/wifinina"}},
	})
	if err != nil {
		return nil, err
	}
	cfg.Bus = rec
	probing = probe.Run(cmd.Context(), cfg, func(r probe.Result) error {
		rec.Note(r.Verdict.String() + " " + r.Check + ": " + r.Detail)
		return show(r)
	})
	return probing, rec.Close()
}
