package link

import (
	"encoding/binary"
	"io"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// bufferSize is how much a session reads and writes at a time: a datagram of
// the largest size in one piece.
const bufferSize = 2048

// Serve does on b what a host asks for over rw, until the host says goodbye:
// then it returns nil. Otherwise it returns why it ended:
//
//   - the error of rw, io.EOF when the host is gone,
//   - [ErrUnknown] for a byte that is no operation and an argument that an
//     operation does not have, after the host has been told,
//   - the fault of b. A host has no answer for it but the end of the connection,
//     which is for the caller to close.
//
// What the host has selected, reset or driven then stays so. ident is what the
// host is told it talks to, at most 65535 bytes.
//
// Answers are collected and written before Serve reads on or waits for READY,
// so rw needs no buffer of its own. A Read that returns nothing is repeated at
// once. Serve takes some 4 KB of memory and allocates nothing after that.
func Serve(rw io.ReadWriter, b bus.Bus, ident string) error {
	s := &session{rw: rw, bus: b, ident: ident}
	for {
		op, err := s.next()
		if err == nil {
			if op == opQuit {
				return s.flush()
			}
			err = s.perform(op)
		}
		if err != nil {
			return s.end(err)
		}
	}
}

// A session is the serving end of one connection.
type session struct {
	rw    io.ReadWriter
	bus   bus.Bus
	ident string
	in    []byte // read and not yet looked at, a part of inBuf
	out   int    // bytes of outBuf that are not written yet

	inBuf, outBuf [bufferSize]byte
}

// perform does one operation.
func (s *session) perform(op byte) error {
	switch op {
	case opReady:
		return s.await(bus.Busy, 0)
	case opWait:
		return s.wait()
	case opAttention:
		return s.attention()
	case opSelect:
		return s.acknowledge(s.bus.Select())
	case opDeselect:
		_, err := s.bus.Deselect()
		return s.acknowledge(err)
	case opTransfer:
		return s.transfer()
	case opDrive:
		return s.drive()
	case opReset, opBoot:
		return s.acknowledge(s.bus.Reset(op == opReset))
	case opIdent:
		return s.identify()
	}
	return ErrUnknown
}

// end tells the host what can be told, and returns err.
func (s *session) end(err error) error {
	if e, ok := err.(Error); ok && e == ErrUnknown {
		_ = s.put(refused) // err is the first error
	}
	_ = s.flush()
	return err
}

// acknowledge answers an operation that only has to be done.
func (s *session) acknowledge(err error) error {
	if err != nil {
		return err
	}
	return s.put(acknowledged)
}

func (s *session) attention() error {
	high, err := s.bus.Attention()
	if err != nil {
		return err
	}
	if high {
		return s.put(1)
	}
	return s.put(0)
}

// wait reads the arguments of opWait.
func (s *session) wait() error {
	var arg [5]byte
	if err := s.read(arg[:]); err != nil {
		return err
	}
	if arg[0] > byte(bus.Busy) {
		return ErrUnknown
	}
	return s.await(bus.Ready(arg[0]), time.Duration(binary.BigEndian.Uint32(arg[1:]))*time.Microsecond)
}

// await answers the level of READY when it is as wanted, or the time is up. If
// that is not at once, the host gets what it is owed first.
func (s *session) await(level bus.Ready, timeout time.Duration) error {
	_, err := s.bus.WaitReady(level, 0)
	if late(err) && timeout > 0 {
		if err := s.flush(); err != nil {
			return err
		}
		_, err = s.bus.WaitReady(level, timeout)
	}
	if late(err) {
		return s.put(byte(bus.Busy - level)) // the other one
	}
	if err != nil {
		return err
	}
	return s.put(byte(level))
}

// late reports whether err says that READY has not the level that was awaited.
func late(err error) bool {
	f, ok := err.(bus.Fault)
	return ok && f == bus.ErrReadyTimeout
}

// drive reads the argument of opDrive and obeys.
func (s *session) drive() error {
	v, err := s.next()
	if err != nil {
		return err
	}
	d := bus.Released
	switch v {
	case driveLow:
		d = bus.Low
	case driveHigh:
		d = bus.High
	case driveNot:
	default:
		return ErrUnknown
	}
	return s.acknowledge(s.bus.DriveGPIO0(d))
}
