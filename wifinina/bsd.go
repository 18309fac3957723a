package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// bsdEngine serves sockets by the commands 0x70-0x7F, which are lwIP's socket
// calls (reference §4.7). A handle is a descriptor of the firmware.
//
// All sockets are non-blocking, so the firmware is never busy with one of them
// and the others go on. A call that fails answers 0 or nothing; SOCKET_ERRNO
// then tells why, as long as no other of these commands comes between: both run
// in one turn. nina-fw clears errno before each.
type bsdEngine struct{}

var _ engine = bsdEngine{}

// Descriptors of the firmware end at 63, the size of its fd_set, and begin as
// many below 64 as it has sockets: 10 in Arduino's build, at most 16 in
// ESP-IDF's defaults.
const (
	lowFD  = 48
	highFD = 63
)

// open makes the firmware's side of the op's socket, non-blocking, within the
// turn, and gives it to the socket. When it fails the socket is as before.
func (o *op) open(p phase, stype uint8) error {
	fd, err := o.newFD(stype)
	if err != nil {
		return err
	}
	o.d.disown(true, fd)
	if err := o.adopt(p, fd); err != nil {
		o.d.orphan(fd)
		return err
	}
	return o.nonBlocking(fd)
}

// newFD makes a descriptor of the firmware, within the turn.
func (o *op) newFD(stype uint8) (uint8, error) {
	if err := o.reapFDs(); err != nil {
		return 0, err
	}
	v, err := o.first(wire.SocketSocket, wire.Uint(stype), wire.Uint(uint8(0)))
	if err != nil {
		o.d.astray = o.d.astray || o.unsure
		return 0, err
	}
	return o.validFD(v.Uint8())
}

// validFD checks a descriptor that the firmware has just given.
func (o *op) validFD(fd uint8) (uint8, error) {
	switch {
	case fd == wire.NoFD:
		return 0, o.why(netdev.ErrNoMoreSockets)
	case fd > highFD:
		return 0, ErrBadReply
	}
	return fd, nil
}

// nonBlocking makes a descriptor non-blocking, within the turn.
func (o *op) nonBlocking(fd uint8) error {
	on := [4]byte{1}
	v, err := o.first(wire.SocketIoctl, wire.Uint(fd), wire.Uint(uint32(wire.FIONBIO)), wire.Bytes(on[:]))
	if err == nil && len(v.Bytes()) == 0 {
		err = o.why(ErrRefused)
	}
	return err
}

// errno asks, within the turn, why the last command failed.
func (o *op) errno() (wire.Errno, error) {
	cmd := o.cmd
	v, err := o.inquire(wire.SocketErrno)
	if err == nil {
		o.cmd = cmd
	}
	return wire.Errno(v.Uint8()), err
}

// why is errno as an error, and other when there is none.
func (o *op) why(other error) error {
	e, err := o.errno()
	if err != nil {
		return err
	}
	if err := errnoError(e); err != nil {
		return err
	}
	return other
}

// errnoError returns the error of the socket calls that says the same, nil for
// an errno that has none.
func errnoError(e wire.Errno) error {
	switch e {
	case wire.ENFILE, wire.ENOMEM, wire.ENOBUFS:
		return netdev.ErrNoMoreSockets
	case wire.EADDRINUSE:
		return netdev.ErrAddrInUse
	case wire.EMSGSIZE:
		return netdev.ErrMessageTooLong
	case wire.ECONNREFUSED:
		return netdev.ErrConnectionRefused
	case wire.ECONNRESET, wire.ECONNABORTED, wire.EPIPE, wire.EBADF, wire.ENOTSOCK:
		return netdev.ErrConnectionReset
	case wire.ETIMEDOUT:
		return netdev.ErrTimeout
	case wire.EHOSTUNREACH, wire.ENETUNREACH, wire.ENETDOWN, wire.EHOSTDOWN:
		return netdev.ErrHostUnreachable
	case wire.ENOTCONN:
		return netdev.ErrNotConnected
	case wire.ENOPROTOOPT, wire.EOPNOTSUPP:
		return netdev.ErrNotSupported
	case wire.EINVAL, wire.EISCONN:
		return netdev.ErrInvalidArgument
	}
	return nil
}

// again reports whether an errno means that there is nothing yet, or no room.
func again(e wire.Errno) bool {
	return e == wire.EAGAIN || e == wire.ENOMEM || e == wire.ENOBUFS || e == wire.EINPROGRESS || e == wire.EALREADY
}

// ready asks, within the turn, whether one of the bits of SOCKET_POLL is set.
// A descriptor with an error is ready for everything: the call that follows
// tells what it is.
func (o *op) ready(bits uint8) (bool, error) {
	v, err := o.inquire(wire.SocketPoll, wire.Uint(o.handle))
	return v.Uint8()&(bits|wire.PollError|wire.PollFail) != 0, err
}
