package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
	"github.com/ninatrace/ninatrace/capture/ninalog"
)

func importSaleae(j *importJob, tw *capture.Writer, in, pins *input) (report, error) {
	var lines io.Reader
	if pins != nil {
		lines = pins
	}
	stats, err := logic.ImportSaleae(tw, in, lines, j.logic)
	return reportLogic(&stats), err
}

func importVCD(j *importJob, tw *capture.Writer, in, _ *input) (report, error) {
	stats, err := logic.ImportVCD(tw, in, j.logic)
	return reportLogic(&stats), err
}

func importSigrok(j *importJob, tw *capture.Writer, in, _ *input) (report, error) {
	size, err := in.size()
	if err != nil {
		return nil, err
	}
	stats, err := logic.ImportSigrok(tw, in, size, j.logic)
	return reportLogic(&stats), err
}

func importNinaLog(j *importJob, tw *capture.Writer, in, _ *input) (report, error) {
	made := capture.Label{Key: "times", Value: fmt.Sprintf("not in the log, %s a record", ninalog.Step)}
	start := capture.Record{Labels: append(j.logic.Labels, made)}
	stats, err := ninalog.Import(tw, in, start, ninalog.Options{Mask: j.logic.Mask})
	if err == nil && stats.Commands+stats.Responses == 0 {
		err = errNoDump
	}
	return func(cmd *cobra.Command) {
		w := cmd.ErrOrStderr()
		warn(w, "imported %s, %s, %s", count(stats.Commands, "command"), count(stats.Responses, "response"), count(stats.Notes, "line")+" of other text")
		if stats.Torn > 0 {
			warn(w, "%s torn: part of it is not in the log", count(stats.Torn, "dump"))
		}
		warn(w, "the log tells no times: they are made up")
	}, err
}

// errNoDump says that a log is none of nina-fw.
var errNoDump error = &hintedError{errors.New("no COMMAND: and no RESPONSE: in it"),
	"nina-fw prints them on its own UART, at 115200 baud, after the host sent SET_DEBUG with 1"}

// importError says in which of the two files the error is.
func importError(file, pins string, err error) error {
	var row *logic.RowError
	if pins != "" && errors.As(err, &row) && row.File == logic.Digital {
		return inputError(pins, err)
	}
	return inputError(file, err)
}

// reportLogic tells what was imported of a logic analyser, and what was odd.
func reportLogic(s *logic.Stats) report {
	return func(cmd *cobra.Command) {
		w := cmd.ErrOrStderr()
		warn(w, "imported %s, %s, %s in %s", count(s.Windows, "chip-select window"), count(s.Bytes, "byte"), count(s.Pins, "line change"), s.Duration)
		if slices.ContainsFunc(s.Channels, func(c logic.Channel) bool { return c.Guessed }) {
			warn(w, "channels: %s", channelList(s.Channels))
		}
		if s.Pause > 0 {
			warn(w, "the file does not say where windows end: a pause of more than %s was taken for it; --pause sets it", s.Pause)
		}
		if s.PerBit > 0 && s.PerBit < minPerBit {
			warn(w, "sampled too slowly: %.1f samples a bit, where bytes are sure with %d; record anew at a higher rate", s.PerBit, minPerBit)
		}
		for _, odd := range []struct {
			n    int
			what string
			why  string
		}{
			{s.Incomplete, "window", "incomplete: part of it is not in the file"},
			{s.Partial, "window", "ended in the middle of a byte"},
			{s.Troubles, "place", "in which the analyser lost the clock"},
			{s.Glitches, "pulse", "left out as a glitch"},
		} {
			if odd.n > 0 {
				warn(w, "%s %s", count(odd.n, odd.what), odd.why)
			}
		}
		if s.Cut {
			warn(w, "the file ends in the middle of a row or a sample")
		}
	}
}

// minPerBit is how many samples of a bit it takes to be sure of it: two of each
// phase of the clock.
const minPerBit = 4

// channelList returns cs=D3 clk=D0 (guessed) …
func channelList(all []logic.Channel) string {
	slices.SortStableFunc(all, func(a, b logic.Channel) int { return cmp.Compare(a.Line, b.Line) })
	var words []string
	for _, c := range all {
		word := c.Line + "=" + c.Name
		if c.Guessed {
			word += " (guessed by what it does)"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
