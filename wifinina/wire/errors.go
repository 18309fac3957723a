package wire

// Error says why a frame cannot be read or a request cannot be written. It is
// an integer so that a comparison costs nothing on a board; 0 is no error, see
// [Error.Err].
type Error uint8

// What can be wrong with a frame, or with the values for one.
const (
	ErrIdle      Error = 1 + iota // nothing was sent: no bytes, or all 00, or all FF
	ErrStart                      // the first byte is not E0 (nor EF in a reply)
	ErrCommand                    // the command byte is not the one of the request
	ErrTruncated                  // the frame ends inside a parameter or before its end byte
	ErrCount                      // the number of parameters is not the command's
	ErrLength                     // the length of a parameter is not that of its type
	ErrEnd                        // the byte after the last parameter is not the end byte
	ErrPadding                    // what follows the end byte is not the padding
	ErrValue                      // a value does not fit its parameter
	ErrTooLong                    // the frame would be longer than the coprocessor's buffer
)

var errorText = [...]string{
	ErrIdle:      "nothing on the wire but idle bytes",
	ErrStart:     "no start byte",
	ErrCommand:   "not the command asked for",
	ErrTruncated: "frame ends too early",
	ErrCount:     "wrong number of parameters",
	ErrLength:    "wrong length of a parameter",
	ErrEnd:       "no end byte after the parameters",
	ErrPadding:   "wrong padding after the end byte",
	ErrValue:     "value does not fit its parameter",
	ErrTooLong:   "frame longer than the coprocessor's buffer",
}

// Error describes the error in a few words without a period.
func (e Error) Error() string {
	if int(e) < len(errorText) && errorText[e] != "" {
		return errorText[e]
	}
	return "unknown frame error"
}

// Err returns e as an error, and nil for 0.
func (e Error) Err() error {
	if e == 0 {
		return nil
	}
	return e
}
