package emulator

import (
	"context"
	"math"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// fdSetSize is the number all descriptors are below: lwIP's sockets are the
// last of them (nina-observed "Low-level sockets": the first of ten is 54).
const fdSetSize = 64

// A phase is how far a BSD-style socket of type stream has come.
type phase uint8

const (
	fresh      phase = iota // opened, and perhaps bound
	connecting              // a connect is under way
	connected               // it has, or had, a connection
	listening               // its port takes clients
	failed                  // its connect has failed: it can only be closed
)

// A bsdSocket is an lwIP socket the host itself has opened, by SOCKET_SOCKET or
// SOCKET_ACCEPT. It does what lwIP 2.1 does (Espressif's tree, api/sockets.c
// and api/api_msg.c), and never raises GPIO0 (reference §4.7).
type bsdSocket struct {
	f      *firmware
	fd     int   // place in the table of lwIP's sockets
	kind   uint8 // wire.SockStream or wire.SockDgram
	phase  phase // of a stream
	closed bool

	nonBlocking bool
	recvTimeout time.Duration // of recv and accept; zero: none
	sendTimeout time.Duration // of send; zero: none
	flags       uint32        // wire.SOReuseAddr, SOKeepAlive and SOBroadcast that are set
	recvBuffer  int           // bytes of datagrams it keeps
	pending     wire.Errno    // of a connect that failed, until somebody is told
	told        bool          // somebody was told that the connection was reset

	peer   netip.AddrPort     // whom it is connected to, or connecting; invalid: nobody
	cancel context.CancelFunc // ends the connect under way
	stream *stream            // of a connected stream
	port   *listener          // of a bound or listening stream
	udp    *udpPort           // of a bound datagram socket
}

// firstFD is the descriptor of the first lwIP socket.
func (f *firmware) firstFD() int { return fdSetSize - f.e.cfg.Profile.Sockets }

// bsd returns the socket whose descriptor is at off, or nil and EBADF.
func (f *firmware) bsd(off int) *bsdSocket {
	f.errno = wire.EOK
	i := int(f.u8(off)) - f.firstFD()
	if i >= 0 && i < len(f.sockets) && f.sockets[i] != nil {
		return f.sockets[i]
	}
	f.errno = wire.EBADF
	return nil
}

// openBSD gives a new socket the lowest free descriptor.
func (f *firmware) openBSD(kind uint8) (fd uint8, s *bsdSocket) {
	i := f.fds.take()
	if i < 0 {
		f.errno = wire.ENFILE
		return wire.NoFD, nil
	}
	f.sockets[i] = &bsdSocket{f: f, fd: i, kind: kind, recvBuffer: math.MaxInt32}
	return uint8(f.firstFD() + i), f.sockets[i]
}

// socketSocket opens a socket. Raw ones the emulator does not have: it answers
// as lwIP does without memory for one.
func socketSocket(f *firmware) {
	f.errno = wire.EOK
	fd := uint8(wire.NoFD)
	switch kind := f.u8(4); kind {
	case wire.SockStream, wire.SockDgram:
		fd, _ = f.openBSD(kind)
	case wire.SockRaw:
		f.errno = wire.ENOBUFS
	default:
		f.errno = wire.EINVAL
	}
	f.answer(wire.Uint(fd))
}

func socketClose(f *firmware) {
	s := f.bsd(4)
	if s != nil {
		s.close()
	}
	f.answer(wire.Flag(s != nil))
}

// socketErrno tells how the last of these commands ended. Asking changes
// nothing.
func socketErrno(f *firmware) { f.answer(wire.Uint(f.errno)) }

// close frees the descriptor, and the port with it. What was written to a
// connection is still sent.
func (s *bsdSocket) close() {
	s.closed = true
	s.f.sockets[s.fd] = nil
	if s.stream != nil {
		s.stream.close()
	} else {
		s.f.fds.release(s.fd)
	}
	if s.cancel != nil {
		s.cancel()
	}
	if s.udp != nil {
		s.udp.abort()
	}
	s.unbind()
	s.f.news.Broadcast()
}

// unbind lets go of the port of a stream.
func (s *bsdSocket) unbind() {
	if s.port != nil {
		s.port.abort()
		s.port = nil
	}
}

// dead reports whether the stream has lost its connection, or never got one.
// Only SOCKET_CLOSE is left then.
func (s *bsdSocket) dead() bool {
	return s.phase == failed || s.stream != nil && s.stream.broken
}

// fault returns the error of a dead stream: why, to the first who asks, and
// afterwards only that there is no connection.
func (s *bsdSocket) fault() wire.Errno {
	if err := s.takePending(); err != wire.EOK {
		return err
	}
	return wire.ENOTCONN
}

// takePending returns what SO_ERROR tells, and clears it.
func (s *bsdSocket) takePending() wire.Errno {
	err := s.pending
	s.pending = wire.EOK
	if s.stream != nil && s.stream.broken && !s.told {
		s.told, err = true, wire.ECONNRESET
	}
	return err
}
