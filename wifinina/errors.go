package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// An Error is what the driver has to say beside netdev.Error (sockets),
// bus.Fault (the link) and wire.Error (frames). It is an integer so that a
// board pays nothing for comparing one.
type Error uint8

// The errors of the driver.
const (
	ErrNoFirmware      Error = 1 + iota // no firmware answers after a reset
	ErrUnsupported                      // the firmware answers the command with its error frame
	ErrRefused                          // the firmware says no
	ErrNoSuchNetwork                    // reason 201: no access point with that SSID was found
	ErrWrongPassphrase                  // reasons 2, 15, 202, 204: the access point did not accept the passphrase
	ErrJoinTimeout                      // the network was not joined in time
	ErrJoinFailed                       // the network was not joined, for another reason
	ErrTooLong                          // an argument longer than the firmware's buffer for it
	ErrBadReply                         // a reply that can't be true, such as more bytes than were asked for
	ErrSuperseded                       // a later NetConnect or NetDisconnect took over
	ErrRecovering                       // the coprocessor was given up and is being reset; the sockets of before are lost
	ErrScanFailed                       // the radio could not scan
	ErrTimeNotSet                       // no time server has answered yet
	ErrNoFile                           // no file of that name, or a name no file can have
	ErrFilesFull                        // the firmware's file system took no more
	ErrDownload                         // nothing was downloaded; the firmware does not say why
)

var errorText = [...]string{
	ErrNoFirmware:      "no firmware answers; is the board's WiFi module powered and flashed?",
	ErrUnsupported:     "the firmware does not know the command",
	ErrRefused:         "the firmware refused",
	ErrNoSuchNetwork:   "no such network in range",
	ErrWrongPassphrase: "the access point rejected the passphrase",
	ErrJoinTimeout:     "the network was not joined in time",
	ErrJoinFailed:      "the network could not be joined",
	ErrTooLong:         "longer than the firmware can take",
	ErrBadReply:        "the firmware's answer makes no sense",
	ErrRecovering:      "the WiFi module stopped answering and is being reset",
	ErrSuperseded:      "a later NetConnect or NetDisconnect took over",
	ErrScanFailed:      "the scan failed",
	ErrTimeNotSet:      "the firmware does not know the time yet",
	ErrNoFile:          "no such file",
	ErrFilesFull:       "the file system is full",
	ErrDownload:        "the download failed",
}

// Error returns the text of the error.
func (e Error) Error() string {
	if int(e) < len(errorText) && errorText[e] != "" {
		return errorText[e]
	}
	return "unknown driver error"
}

// Timeout reports whether the error is a wait that took too long.
func (e Error) Timeout() bool { return e == ErrJoinTimeout }

// An OpError says which call failed, and in which command to the firmware.
type OpError struct {
	Op  bus.Op       // the method
	Cmd wire.Command // the command that failed, 0: none
	Err error        // why; never nil
}

// Error returns "Connect: START_CLIENT_TCP: connection failed".
func (e *OpError) Error() string {
	s := e.Op.String() + ": "
	if e.Cmd != 0 {
		s += e.Cmd.String() + ": "
	}
	return s + e.Err.Error()
}

// Unwrap returns Err.
func (e *OpError) Unwrap() error { return e.Err }

// Timeout reports whether the cause is a timeout.
func (e *OpError) Timeout() bool {
	t, ok := e.Err.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

// Temporary reports whether trying again may help, as net.Error wants.
func (e *OpError) Temporary() bool {
	t, ok := e.Err.(interface{ Temporary() bool })
	return ok && t.Temporary() || e.Timeout()
}

// damaged reports whether err says that the link itself failed, or that what
// came over it was no reply, as opposed to an answer nobody likes.
func damaged(err error) bool {
	switch err.(type) {
	case bus.Fault, wire.Error:
		return true
	}
	return false
}

// unanswered reports whether err leaves open what the firmware did: the link
// was damaged, or the deadline passed before there was a reply.
func unanswered(err error) bool { return damaged(err) || is(err, netdev.ErrTimeout) }

// is reports whether err is this error of the socket calls, wrapped or not.
// Comparing the interfaces would cost a board 8 KB.
func is(err error, want netdev.Error) bool {
	switch e := err.(type) {
	case *OpError:
		return is(e.Err, want)
	case netdev.Error:
		return e == want
	}
	return false
}
