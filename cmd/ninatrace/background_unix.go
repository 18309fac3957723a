//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// keepInBackground makes reading the terminal fail for a job in the background,
// which it would stop.
func keepInBackground() { signal.Ignore(syscall.SIGTTIN) }
