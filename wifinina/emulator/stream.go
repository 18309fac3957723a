package emulator

import (
	"io"
	"net"
	"net/netip"
	"sync"
)

const (
	// tcpWindow is the size of lwIP's receive window and send buffer in
	// Arduino's build (reference §4.0).
	tcpWindow = 5744
	// tlsRecord is the most a TLS record carries.
	tlsRecord = 16384
	// maxLingering is how many connections may go on sending what was
	// queued when they were closed.
	maxLingering = 16
)

// A stream is a TCP or TLS connection with lwIP's buffers on both sides. One
// goroutine fills rx and stops while it is full, another drains tx; no handler
// ever waits for either.
type stream struct {
	f       *firmware
	fd      int      // of its lwIP socket
	conn    net.Conn // what is read and written
	raw     net.Conn // the TCP connection below
	peer    netip.AddrPort
	records bool       // rx holds one TLS record and takes the next when empty
	change  *sync.Cond // rx, tx or closed have changed
	rx, tx  fifo
	ended   bool // nothing more will be received
	broken  bool // nothing more can be sent
	closed  bool // the firmware has let go of it
}

var _ endpoint = (*stream)(nil)

// newStream makes raw, or tls on top of it, a connection of the firmware on the
// lwIP socket fd, which must have been taken.
func (f *firmware) newStream(fd int, raw, tls net.Conn) *stream {
	s := &stream{f: f, fd: fd, conn: raw, raw: raw, peer: addrPort(raw.RemoteAddr()), change: sync.NewCond(&f.e.mu)}
	s.rx, s.tx = newFifo(tcpWindow), newFifo(tcpWindow)
	if tls != nil {
		s.conn, s.records, s.rx = tls, true, newFifo(tlsRecord)
	}
	f.live[s] = struct{}{}
	f.e.tasks.Add(2)
	go s.receive()
	go s.send()
	return s
}

// receive is the goroutine that fills rx.
func (s *stream) receive() {
	defer s.f.e.tasks.Done()
	buf := make([]byte, len(s.rx.buf))
	for room := s.room(); room > 0; room = s.room() {
		n, err := s.conn.Read(buf[:room])
		s.received(buf[:n], err)
	}
}

// room waits until there is room in rx and returns how much; 0 means that
// nothing will be received any more.
func (s *stream) room() int {
	mu := &s.f.e.mu
	mu.Lock()
	defer mu.Unlock()
	for !s.closed && !s.ended && (s.rx.free() == 0 || s.records && s.rx.n > 0) {
		s.change.Wait()
	}
	if s.closed || s.ended {
		return 0
	}
	return s.rx.free()
}

// received puts p into rx and tells the task that drives GPIO0.
func (s *stream) received(p []byte, err error) {
	s.f.e.mu.Lock()
	defer s.f.e.mu.Unlock()
	s.rx.write(p)
	if err != nil {
		s.ended = true
		s.broken = s.broken || err != io.EOF
		s.change.Broadcast()
	}
	if !s.f.dead {
		s.f.attention.stir(s.f)
	}
}

// send is the goroutine that drains tx. A closed connection is drained first.
func (s *stream) send() {
	defer s.f.e.tasks.Done()
	defer s.forget()
	buf := make([]byte, len(s.tx.buf))
	for n := s.queued(buf); n > 0; n = s.queued(buf) {
		_, err := s.conn.Write(buf[:n])
		s.sent(n, err)
	}
}

// queued waits until there is something to send and copies it to buf; 0 means
// that there will be nothing.
func (s *stream) queued(buf []byte) int {
	mu := &s.f.e.mu
	mu.Lock()
	defer mu.Unlock()
	for s.tx.n == 0 && !s.closed && !s.broken {
		s.change.Wait()
	}
	return s.tx.peek(buf)
}

// sent takes n bytes out of tx: until here they have filled the send buffer.
func (s *stream) sent(n int, err error) {
	s.f.e.mu.Lock()
	defer s.f.e.mu.Unlock()
	s.tx.drop(n)
	if err != nil {
		s.broken = true
		s.tx.drop(s.tx.n)
	}
	s.f.news.Broadcast()
}

// forget ends the connection itself when there is nothing left to send.
func (s *stream) forget() {
	s.f.e.mu.Lock()
	defer s.f.e.mu.Unlock()
	for !s.closed {
		s.change.Wait()
	}
	s.raw.Close()
	delete(s.f.live, s)
}

// available returns how many bytes can be read.
func (s *stream) available() int {
	if s == nil || s.closed {
		return 0
	}
	return s.rx.n
}

// connected reports whether the firmware takes the connection for alive, which
// it is as long as something is left to read. Asking lets go of a dead one.
func (s *stream) connected() bool {
	if s == nil || s.closed {
		return false
	}
	if s.rx.n > 0 {
		return true
	}
	if s.ended && (!s.f.quirk(UnnoticedFIN) || s.broken) {
		s.close()
		return false
	}
	return true
}

// read takes received bytes into p.
func (s *stream) read(p []byte) int {
	if s == nil || s.closed {
		return 0
	}
	n := s.rx.read(p)
	s.change.Broadcast()
	return n
}

// open reports whether something can be sent.
func (s *stream) open() bool { return s != nil && !s.closed && !s.broken }

// write queues as much of p as the send buffer takes, which may be nothing.
func (s *stream) write(p []byte) int {
	if !s.open() {
		return 0
	}
	n := s.queue(p)
	if n == 0 && len(p) > 0 && s.f.quirk(FullCloses) {
		s.close()
	}
	return n
}

// queue puts as much of p as fits into the send buffer.
func (s *stream) queue(p []byte) int {
	n := s.tx.write(s.f.accepted(p))
	s.change.Broadcast()
	return n
}

// close lets go of the connection: its lwIP socket is free at once, and what
// is queued is still sent. Data not yet read are lost.
func (s *stream) close() {
	if s.closed {
		return
	}
	s.closed = true
	s.f.fds.release(s.fd)
	if s.f.lingering() > maxLingering {
		s.abort()
	}
	s.change.Broadcast()
}

// lingering counts the connections that are closed and still have to send.
func (f *firmware) lingering() int {
	n := 0
	for l := range f.live {
		if s, ok := l.(*stream); ok && s.closed && s.tx.n > 0 {
			n++
		}
	}
	return n
}

// abort implements endpoint.
func (s *stream) abort() {
	if !s.closed {
		s.closed = true
		s.f.fds.release(s.fd)
	}
	s.broken = true
	s.tx.drop(s.tx.n)
	s.raw.Close()
	s.change.Broadcast()
}

// addrPort returns the IPv4 address and port of a, zeros if it has none.
func addrPort(a net.Addr) netip.AddrPort {
	if a == nil {
		return netip.AddrPort{}
	}
	ap, _ := netip.ParseAddrPort(a.String())
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
