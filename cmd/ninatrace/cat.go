package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/edit"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// catOptions are the flags of cat.
type catOptions struct {
	out      string
	from, to string
	mask     []string
	zstd     bool
}

func newCat() *cobra.Command {
	var o catOptions
	cmd := &cobra.Command{
		Use:   "cat FILE... -o OUT",
		Short: "Join traces, cut a part out, withhold more, compress",
		Long: `cat writes traces, one after the other, as one trace. Without --from, --to and
--mask it copies every byte; times go on from the end of the trace before.

--from and --to cut: at a time since the start (90s, 1m30s), at a time before
the end (-30s), or at an exchange by its number in decode (#120, which is kept).
A window, or an exchange, is there whole or not at all. The cut begins with the
labels, a remark, the levels of the lines and the driver calls that go on.

--mask withholds: payload (of sockets, files, preferences, and its checksums),
ssid (names of networks), secrets (passphrases and keys). What is withheld is
marked; decode shows its length and replay takes any bytes for it. Console text,
remarks and labels stay as they are: look before you share.

A trace whose name ends in .zst, or any with --zstd, is compressed by Zstandard.
Every verb reads compressed traces, whatever they are called.`,
		Example: `  ninatrace cat monday.nina tuesday.nina -o both.nina
  ninatrace cat long.nina --from 1m30s --to 2m -o part.nina
  ninatrace cat long.nina --from '#120' --to '#140' --mask payload,ssid -o - | ninatrace decode -
  ninatrace cat long.nina -o long.nina.zst`,
		Args: someFiles,
	}
	out := output(cmd)
	cmd.Flags().StringVar(&o.from, "from", "", "where to begin: 90s, -30s (before the end) or #120 (an exchange)")
	cmd.Flags().StringVar(&o.to, "to", "", "where to end, in the same way")
	cmd.Flags().StringSliceVar(&o.mask, "mask", nil, "what to withhold: payload, ssid, secrets")
	cmd.Flags().BoolVar(&o.zstd, "zstd", false, "compress, whatever OUT is called")
	_ = cmd.RegisterFlagCompletionFunc("mask", cobra.FixedCompletions([]string{"payload", "ssid", "secrets"}, cobra.ShellCompDirectiveNoFileComp)) // made above
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.out = *out
		return runCat(cmd, args, &o)
	}
	return cmd
}

// private are the values of --mask.
var private = map[string]wire.Private{"payload": wire.Payload, "ssid": wire.SSIDs, "secrets": wire.Secrets}

func runCat(cmd *cobra.Command, names []string, o *catOptions) error {
	var kinds wire.Private
	for _, name := range o.mask {
		k, ok := private[name]
		if !ok {
			return usage(cmd, "--mask %s: it is payload, ssid or secrets", name)
		}
		kinds |= k
	}
	from, err := parseBound(o.from)
	to, err2 := parseBound(o.to)
	if err := cmp.Or(err, err2); err != nil {
		return usage(cmd, "%w", err)
	}
	if err := keepInputs(cmd, o.out, names...); err != nil {
		return err
	}
	in := &joined{cmd: cmd, names: names, prog: startProgress(cmd, o.out, names...)}
	defer in.Close()
	defer in.prog.stop()
	c, err := locate(in, from, to)
	if err != nil {
		return err
	}
	return writeTrace(cmd, o.out, o.zstd, func(out *bufio.Writer) error {
		in.out = out
		if from.is == nowhere && to.is == nowhere && kinds == 0 {
			return in.failed(copyBytes(out, in))
		}
		return in.failed(rewrite(out, in, c, kinds))
	})
}

// copyBytes copies a trace as it is, which it reads to see that it is one.
func copyBytes(out io.Writer, in io.Reader) error {
	r := capture.NewReader(io.TeeReader(in, out))
	var rec capture.Record
	for {
		switch err := r.Next(&rec); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// rewrite copies a trace record by record, changed.
func rewrite(out io.Writer, in *joined, c *cutting, kinds wire.Private) error {
	tw, err := capture.NewWriter(out, 1)
	if err != nil {
		return err
	}
	var sink edit.Sink = tw
	var cutter *edit.Cutter
	if c != nil {
		cutter = edit.Cut(sink, c.from, c.to, c.remark(in.names))
		sink = cutter
	}
	if kinds != 0 {
		sink = edit.Mask(sink, kinds)
	}
	if err := edit.Copy(sink, capture.NewReader(in)); err != nil {
		return err
	}
	if cutter != nil {
		if err := cutter.Close(); err != nil {
			return err
		}
	}
	return tw.Close()
}

// remark says where a cut is from.
func (c *cutting) remark(names []string) string {
	until := "the end"
	if c.to != edit.End {
		until = c.to.String()
	}
	from := slices.Clone(names)
	for i, name := range from {
		from[i] = clean(filepath.Base(inputName(name)))
	}
	return fmt.Sprintf("cut: %s to %s of %s", c.from, until, strings.Join(from, ", "))
}
