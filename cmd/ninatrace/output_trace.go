package main

import (
	"bufio"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture/zst"
)

// writeTrace is writeOutput for a trace, which is compressed if its name says so
// or zip does.
func writeTrace(cmd *cobra.Command, name string, zip bool, write func(*bufio.Writer) error) error {
	return writeOutput(cmd, name, func(out *bufio.Writer) error {
		if !zip && !strings.HasSuffix(name, ".zst") {
			return write(out)
		}
		z := zst.NewWriter(out)
		err := buffered(z, inputName(name), write)
		if closing := z.Close(); err == nil {
			err = closing
		}
		return err
	})
}
