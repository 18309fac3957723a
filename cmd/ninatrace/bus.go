package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/internal/endpoint"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
)

// busFlag adds the flag --bus to a verb. The shell completes it to the serial
// ports there are.
func busFlag(cmd *cobra.Command, name *string, without string) {
	cmd.Flags().StringVar(name, "bus", "", "the bus link: tcp://HOST:PORT, or a serial port such as /dev/ttyACM0"+without)
	_ = cmd.RegisterFlagCompletionFunc("bus", completePort) // made above
}

// completePort offers the shell the serial ports there are.
func completePort(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	names := []string{"tcp://"}
	ports, _ := endpoint.Ports() // none to offer is no error
	for _, p := range ports {
		names = append(names, p.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// openBus opens the bus link at an endpoint. What waits for the other end is
// over when the user interrupts.
func openBus(cmd *cobra.Command, name string) (*link.Client, error) {
	conn, err := endpoint.Open(cmd.Context(), name)
	switch {
	case cmd.Context().Err() != nil:
		return nil, cmd.Context().Err()
	case err != nil:
		return nil, endpointError(cmd, "--bus", err, "a coprocessor to try it with: ninatrace emulate --listen tcp://127.0.0.1:7000")
	}
	c := link.NewClient(conn)
	context.AfterFunc(cmd.Context(), func() { c.Close() })
	return c, nil
}

// endpointError returns the error of an endpoint that could not be opened. The
// hint is for one that has a good name.
func endpointError(cmd *cobra.Command, flag string, err error, hint string) error {
	var name *endpoint.NameError
	if errors.As(err, &name) {
		return usage(cmd, "%s %w", flag, err)
	}
	return &hintedError{err, hint}
}

// linkError adds to an error of the link why it failed, as far as that is known.
func linkError(cmd *cobra.Command, c *link.Client, err error) error {
	switch cause := c.Err(); {
	case err != nil && cmd.Context().Err() != nil:
		return cmd.Context().Err()
	case errors.Is(err, bus.ErrLink) && cause != nil:
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// passphraseEnv names the passphrase where no process list shows it.
const passphraseEnv = "NINATRACE_PASSPHRASE"

// passphraseFlag adds the flag --pass to a verb. The function returns what was
// given, or what the environment says.
func passphraseFlag(cmd *cobra.Command) (passphrase func() string) {
	pass := cmd.Flags().String("pass", "", "its passphrase (default: $"+passphraseEnv+")")
	return func() string {
		if cmd.Flags().Changed("pass") {
			return *pass
		}
		return os.Getenv(passphraseEnv)
	}
}
