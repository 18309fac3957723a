package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "  ninatrace version",
		Args:    noFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), versionLine())
			return err
		},
	}
}

// versionLine says what this is, and what it reads.
func versionLine() string {
	return fmt.Sprintf("ninatrace %s, trace format %d\n", buildVersion(), capture.Version)
}

// buildVersion returns what the build knows of its version.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
