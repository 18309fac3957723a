package emulator

import (
	"net"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// acceptMailbox is how many connections lwIP keeps for a listener, whatever
// its backlog (Espressif's TCP_ACCEPTMBOX_SIZE).
const acceptMailbox = 6

// A listener is the port of a BSD-style stream, and from SOCKET_LISTEN on those
// who have connected to it. They are no lwIP sockets until they are accepted.
type listener struct {
	f       *firmware
	ln      net.Listener
	backlog int // how many it keeps; the others wait with the host
	queue   []net.Conn
	closed  bool
}

var _ endpoint = (*listener)(nil)

// socketBind gives a socket a local port, on all addresses.
func socketBind(f *firmware) {
	s, port := f.bsd(4), f.u16be(6)
	if s != nil {
		f.errno = s.bind(port)
	}
	f.answer(wire.Flag(f.errno == wire.EOK))
}

// bind takes the port of the Network, 0 for any.
func (s *bsdSocket) bind(port uint16) wire.Errno {
	if s.kind == wire.SockDgram {
		return s.bindUDP(port)
	}
	if s.phase != fresh {
		return wire.EINVAL
	}
	s.unbind()
	ln, err := s.f.e.cfg.Network.Listen(port)
	if err != nil {
		return wire.EADDRINUSE
	}
	s.port = &listener{f: s.f, ln: ln}
	s.f.live[s.port] = struct{}{}
	return wire.EOK
}

// socketListen lets a socket take clients. One that does already gets another
// backlog.
func socketListen(f *firmware) {
	s, backlog := f.bsd(4), f.u8(6)
	if s != nil {
		f.errno = s.listen(min(max(int(backlog), 1), acceptMailbox))
	}
	f.answer(wire.Flag(f.errno == wire.EOK))
}

func (s *bsdSocket) listen(backlog int) wire.Errno {
	switch {
	case s.kind == wire.SockDgram:
		return wire.EOPNOTSUPP
	case s.dead() || s.phase == connecting:
		return wire.ENOTCONN
	case s.phase == connected:
		return wire.EINVAL
	}
	if s.port == nil {
		if err := s.bind(0); err != wire.EOK {
			return err
		}
	}
	s.port.backlog = backlog
	if s.phase == fresh {
		s.phase = listening
		s.f.e.tasks.Add(1)
		go s.f.acceptFrom(s.port.ln, s.port.accepted)
	}
	s.f.news.Broadcast()
	return wire.EOK
}

// accepted queues conn, waits until there is room for the next and reports
// whether there will be one.
func (l *listener) accepted(conn net.Conn) bool {
	l.f.e.mu.Lock()
	defer l.f.e.mu.Unlock()
	if l.closed {
		conn.Close()
		return false
	}
	l.queue = append(l.queue, conn)
	l.f.attention.stir(l.f)
	for len(l.queue) >= l.backlog && !l.closed {
		l.f.news.Wait()
	}
	return !l.closed
}

// abort implements endpoint. Those nobody has accepted are sent away.
func (l *listener) abort() {
	l.closed = true
	l.ln.Close()
	for _, conn := range l.queue {
		conn.Close()
	}
	l.queue = nil
	delete(l.f.live, l)
	l.f.news.Broadcast()
}

// socketAccept takes the next client of a listening socket.
func socketAccept(f *firmware) func() {
	s := f.bsd(4)
	fd, client := uint8(wire.NoFD), (*bsdSocket)(nil)
	answer := func() {
		if client == nil {
			f.answer(wire.Uint(fd), wire.IP([4]byte{}), wire.Uint(uint16(0)))
			return
		}
		f.answer(wire.Uint(fd), wire.IP(octets(client.peer.Addr())), wire.Uint(client.peer.Port()))
	}
	if s == nil {
		answer()
		return nil
	}
	return f.block(s, s.recvTimeout, func() (err wire.Errno) {
		fd, client, err = s.accept()
		return err
	}, answer)
}

// accept makes a socket of the next client. Without a descriptor for it the
// client is sent away.
func (s *bsdSocket) accept() (uint8, *bsdSocket, wire.Errno) {
	switch {
	case s.kind == wire.SockDgram:
		return wire.NoFD, nil, wire.EOPNOTSUPP
	case s.phase != listening:
		return wire.NoFD, nil, wire.EINVAL
	case len(s.port.queue) == 0:
		return wire.NoFD, nil, wire.EAGAIN
	}
	conn := s.port.queue[0]
	s.port.queue = s.port.queue[1:]
	s.f.news.Broadcast()
	fd, client := s.f.openBSD(wire.SockStream)
	if client == nil {
		conn.Close()
		return fd, nil, wire.ENFILE
	}
	client.phase, client.stream = connected, s.f.newStream(client.fd, conn, nil)
	client.peer, client.flags = client.stream.peer, s.flags&inherited
	return fd, client, wire.EOK
}
