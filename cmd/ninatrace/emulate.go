package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/internal/endpoint"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

func newEmulate() *cobra.Command {
	var w world
	listen, dir := "tcp://127.0.0.1:7000", ""
	cmd := &cobra.Command{
		Use:   "emulate",
		Short: "Serve the emulated coprocessor to host programs outside",
		Long: `emulate serves the bus of an emulated coprocessor over TCP, so that host code in
any language can be run against it: it drives chip select, RESETN and GPIO0,
clocks bytes and waits for READY by the one-letter operations of the bus link,
which docs/bus-link.md describes. Each connection is a module of its own, powered
on when it opens and gone with its sockets when it closes.

The module's sockets are those of this machine. Whoever can connect can
therefore reach what this machine can, so --listen takes the loopback unless it
is told otherwise.

Ctrl-C ends it, with exit status 0.`,
		Example: `  ninatrace emulate
  ninatrace emulate --profile adafruit-3.3.0 --ap home:secret-words --ap cafe
  ninatrace emulate --listen tcp://127.0.0.1:0 --pacing 8MHz -o recordings`,
		Args: noFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := w.config(cmd)
			if err != nil {
				return err
			}
			return emulate(cmd, listen, cfg, dir)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", listen, "where to listen; port 0 takes any that is free")
	cmd.Flags().StringVarP(&dir, "output", "o", "", "folder to record every connection in, as a trace (default: none)")
	_ = cmd.MarkFlagDirname("output") // made above
	w.flags(cmd)
	return cmd
}

// emulate serves modules until the user interrupts.
func emulate(cmd *cobra.Command, listen string, cfg emulator.Config, dir string) error {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	l, err := endpoint.Listen(cmd.Context(), listen)
	if err != nil {
		return &hintedError{err, "another port may be free: --listen tcp://127.0.0.1:0 takes any"}
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		warn(cmd.ErrOrStderr(), "whoever reaches %s can open connections from this machine", l.Addr())
	}
	if err := announce(cmd.OutOrStdout(), l.Addr(), &cfg); err != nil {
		return err
	}
	m := &modules{cfg: cfg, dir: dir, out: cmd.OutOrStdout(), errs: cmd.ErrOrStderr()}
	s := &link.Server{PowerOn: m.powerOn, Ident: "ninatrace emulator, " + cfg.Profile.Name(), Ended: m.ended}
	return s.Serve(cmd.Context(), l)
}

// announce says what is served and how to get there.
func announce(w io.Writer, addr net.Addr, cfg *emulator.Config) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "module    %s, one for each connection\n", cfg.Profile.Name())
	for _, ap := range cfg.AccessPoints {
		fmt.Fprintf(out, "network   %q\n", ap.SSID)
	}
	if cfg.Pacing.SPIClock > 0 {
		fmt.Fprintf(out, "pacing    an SPI clock of %d MHz, boot in %v, join in %v\n",
			cfg.Pacing.SPIClock/1e6, cfg.BootTime.Round(10*time.Millisecond), cfg.JoinTime)
	}
	fmt.Fprintf(out, "listening tcp://%s\ntry next  ninatrace probe --bus tcp://%s\n", addr, addr)
	return out.Flush()
}
