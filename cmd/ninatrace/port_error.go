package main

import (
	"errors"

	"github.com/spf13/cobra"
	"go.bug.st/serial"
)

// portError returns the error of a port that could not be opened, with what to
// do about it.
func portError(cmd *cobra.Command, err error) error {
	hint := "ninatrace ports lists the serial ports; a TCP address must have somebody who listens"
	var failed *serial.PortError
	if errors.As(err, &failed) {
		switch failed.Code() {
		case serial.PermissionDenied:
			hint = "join the group of the port and log in again: sudo usermod -aG dialout $USER (uucp on Arch)"
		case serial.PortBusy:
			hint = "another program has it: close its serial monitor"
		}
	}
	return endpointError(cmd, "PORT", err, hint)
}
