package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/internal/endpoint"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/emulator/scenario"
)

func newEmulate() *cobra.Command {
	var w world
	e := emulation{listen: "tcp://127.0.0.1:7000"}
	cmd := &cobra.Command{
		Use:   "emulate",
		Short: "Serve the emulated coprocessor to host programs outside",
		Long: `emulate serves the bus of an emulated coprocessor over TCP, so that host code in
any language can be run against it: it drives chip select, RESETN and GPIO0,
clocks bytes and waits for READY by the one-letter operations of the bus link,
which docs/buslink.md describes. Each connection is a module of its own, that
is powered on when it opens, and gone with its sockets when it closes.

Each line of the standard input is said to all modules that are connected: a
fault, such as "READY high for 2s" or "every 1m: drop link", or chaos, list,
clear or help. The file of --scenario holds the same, and the world around;
docs/scenarios.md tells of both. The log says what struck, and which command.

The module's sockets are those of this machine. Whoever can connect can
therefore reach what this machine can, so --listen takes the loopback unless it
is told otherwise.

Ctrl-C ends it, with exit status 0.`,
		Example: `  ninatrace emulate
  ninatrace emulate --profile adafruit-3.3.0 --ap home:secret-words --ap cafe
  ninatrace emulate --listen tcp://127.0.0.1:0 --pacing 8MHz -o recordings
  ninatrace emulate --scenario flaky.yaml --log struck.log`,
		Args: noFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := readScenario(e.scenario)
			if err != nil {
				return err
			}
			if s.Config, err = w.config(cmd, s.Config); err != nil {
				return err
			}
			return e.run(cmd, s)
		},
	}
	cmd.Flags().StringVar(&e.listen, "listen", e.listen, "where to listen; port 0 takes any that is free")
	cmd.Flags().StringVarP(&e.dir, "output", "o", "", "folder to record every connection in, as a trace (default: none)")
	cmd.Flags().StringVar(&e.scenario, "scenario", "", "file that says what goes wrong and in what world, for each module from its power-on; other flags come first (default: nothing does)")
	cmd.Flags().StringVar(&e.log, "log", "", "file for what struck, with the time since power-on (default: the standard error)")
	_ = cmd.MarkFlagDirname("output")                   // made above
	_ = cmd.MarkFlagFilename("scenario", "yaml", "yml") // as well
	_ = cmd.MarkFlagFilename("log")                     // as well
	w.flags(cmd)
	return cmd
}

// An emulation is the rest of what the flags of emulate say.
type emulation struct{ listen, dir, scenario, log string }

// run serves modules until the user interrupts.
func (e *emulation) run(cmd *cobra.Command, s *scenario.Scenario) (err error) {
	if e.dir != "" {
		if err := os.MkdirAll(e.dir, 0o777); err != nil {
			return err
		}
	}
	log, closeLog, err := openLog(cmd, e.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	l, err := endpoint.Listen(cmd.Context(), e.listen)
	if err != nil {
		return endpointError(cmd, "--listen", err, "another port may be free: --listen tcp://127.0.0.1:0 takes any")
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		warn(cmd.ErrOrStderr(), "whoever reaches %s can open connections from this machine", l.Addr())
	}
	if err := announce(cmd.OutOrStdout(), l.Addr(), &s.Config); err != nil {
		return err
	}
	m := &modules{scenario: s, dir: e.dir, out: cmd.OutOrStdout(), errs: cmd.ErrOrStderr(), log: log}
	go m.listen(cmd.InOrStdin())
	server := &link.Server{PowerOn: m.powerOn, Ident: "ninatrace emulator, " + s.Config.Profile.String(), Ended: m.ended}
	return server.Serve(cmd.Context(), l)
}

// announce says what is served and how to get there.
func announce(w io.Writer, addr net.Addr, cfg *emulator.Config) error {
	out := bufio.NewWriter(namedWriter{w, "standard output"})
	fmt.Fprintf(out, "module    %s, one for each connection\n", cfg.Profile)
	for _, ap := range cfg.AccessPoints {
		fmt.Fprintf(out, "network   %q\n", ap.SSID)
	}
	if cfg.Pacing.SPIClock > 0 {
		fmt.Fprintf(out, "pacing    an SPI clock of %d MHz, boot in %v, join in %v\n",
			cfg.Pacing.SPIClock/1e6, cfg.BootTime.Round(10*time.Millisecond), cfg.JoinTime)
	}
	here := strings.NewReplacer("[::]", "127.0.0.1", "0.0.0.0", "127.0.0.1").Replace(addr.String())
	fmt.Fprintf(out, "listening tcp://%s\ntry next  ninatrace probe --bus tcp://%s --ssid %q\n", addr, here, cfg.AccessPoints[0].SSID)
	return out.Flush()
}
