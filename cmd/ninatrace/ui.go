package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// The rules of all text for the user:
//
//   - What was asked for goes to the standard output, everything else to the
//     standard error, so that pipes stay clean.
//   - Messages begin with "ninatrace: ", in lower case, without a final
//     period; a hint follows on a line of its own, "ninatrace: hint: ".
//   - An error says what, where (file, byte, line, exchange) and, where
//     there is something to do, what to do.
//   - Colour only on a terminal, and never with NO_COLOR set.
//   - No control character of a trace or of a file's name reaches a terminal,
//     nor a line break that would forge a line: decode and replay see to the
//     trace, clean to names.
//   - What is known is shown: a verb that waits for input has written all that
//     came before.

// complain tells an error and what to do about it, unless it was told before.
func complain(w io.Writer, err error) {
	switch {
	case err == nil, errors.Is(err, errFinding), errors.Is(err, errInput):
		return
	case errors.Is(err, context.Canceled):
		warn(w, "interrupted")
		return
	}
	warn(w, "%v", err)
	if h := hint(err); h != "" {
		warn(w, "hint: %s", h)
	}
}

// warn tells something in one line.
func warn(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "ninatrace: %s\n", clean(fmt.Sprintf(format, args...)))
}

// clean makes text safe for one line of a terminal: a file name may hold
// anything. U+FFFD stands for what is not shown.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// colorful reports whether w is a terminal that wants colour.
func colorful(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal(w)
}

// colorFlag adds the flag --color to a verb.
func colorFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "color", "auto", "always, never, or auto: on a terminal, without NO_COLOR")
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"always", "auto", "never"}, cobra.ShellCompDirectiveNoFileComp)) // made above
}

// colored reports whether the value of --color wants colours.
func colored(cmd *cobra.Command, value string) (bool, error) {
	switch value {
	case "always", "never":
		return value == "always", nil
	case "auto":
		return colorful(cmd.OutOrStdout()), nil
	}
	return false, usage(cmd, "--color %s: it is always, auto or never", value)
}

// count returns "1 frame" or "2 frames".
func count[T int | int64 | uint64](n T, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
