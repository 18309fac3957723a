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

// busFlag adds the flag --bus to a verb. It completes as a file does, which a
// serial port is.
func busFlag(cmd *cobra.Command, name *string, without string) {
	cmd.Flags().StringVar(name, "bus", "", "the bus link: tcp://HOST:PORT, or a serial port such as /dev/ttyACM0"+without)
}

// openBus opens the bus link at an endpoint. What waits for the other end is
// over when the user interrupts.
func openBus(cmd *cobra.Command, name string) (*link.Client, error) {
	conn, err := endpoint.Open(cmd.Context(), name)
	switch {
	case cmd.Context().Err() != nil:
		return nil, cmd.Context().Err()
	case err != nil:
		return nil, &hintedError{err, "a coprocessor to try it with: ninatrace emulate --listen tcp://127.0.0.1:7000"}
	}
	c := link.NewClient(conn)
	context.AfterFunc(cmd.Context(), func() { c.Close() })
	return c, nil
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
