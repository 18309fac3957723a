package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
	"github.com/ninatrace/ninatrace/capture/text"
)

// Errors of verbs that have told already what there is to tell.
var (
	errFinding = errors.New("finding")   // the answer is a finding
	errInput   = errors.New("bad input") // some input could not be read
)

// Exit statuses.
const (
	exitGood        = 0
	exitFinding     = 1
	exitUsage       = 2
	exitInterrupted = 130 // as shells have it: 128 and the signal's number
)

// status returns the exit status of an error.
func status(err error) int {
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errFinding):
		return exitFinding
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitUsage
}

// An outputError is an error in writing what a verb makes.
type outputError struct {
	name string // of the file, for people
	err  error
}

// outputFailed makes an outputError of an error that may name a file itself,
// such as a temporary one.
func outputFailed(name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return &outputError{name, err}
}

func (e *outputError) Error() string { return "cannot write " + e.name + ": " + e.err.Error() }
func (e *outputError) Unwrap() error { return e.err }

// hint returns what the user can do about an error.
func hint(err error) string {
	var hinted *hintedError
	var output *outputError
	var row *logic.RowError
	var lines *text.Error
	var channel *logic.ChannelError
	switch {
	case errors.As(err, &hinted):
		return hinted.hint
	case errors.Is(err, capture.ErrNotTrace):
		return "a logic-analyser export becomes a trace with: ninatrace import --from saleae FILE -o OUT.nina"
	case errors.As(err, &channel):
		return "say which is which, such as --channel cs=NAME,clk=NAME,mosi=NAME,miso=NAME; - for a line that was not recorded"
	case errors.As(err, &row) && row.File <= logic.Packets:
		return "export the SPI analyser's data table from Logic 2, or with --pins its digital channels"
	case errors.As(err, &lines) && lines.Line == 1:
		return "such lines come from: ninatrace text FILE"
	case errors.As(err, &output):
		if errors.Is(err, fs.ErrNotExist) {
			return "the folder must be there already"
		}
	case errors.Is(err, fs.ErrNotExist):
		return "see what is there with ls, or make a trace with: ninatrace demo -o DIR"
	}
	return ""
}
