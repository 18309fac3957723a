package emulator

import (
	"bytes"
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// udpMailbox is how many datagrams lwIP keeps for a socket.
const udpMailbox = 6

// noGroup joins no multicast group.
var noGroup netip.Addr

// A udpSocket is the UDP object of a slot: one datagram being read, one being
// put together, and one remote address for both. A parsed datagram overwrites
// the address START_CLIENT_TCP has set (reference §4.3.2).
type udpSocket struct {
	port   *udpPort       // nil: no socket is open
	fd     int            // of its lwIP socket
	remote netip.AddrPort // the last of to and of whoever was heard
	to     netip.AddrPort // set by START_CLIENT_TCP
	in     []byte         // rest of the datagram that was parsed last
	out    []byte         // datagram being put together
}

// A udpPort is an open socket with its mailbox.
type udpPort struct {
	f      *firmware
	conn   PacketConn
	mail   []datagram
	admits func(datagram) bool // what may come in; nil: everything
	closed bool
}

type datagram struct {
	from netip.AddrPort
	data []byte
}

var _ endpoint = (*udpPort)(nil)

// open binds a new socket to port and joins group, if it is valid.
func (u *udpSocket) open(f *firmware, port uint16, group netip.Addr) bool {
	u.port = nil
	if f.fds.full() {
		return false
	}
	p, err := f.newUDPPort(port, group)
	if err != nil {
		return false
	}
	u.port, u.fd = p, f.fds.take()
	return true
}

// newUDPPort opens the port of a socket. The lwIP socket is the caller's.
func (f *firmware) newUDPPort(port uint16, group netip.Addr) (*udpPort, error) {
	conn, err := f.e.cfg.Network.ListenPacket(port, group)
	if err != nil {
		return nil, err
	}
	p := &udpPort{f: f, conn: conn}
	f.live[p] = struct{}{}
	f.e.tasks.Add(1)
	go p.receive()
	return p, nil
}

// close closes the socket. What is left of the last datagram stays.
func (u *udpSocket) close(f *firmware) {
	if u.port != nil {
		u.port.abort()
		u.port = nil
		f.fds.release(u.fd)
	}
}

// receive is the goroutine that fills the mailbox.
func (p *udpPort) receive() {
	defer p.f.e.tasks.Done()
	buf := make([]byte, wire.MaxDatagram)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if !p.received(buf[:n], from, err) {
			return
		}
	}
}

// received delivers a datagram, or drops it when the mailbox is full. Errors
// are those of single datagrams until the socket is closed.
func (p *udpPort) received(data []byte, from netip.AddrPort, err error) bool {
	p.f.e.mu.Lock()
	defer p.f.e.mu.Unlock()
	if p.closed {
		return false
	}
	if err == nil && len(p.mail) < udpMailbox {
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		p.deliver(datagram{from, data})
	}
	return true
}

// deliver keeps a copy of d, if it is let in.
func (p *udpPort) deliver(d datagram) {
	if p.admits != nil && !p.admits(d) {
		return
	}
	d.data = bytes.Clone(d.data)
	p.mail = append(p.mail, d)
	p.f.attention.stir(p.f)
}

// take takes the next datagram out of the mailbox, which must have one.
func (p *udpPort) take() datagram {
	d := p.mail[0]
	p.mail = p.mail[1:]
	return d
}

// held returns how many bytes are in the mailbox.
func (p *udpPort) held() (n int) {
	for _, d := range p.mail {
		n += len(d.data)
	}
	return n
}

// abort implements endpoint.
func (p *udpPort) abort() {
	p.closed = true
	p.conn.Close()
	delete(p.f.live, p)
}

// available returns what is left of the datagram being read.
func (u *udpSocket) available() int { return len(u.in) }

// parse takes the next datagram out of the mailbox. An empty one is dropped.
func (u *udpSocket) parse() bool {
	if u.port == nil || len(u.port.mail) == 0 {
		return false
	}
	d := u.port.take()
	if len(d.data) == 0 && u.port.f.quirk(LostEmptyDatagrams) {
		return false
	}
	u.in, u.remote = d.data, d.from
	return true
}

func (u *udpSocket) read(p []byte) int {
	n := copy(p, u.in)
	u.in = u.in[n:]
	return n
}

// begin starts a datagram to remote.
func (u *udpSocket) begin(remote netip.AddrPort) {
	u.remote, u.to, u.out = remote, remote, u.out[:0]
}

// insertDatabuf appends to the datagram. Beyond its buffer the firmware writes
// over what lies behind, and counts only what fits.
func insertDatabuf(f *firmware) {
	u, data := &f.slot(5).udp, f.data(6)
	if room := wire.MaxDatagram - len(u.out); len(data) > room {
		f.misuse("%d bytes into a UDP buffer with room for %d", len(data), room)
		data = data[:room]
	}
	u.out = append(u.out, data...)
	f.answer(wire.Flag(len(data) > 0))
}

// sendDataUDP sends the datagram to the remote address of the moment. Genuine
// firmware keeps it in the buffer until the next START_CLIENT_TCP.
func sendDataUDP(f *firmware) {
	u := &f.slot(4).udp
	to := u.remote
	if !f.quirk(SharedRemote) {
		to = u.to
	}
	ok := u.port != nil && to.IsValid() && f.radio.up()
	if ok {
		_, err := u.port.conn.WriteToUDPAddrPort(u.out, to)
		ok = err == nil
	}
	if !f.quirk(KeptDatagram) {
		u.out = u.out[:0]
	}
	f.answer(wire.Flag(ok))
}
