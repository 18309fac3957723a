package link

// The operations, by the byte they begin with, and the answers that are not
// levels or bytes.
const (
	opReady     = 'R'
	opAttention = 'G'
	opSelect    = 'L'
	opDeselect  = 'H'
	opTransfer  = 'T'
	opWait      = 'W'
	opDrive     = 'g'
	opReset     = 'n'
	opBoot      = 'N'
	opIdent     = 'I'
	opQuit      = 'Q'

	acknowledged = 'K'
	refused      = '?'
)

// What a host does to GPIO0, as the argument of opDrive.
const (
	driveLow = iota
	driveHigh
	driveNot
)

// sizeMax is the largest size a transfer and an identification have room for.
const sizeMax = 0xFFFF

// An Error is what one end of a link has to say of the other. It is an integer
// so that a board pays nothing for comparing one.
type Error uint8

// The errors of a link.
const (
	ErrUnknown Error = 1 + iota // the host sent what is no operation
	ErrRefused                  // the other end does not know an operation
	ErrAnswer                   // an answer that is none to what was asked
	ErrUnasked                  // more bytes came than were asked for
	ErrSilent                   // the other end did not take an operation or answer it in time
	ErrHungUp                   // the other end closed the connection
	ErrTooMany                  // the server has as many connections as it may
)

var errorText = [...]string{
	ErrUnknown: "bus link: not an operation",
	ErrRefused: "bus link: the other end does not know the operation",
	ErrAnswer:  "bus link: not an answer to what was asked",
	ErrUnasked: "bus link: bytes that nobody asked for",
	ErrSilent:  "bus link: no answer",
	ErrHungUp:  "bus link: the other end hung up",
	ErrTooMany: "bus link: too many connections",
}

// Error returns the text of the error.
func (e Error) Error() string {
	if int(e) < len(errorText) && errorText[e] != "" {
		return errorText[e]
	}
	return "bus link: unknown error"
}
