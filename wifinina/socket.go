package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// maxSockets is how many descriptors there are.
const maxSockets = 10

// A phase is how far a socket has come.
type phase uint8

const (
	unused    phase = iota
	created         // by Socket
	bound           // a UDP socket that receives, or a TCP one with a local port
	listening       // accepts connections
	connected       // has a peer
	drained         // the peer has closed and everything was read; the firmware has forgotten it
)

// A socket is the driver's side of a descriptor, guarded by Device.mu.
type socket struct {
	gen uint32 // changes when the descriptor is closed
	socketState
}

// A socketState is what a call needs to know of a socket.
type socketState struct {
	engine engine
	phase  phase
	proto  uint8  // netdev.IPPROTO_*
	handle uint8  // the firmware's number of it; noHandle: none
	local  uint16 // port
	peer   netip.AddrPort
}

// noHandle is the handle of a socket the firmware knows nothing of.
const noHandle = 255

// An engine is a way in which firmware serves sockets. Each method is one
// attempt, in turns of its own, and none but connect makes the firmware wait
// for the network. They work on the handle of the op. now is when the last
// exchange ended.
//
// Next to the slot engine of the classic commands, in slots.go, this is the
// seam for one on the BSD-style commands 0x70-0x7F. An op goes by value, so
// that calling through the interface does not move it to the heap.
type engine interface {
	// connect connects a stream and returns its handle. A host that is not
	// empty wins over the address.
	connect(o op, proto uint8, host string, peer netip.AddrPort) (handle uint8, err error)
	// listen makes a listener on a port.
	listen(o op, port uint16) (handle uint8, err error)
	// bind makes a UDP socket that receives on a port.
	bind(o op, port uint16) (handle uint8, err error)
	// accept takes one connection and gives it a descriptor with
	// Device.welcome. sockfd is negative when there is none yet.
	accept(o op) (sockfd int, peer netip.AddrPort, now time.Time, err error)
	// send takes as many bytes of p as fit. None and no error means that
	// the send buffer is full.
	send(o op, p []byte) (n int, now time.Time, err error)
	// sendTo sends one datagram.
	sendTo(o op, p []byte, peer netip.AddrPort) error
	// recv reads what there is of a stream. None and no error means that
	// there is nothing yet; io.EOF that there never will be.
	recv(o op, p []byte) (n int, now time.Time, err error)
	// recvFrom reads one datagram. None and no error means that there is
	// none yet.
	recvFrom(o op, p []byte) (n int, now time.Time, err error)
	// close makes the firmware forget the handle.
	close(o op, was phase, local uint16) error
}

// lookup returns the socket of a descriptor as it is now, and makes it the one
// that o works for.
func (o *op) lookup(sockfd int) (socketState, error) {
	if sockfd < 0 || sockfd >= maxSockets {
		return socketState{}, netdev.ErrInvalidSocketFd
	}
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	s := &o.d.sockets[sockfd]
	if s.phase == unused {
		return socketState{}, netdev.ErrInvalidSocketFd
	}
	o.sock, o.gen, o.handle = s, s.gen, s.handle
	return s.socketState, nil
}

// become notes what the firmware made of the socket that o works for.
func (o *op) become(p phase, handle uint8, local uint16, peer netip.AddrPort) error {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	s := o.sock
	if s.gen != o.gen {
		return netdev.ErrInvalidSocketFd
	}
	s.phase, s.handle, s.local, s.peer = p, handle, local, peer
	o.handle = handle
	return nil
}

// forgotten notes, within the turn, that the firmware has freed the handle.
func (o *op) forgotten() {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if o.sock.gen == o.gen {
		o.sock.phase, o.sock.handle = drained, noHandle
	}
}

// allot takes a free descriptor.
func (d *Device) allot(proto uint8, e engine) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for fd := range d.sockets {
		if s := &d.sockets[fd]; s.phase == unused {
			s.socketState = socketState{engine: e, phase: created, proto: proto, handle: noHandle}
			return fd, nil
		}
	}
	return -1, netdev.ErrNoMoreSockets
}

// retire frees the descriptor of s. Calls that still work for it get no more
// turns.
func (d *Device) retire(s *socket) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s.gen++
	s.socketState = socketState{}
}

// Socket implements netdev.Netdever. It makes AF_INET sockets: SOCK_STREAM
// with IPPROTO_TCP, or with IPPROTO_TLS, whose TLS the coprocessor does; and
// SOCK_DGRAM with IPPROTO_UDP. A zero protocol takes TCP or UDP.
func (d *Device) Socket(domain, stype, protocol int) (int, error) {
	o := d.begin(bus.Call{Op: bus.OpSocket, Int: [5]int64{int64(domain), int64(stype), int64(protocol)}})
	fd, err := d.socket(domain, stype, protocol)
	return fd, o.end(bus.Result{N: int64(fd), Err: o.fail(err)})
}

func (d *Device) socket(domain, stype, protocol int) (int, error) {
	if domain != netdev.AF_INET {
		return -1, netdev.ErrFamilyNotSupported
	}
	switch {
	case stype == netdev.SOCK_STREAM && protocol == 0:
		protocol = netdev.IPPROTO_TCP
	case stype == netdev.SOCK_DGRAM && protocol == 0:
		protocol = netdev.IPPROTO_UDP
	case stype == netdev.SOCK_STREAM && (protocol == netdev.IPPROTO_TCP || protocol == netdev.IPPROTO_TLS):
	case stype == netdev.SOCK_DGRAM && protocol == netdev.IPPROTO_UDP:
	default:
		return -1, netdev.ErrProtocolNotSupported
	}
	return d.allot(uint8(protocol), slotEngine{})
}

// Close implements netdev.Netdever. Calls blocked on the descriptor return
// ErrInvalidSocketFd at their next turn.
func (d *Device) Close(sockfd int) error {
	o := d.begin(bus.Call{Op: bus.OpClose, Sock: sockfd})
	return o.end(bus.Result{Err: o.fail(d.closeSocket(&o, sockfd))})
}

// closeSocket first makes the descriptor stale, so that nobody else gets a turn
// for it, and frees it once the firmware has let go.
func (d *Device) closeSocket(o *op, sockfd int) error {
	if _, err := o.lookup(sockfd); err != nil {
		return err
	}
	s, err := o.claim()
	if err != nil {
		return err
	}
	if s.handle != noHandle {
		err = s.engine.close(*o, s.phase, s.local)
	}
	d.retire(o.sock)
	return err
}

// claim makes o the only call that may still work for its socket.
func (o *op) claim() (socketState, error) {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if o.sock.gen != o.gen {
		return socketState{}, netdev.ErrInvalidSocketFd
	}
	o.sock.gen++
	o.gen, o.handle = o.sock.gen, o.sock.handle
	return o.sock.socketState, nil
}
