package netdev

// An Error is an error of the socket calls. It is an integer so that a board
// pays nothing for comparing one.
type Error uint8

// The errors TinyGo's net package knows, with its texts, then ours.
const (
	ErrHostUnknown          Error = 1 + iota // no such host
	ErrMalAddr                               // not an address
	ErrFamilyNotSupported                    // only AF_INET
	ErrProtocolNotSupported                  // no such type of socket
	ErrNoMoreSockets                         // ten descriptors are open, or the firmware has no slot
	ErrClosingSocket                         // the firmware did not close it
	ErrNotSupported                          // the device can't do that
	ErrInvalidSocketFd                       // not an open descriptor
	ErrTimeout                               // the deadline has passed
	ErrNotConnected                          // the socket has no peer, or the device no network
	ErrConnectionRefused                     // the firmware could not connect; it does not say why
	ErrConnectionReset                       // the connection broke
	ErrAddrInUse                             // the port can't be listened on
	ErrMessageTooLong                        // a datagram larger than the firmware's buffer
	ErrInvalidArgument                       // an argument out of range
	ErrHostUnreachable                       // no way to the network or the host
)

var errorText = [...]string{
	ErrHostUnknown:          "Host unknown",
	ErrMalAddr:              "Malformed address",
	ErrFamilyNotSupported:   "Address family not supported",
	ErrProtocolNotSupported: "Socket protocol/type not supported",
	ErrNoMoreSockets:        "No more sockets",
	ErrClosingSocket:        "Error closing socket",
	ErrNotSupported:         "Not supported",
	ErrInvalidSocketFd:      "Invalid socket fd",
	ErrTimeout:              "i/o timeout",
	ErrNotConnected:         "not connected",
	ErrConnectionRefused:    "connection failed",
	ErrConnectionReset:      "connection reset",
	ErrAddrInUse:            "address can't be bound",
	ErrMessageTooLong:       "message too long",
	ErrInvalidArgument:      "invalid argument",
	ErrHostUnreachable:      "host unreachable",
}

// Error returns the text of the error.
func (e Error) Error() string {
	if int(e) < len(errorText) && errorText[e] != "" {
		return errorText[e]
	}
	return "unknown socket error"
}

// Timeout reports whether the error is a passed deadline, as net.Error wants.
func (e Error) Timeout() bool { return e == ErrTimeout }

// Temporary reports whether trying again may help, as net.Error wants. A server
// that has run out of descriptors goes on when a connection is closed.
func (e Error) Temporary() bool { return e == ErrTimeout || e == ErrNoMoreSockets }
