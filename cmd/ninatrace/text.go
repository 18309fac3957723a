package main

import (
	"bufio"
	"errors"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/edit"
	"github.com/ninatrace/ninatrace/capture/text"
)

func newText() *cobra.Command {
	var back, zip bool
	out := "-"
	cmd := &cobra.Command{
		Use:   "text FILE [-o OUT.txt] | text --back FILE.txt -o OUT.nina",
		Short: "Turn a trace into lines of text, and lines into a trace",
		Long: `text writes a trace as text, one record a line: for diff and grep, and to be
changed by hand. With --back it makes a trace of such lines. Nothing is lost on
the way there and back: the records are the same, with their times to the
nanosecond, their bytes, masks, remarks, console text and losses.

What is damaged in the trace is told in the text and in the trace made of it,
but is not in them. The lines are specified in the package comment of
capture/text.`,
		Example: `  ninatrace text session.nina
  ninatrace text session.nina -o session.txt
  ninatrace text --back session.txt -o session.nina
  ninatrace text session.nina | sed 's/"home"/"lab"/' | ninatrace text --back - -o lab.nina`,
		Args: oneFile,
	}
	cmd.Flags().StringVarP(&out, "output", "o", out, "file to write, - for the standard output")
	cmd.Flags().BoolVar(&back, "back", false, "make a trace of lines")
	cmd.Flags().BoolVar(&zip, "zstd", false, "with --back: compress the trace, whatever OUT is called")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if back && !cmd.Flags().Changed("output") {
			return usage(cmd, "--back needs -o OUT.nina, or -o - for the standard output")
		}
		if zip && !back {
			return usage(cmd, "--zstd is for traces, with --back")
		}
		if err := keepInputs(cmd, out, args...); err != nil {
			return err
		}
		if back {
			return textBack(cmd, args[0], out, zip)
		}
		return textOf(cmd, args[0], out)
	}
	return cmd
}

// textOf writes the lines of a trace.
func textOf(cmd *cobra.Command, name, outName string) error {
	return writeOutput(cmd, outName, func(out *bufio.Writer) error {
		in, err := openTrace(cmd, name, out)
		if err != nil {
			return err
		}
		defer in.Close()
		in.prog = startProgress(cmd, outName, name)
		defer in.prog.stop()
		return inputError(name, edit.Copy(text.NewWriter(out), capture.NewReader(in)))
	})
}

// textBack writes the trace of lines.
func textBack(cmd *cobra.Command, name, outName string, zip bool) error {
	return writeTrace(cmd, outName, zip, func(out *bufio.Writer) error {
		in, err := openInput(cmd, name, out)
		if err != nil {
			return err
		}
		defer in.Close()
		in.prog = startProgress(cmd, outName, name)
		defer in.prog.stop()
		tw, err := capture.NewWriter(out, 1)
		if err != nil {
			return err
		}
		lines := text.NewReader(in)
		err = edit.Copy(tw, lines)
		if errors.Is(err, capture.ErrText) {
			err = &text.Error{Line: lines.Line(), Column: 1, What: err.Error()}
		}
		if err != nil {
			return inputError(name, err)
		}
		return tw.Close()
	})
}
