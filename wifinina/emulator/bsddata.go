package emulator

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// socketSend sends to the peer of a socket.
func socketSend(f *firmware) func() {
	return f.sendBSD(netip.AddrPort{}, f.data(6))
}

// socketSendTo sends a datagram. To a stream the address means nothing.
func socketSendTo(f *firmware) func() {
	return f.sendBSD(netip.AddrPortFrom(f.ip(8), f.u16be(14)), f.data(16))
}

// sendBSD answers how much was sent, as a signed number that must not be
// negative.
func (f *firmware) sendBSD(to netip.AddrPort, data []byte) func() {
	s, sent := f.bsd(5), 0
	answer := func() { f.answer(wire.Uint(uint16(max(int16(sent), 0)))) }
	if s == nil {
		answer()
		return nil
	}
	if s.kind == wire.SockDgram {
		if f.errno = s.sendDatagram(to, data); f.errno == wire.EOK {
			sent = len(data)
		}
		answer()
		return nil
	}
	return f.block(s, s.sendTimeout, func() wire.Errno {
		n, err := s.write(data[sent:])
		sent += n
		return err
	}, func() {
		if sent > 0 && f.errno == wire.EAGAIN {
			f.errno = wire.EOK // a part, for want of time or room
		}
		if f.errno != wire.EOK {
			sent = 0
		}
		answer()
	})
}

// write queues what the send buffer takes, and says EAGAIN if that is not all.
func (s *bsdSocket) write(p []byte) (int, wire.Errno) {
	switch {
	case len(p) == 0:
		return 0, wire.EOK
	case s.dead():
		return 0, s.fault()
	case s.phase == connecting, s.phase == listening:
		return 0, wire.EINPROGRESS
	case s.phase != connected:
		return 0, wire.ENOTCONN
	}
	n := s.stream.queue(p)
	if n < len(p) {
		return n, wire.EAGAIN
	}
	return n, wire.EOK
}

// socketRecv takes bytes, at most as many as the reply holds.
func socketRecv(f *firmware) func() {
	return f.recvBSD(min(int(f.u16le(6)), wire.MaxSockRecv), func(_ netip.AddrPort, data []byte) {
		f.answer(wire.Bytes(data))
	})
}

// socketRecvFrom takes bytes and tells whose they are. The firmware overruns
// its reply when it is asked for too much and has it.
func socketRecvFrom(f *firmware) func() {
	return f.recvBSD(int(f.u16le(6)), func(from netip.AddrPort, data []byte) {
		f.answer(wire.IP(octets(from.Addr())), wire.Uint(from.Port()), wire.Bytes(data))
	})
}

// recvBSD takes up to size bytes and answers with them.
func (f *firmware) recvBSD(size int, answer func(netip.AddrPort, []byte)) func() {
	s, n, from := f.bsd(4), 0, netip.AddrPort{}
	reply := func() { answer(from, f.scratch[:n]) }
	if s == nil {
		reply()
		return nil
	}
	return f.block(s, s.recvTimeout, func() (err wire.Errno) {
		n, from, err = s.recv(size)
		return err
	}, reply)
}

// recv takes up to size bytes into the scratch buffer.
func (s *bsdSocket) recv(size int) (n int, from netip.AddrPort, err wire.Errno) {
	if held := s.readable(); min(size, held) > wire.MaxSockRecv {
		s.f.misuse("%d bytes into a reply that holds %d", min(size, held), wire.MaxSockRecv)
	}
	p := s.f.scratch[:min(size, wire.MaxSockRecv)]
	if s.kind == wire.SockDgram {
		return s.recvDatagram(p)
	}
	n, err = s.read(p)
	return n, s.peer, err
}

// read takes received bytes. At the end of the stream lwIP says ENOTCONN, and
// tells it from a lost connection by its own result alone, which the firmware
// does not pass on.
func (s *bsdSocket) read(p []byte) (int, wire.Errno) {
	switch {
	case s.phase == listening:
		return 0, wire.ENOTCONN
	case s.stream.available() > 0:
		return s.stream.read(p), wire.EOK
	case s.dead():
		return 0, s.fault()
	case s.stream == nil || !s.stream.ended:
		return 0, wire.EAGAIN
	case s.f.quirk(EndIsENOTCONN):
		return 0, wire.ENOTCONN
	}
	return 0, wire.EOK
}

// readable returns how many bytes have come and are not yet taken.
func (s *bsdSocket) readable() int {
	if s.udp != nil {
		return s.udp.held()
	}
	return s.stream.available()
}
