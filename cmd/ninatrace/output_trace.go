package main

import (
	"bufio"
	"cmp"
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
		plain := bufio.NewWriterSize(z, 1<<16)
		return cmp.Or(write(plain), plain.Flush(), z.Close())
	})
}
