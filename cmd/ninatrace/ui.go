package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
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
//   - No control character of a trace reaches a terminal; decode and replay
//     see to that.

// errFinding ends a verb that has printed what it found: exit status 1, and no
// message.
var errFinding = errors.New("finding")

// Exit statuses.
const (
	exitGood    = 0
	exitFinding = 1
	exitUsage   = 2
)

// status returns the exit status of an error.
func status(err error) int {
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errFinding):
		return exitFinding
	}
	return exitUsage
}

// complain tells an error and what to do about it.
func complain(w io.Writer, err error) {
	fmt.Fprintf(w, "ninatrace: %s\n", clean(err.Error()))
	if h := hint(err); h != "" {
		fmt.Fprintf(w, "ninatrace: hint: %s\n", h)
	}
}

// hint returns what the user can do about an error.
func hint(err error) string {
	var row *logic.RowError
	switch {
	case errors.Is(err, capture.ErrNotTrace):
		return "a logic-analyser export becomes a trace with: ninatrace import --from saleae FILE -o OUT.nina"
	case errors.As(err, &row):
		return "export the SPI analyser's data table from Logic 2, or with --pins its digital channels"
	case errors.Is(err, os.ErrNotExist):
		return "see what is there with ls, or make a trace with: ninatrace demo -o DIR"
	case strings.HasPrefix(err.Error(), "unknown command"), strings.HasPrefix(err.Error(), "unknown flag"):
		return "ninatrace --help lists the verbs, ninatrace VERB --help their flags"
	case errors.Is(err, context.Canceled):
		return "what was finished before is complete"
	}
	return ""
}

// clean makes text safe for a terminal: a file name may hold anything.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' || r == 0x7F || r >= 0x80 && r < 0xA0 {
			return '\uFFFD'
		}
		return r
	}, s)
}

// warn tells something that does not stop the verb.
func warn(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "ninatrace: %s\n", clean(fmt.Sprintf(format, args...)))
}

// colorful reports whether w is a terminal that wants colour.
func colorful(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// count returns "1 frame" or "2 frames".
func count[T int | int64 | uint64](n T, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
