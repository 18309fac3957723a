package capture

// Error is a mistake in how the package is used, or a file that is no trace.
type Error uint8

// The errors of the package.
const (
	ErrNotTrace Error = 1 + iota // no frame of the trace format was found
	ErrTick                      // a tick that is not a power of ten from 1 ns to 1 ms
	ErrBuffer                    // a frame buffer shorter than MinBuffer
	ErrVersion                   // frames of a later version of the format
	ErrKind                      // a record of a kind that there is not
	ErrFull                      // the line has no room for the last frame; try again
	ErrLine                      // the sink of a live recording is no Line, or has no room for a frame
	ErrText                      // text that no reader would take for console text
)

var errorTexts = [...]string{
	ErrNotTrace: "not a ninatrace file: no valid frame in it",
	ErrTick:     "the tick of a trace is 1 ns to 1 ms, a power of ten",
	ErrBuffer:   "the frame buffer is too small",
	ErrVersion:  "the trace is of a later version of the format; update ninatrace",
	ErrKind:     "a trace has no records of this kind",
	ErrFull:     "the line is full",
	ErrLine:     "a live recording needs a line with room for a frame",
	ErrText:     "console text of a trace is UTF-8 without control characters but those of a terminal",
}

// Error returns the text of the error.
func (e Error) Error() string {
	if int(e) < len(errorTexts) && errorTexts[e] != "" {
		return errorTexts[e]
	}
	return "unknown trace error"
}
