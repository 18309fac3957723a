package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/diff"
)

func newDiff() *cobra.Command {
	var asJSON bool
	o := diff.Options{}
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Show what one session did that another did not",
		Long: `diff aligns the exchanges and driver calls of two traces and shows, like a
unified diff, what is only in A (-), only in B (+), or in both with other values
(- and + one below the other), each with its number and time in its own trace.

Ignored is what differs from session to session by itself: when things happened,
polls that found nothing, addresses that a network or a name server gave, slots,
descriptors and ports that were given out (those from 32768 on), MAC addresses,
signal strengths, neighbours, measured values, the time. --all compares it all,
--times tells where a wait differs by more than a duration.

Exit status: 0 if the sessions are equal, 1 if they differ, 2 for bad input.`,
		Example: `  ninatrace diff sketch-1.4.8.nina sketch-2.0.0.nina
  ninatrace diff --times 5ms before.nina after.nina
  ninatrace diff --json a.nina b.nina | jq -r 'select(.kind == "only-b").b.text'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage(cmd, "diff takes two FILEs (- for the standard input), not %d", len(args))
			}
			return stdinOnce(cmd, args...)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Times < 0 {
				return usage(cmd, "--times is a duration above 0, such as 5ms, not %s", o.Times)
			}
			return writeOutput(cmd, "-", func(out *bufio.Writer) error {
				if asJSON {
					return diffJSON(cmd, out, args, o)
				}
				return diffText(cmd, out, args, o)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object for each difference, and one for the summary")
	cmd.Flags().BoolVar(&o.All, "all", false, "compare what differs from session to session by itself too")
	cmd.Flags().DurationVar(&o.Times, "times", time.Duration(0), "tell where a wait differs by more than this")
	cmd.Flags().IntVar(&o.Payload, "payload", 16, "how many bytes of each payload to show, -1 for all")
	return cmd
}

// diffText shows the differences of two traces for people.
func diffText(cmd *cobra.Command, out *bufio.Writer, names []string, o diff.Options) error {
	p := diff.NewPrinter(out, colorful(cmd.OutOrStdout()))
	if err := p.Head(clean(inputName(names[0])), clean(inputName(names[1]))); err != nil {
		return err
	}
	sum, err := compare(cmd, out, names, o, p.Tell)
	if err == nil {
		err = sum.Print(out)
	}
	return verdict(&sum, err)
}

// diffJSON shows them for programs.
func diffJSON(cmd *cobra.Command, out *bufio.Writer, names []string, o diff.Options) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	sum, err := compare(cmd, out, names, o, func(d *diff.Difference) error {
		if d.Kind == diff.Equal {
			return nil
		}
		return enc.Encode(d)
	})
	if err == nil {
		err = enc.Encode(struct {
			Summary *diff.Summary `json:"summary"`
		}{&sum})
	}
	return verdict(&sum, err)
}

// verdict makes an error of sessions that differ.
func verdict(sum *diff.Summary, err error) error {
	if err == nil && !sum.Same() {
		return errFinding
	}
	return err
}

// compare compares two files.
func compare(cmd *cobra.Command, out *bufio.Writer, names []string, o diff.Options, tell func(*diff.Difference) error) (sum diff.Summary, err error) {
	var decs [2]*decode.Decoder
	for i, name := range names {
		in, err := openTrace(cmd, name, out)
		if err != nil {
			return sum, err
		}
		defer in.Close()
		decs[i] = decode.NewDecoder(in)
	}
	sum, err = diff.Compare(decs[0], decs[1], o, tell)
	var of *diff.Error
	if errors.As(err, &of) {
		if of.B {
			return sum, inputError(names[1], of.Err)
		}
		return sum, inputError(names[0], of.Err)
	}
	return sum, err
}
