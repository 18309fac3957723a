package wifinina

import (
	"github.com/ninatrace/ninatrace/netdev"
)

// maxSockets is how many descriptors there are.
const maxSockets = 10

// A phase is how far a socket has come.
type phase uint8

const (
	unused     phase = iota
	created          // by Socket
	bound            // a UDP socket that receives, or a TCP one with a local port
	connecting       // has a handle, and no peer yet
	listening        // accepts connections
	connected        // has a peer
	drained          // the peer has closed and everything was read; the firmware has forgotten it
	lost             // cut: by the link, by a reset, or by a fault in the middle of a transfer
	closing          // Close works on it, and no other call may begin
)

// gone says why a socket has not the handle that a call expects.
func (p phase) gone() error {
	switch p {
	case drained:
		return endOfStream{}
	case lost:
		return netdev.ErrConnectionReset
	}
	return netdev.ErrInvalidArgument // it was bound or connected meanwhile
}

// A socket is the driver's side of a descriptor, guarded by Device.mu.
type socket struct {
	gen uint32 // changes when the descriptor is closed
	socketState
}

// A socketState is what a call needs to know of a socket.
type socketState struct {
	phase  phase
	proto  uint8    // netdev.IPPROTO_*
	bsd    bool     // the BSD engine serves it; counts once there is a handle
	handle uint8    // the firmware's number of it; noHandle: none
	ours   bool     // local is a port of our choice, and another will do
	ended  bool     // the peer has closed and everything was read, but it may still be sent to
	local  uint16   // port, 0 as long as nobody chose one
	peer   endpoint // where a UDP socket sends to, and whom alone it hears
	sender endpoint // of the datagram that waits in the firmware, if the slot engine had to ask
}

// noHandle is the handle of a socket the firmware knows nothing of.
const noHandle = 255

// lookup returns the socket of a descriptor as it is now, and makes it the one
// that o works for.
func (o *op) lookup(sockfd int) (socketState, error) {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	return o.find(sockfd)
}

// find is lookup under the lock.
func (o *op) find(sockfd int) (socketState, error) {
	if sockfd < 0 || sockfd >= maxSockets {
		return socketState{}, netdev.ErrInvalidSocketFd
	}
	s := &o.d.sockets[sockfd]
	if s.phase == unused || s.phase == closing {
		return socketState{}, netdev.ErrInvalidSocketFd
	}
	if s.handle == noHandle {
		s.bsd = o.d.choose(s.proto)
	}
	o.sock, o.gen, o.handle, o.bsd = s, s.gen, s.handle, s.bsd
	return s.socketState, nil
}

// change changes the socket that o works for, unless it was closed, and takes
// note of its handle.
func (o *op) change(f func(s *socketState)) error {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if o.sock.gen != o.gen {
		return netdev.ErrInvalidSocketFd
	}
	f(&o.sock.socketState)
	o.handle = o.sock.handle
	return nil
}

// stale reports whether the descriptor was closed.
func (o *op) stale() bool {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	return o.sock.gen != o.gen
}

// serves reports whether a socket listens on a port.
func (d *Device) serves(port uint16) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.sockets {
		if s := &d.sockets[i]; s.phase == listening && s.local == port {
			return true
		}
	}
	return false
}

// adopt makes a handle that the firmware just gave the socket's, within the
// turn.
func (o *op) adopt(p phase, handle uint8) error {
	return o.change(func(s *socketState) { s.phase, s.handle = p, handle })
}

// part notes, within the turn, that the handle is the socket's no more. The op
// itself goes on knowing it.
func (o *op) part(p phase) {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if o.sock.gen == o.gen {
		o.sock.phase, o.sock.handle = p, noHandle
	}
}

// revert notes, within the turn, that an attempt to connect or to listen has
// failed: the socket is as it was before. The op itself goes on knowing the
// handle.
func (o *op) revert() {
	o.d.mu.Lock()
	local := o.sock.local
	o.d.mu.Unlock()
	if local != 0 {
		o.part(bound)
		return
	}
	o.part(created)
}

// allot takes a free descriptor.
func (d *Device) allot(state socketState) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for fd := range d.sockets {
		if s := &d.sockets[fd]; s.phase == unused {
			s.socketState = state
			return fd, nil
		}
	}
	return -1, netdev.ErrNoMoreSockets
}

// claim makes o the only call that may still work for its socket.
func (o *op) claim(sockfd int) (socketState, error) {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	was, err := o.find(sockfd)
	if err == nil {
		o.sock.gen++
		o.gen, o.sock.phase = o.sock.gen, closing
	}
	return was, err
}

// retire frees the descriptor that o has claimed.
func (o *op) retire() {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	o.sock.gen++
	o.sock.socketState = socketState{}
}

// disown takes a handle of an engine away from whichever socket has it: the
// firmware has just given it to another.
func (d *Device) disown(bsd bool, handle uint8) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !bsd {
		d.parked[handle] = 0
	}
	for i := range d.sockets {
		if s := &d.sockets[i]; s.owns(bsd, handle) {
			s.lose()
		}
	}
}

// owns reports whether the socket has a handle of an engine.
func (s *socketState) owns(bsd bool, handle uint8) bool {
	return s.phase != unused && s.bsd == bsd && s.handle == handle
}

// disownAll takes all handles away: the coprocessor is given up or reset.
func (d *Device) disownAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.life, d.joined = unknown, false
	d.parked = [len(d.parked)]uint16{}
	for i := range d.sockets {
		if s := &d.sockets[i]; s.phase != unused && s.handle != noHandle {
			s.lose()
		}
	}
}

// cut takes the handles of connections away, within the turn: the firmware
// closes these when it leaves a network, and keeps listeners and UDP sockets
// (reference §4.0, quirk 5). They are closed again before another can get
// their handles, because firmware that was in no network keeps them.
func (d *Device) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.sockets {
		s := &d.sockets[i]
		if s.handle == noHandle || s.phase != connected && s.phase != connecting {
			continue
		}
		d.abandon(s.bsd, s.handle)
		s.lose()
	}
}

// lose takes the handle away from a socket.
func (s *socketState) lose() {
	s.handle = noHandle
	if s.phase != closing {
		s.phase = lost
	}
}

// abandon notes, within the turn, that nobody has a handle any more which the
// firmware must still be told to close.
func (d *Device) abandon(bsd bool, handle uint8) {
	if bsd {
		d.orphan(handle)
	} else {
		d.strays |= 1 << handle
	}
}
