package emulator

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// socketConnect connects a stream, or tells a datagram socket its one peer. A
// non-blocking stream is told EINPROGRESS at once.
func socketConnect(f *firmware) func() {
	s, to := f.bsd(4), netip.AddrPortFrom(f.ip(6), f.u16be(11))
	answer := func() { f.answer(wire.Flag(f.errno == wire.EOK)) }
	if s == nil {
		answer()
		return nil
	}
	if f.errno = s.connect(to); f.errno != wire.EINPROGRESS || !s.blocks() {
		answer()
		return nil
	}
	return f.block(s, 0, s.connectResult, answer)
}

// connect begins to connect.
func (s *bsdSocket) connect(to netip.AddrPort) wire.Errno {
	switch {
	case s.kind == wire.SockDgram:
		return s.setPeer(to)
	case s.dead():
		return wire.ENOTCONN
	case s.phase == connecting:
		return wire.EALREADY
	case s.phase != fresh:
		return wire.EISCONN
	case !s.f.radio.up():
		return wire.EHOSTUNREACH
	}
	s.unbind()
	s.dial(to)
	return wire.EINPROGRESS
}

// connectResult returns EAGAIN while the connect is under way. What SO_ERROR
// tells stays.
func (s *bsdSocket) connectResult() wire.Errno {
	switch s.phase {
	case connecting:
		return wire.EAGAIN
	case failed:
		return s.pending
	}
	return wire.EOK
}

// dial connects in a goroutine of its own.
func (s *bsdSocket) dial(to netip.AddrPort) {
	ctx, cancel := context.WithTimeout(s.f.ctx, connectTimeout)
	s.phase, s.peer, s.cancel = connecting, to, cancel
	s.f.e.tasks.Add(1)
	go func() {
		defer s.f.e.tasks.Done()
		defer cancel()
		conn, err := s.f.e.cfg.Network.Dial(ctx, to)
		s.dialed(conn, err)
	}()
}

// dialed ends a connect.
func (s *bsdSocket) dialed(conn net.Conn, err error) {
	s.f.e.mu.Lock()
	defer s.f.e.mu.Unlock()
	switch {
	case err != nil:
		s.phase, s.pending = failed, s.f.connectErrno(err)
	case s.closed || s.f.dead:
		conn.Close()
	default:
		s.phase, s.stream = connected, s.f.newStream(s.fd, conn, nil)
	}
	s.f.news.Broadcast()
}

// connectErrno returns what lwIP makes of a failed connect: it gives up on a
// host that does not answer, or that cannot be reached, and takes everything
// else for a reset, also a refusal (nina-observed "Low-level sockets").
func (f *firmware) connectErrno(err error) wire.Errno {
	if errors.Is(err, syscall.ECONNREFUSED) && !f.quirk(RefusedIsReset) {
		return wire.ECONNREFUSED
	}
	var e net.Error
	if errors.As(err, &e) && e.Timeout() || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) {
		return wire.ECONNABORTED
	}
	return wire.ECONNRESET
}

// socketGetPeerName tells the peer, also of a connect under way.
func socketGetPeerName(f *firmware) {
	s := f.bsd(4)
	var peer netip.AddrPort
	if s != nil {
		if peer = s.peer; !peer.IsValid() || s.dead() {
			peer, f.errno = netip.AddrPort{}, wire.ENOTCONN
		}
	}
	f.answer(wire.Flag(f.errno == wire.EOK), wire.IP(octets(peer.Addr())), wire.Uint(peer.Port()))
}
