package wifinina

import (
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/netdev"
)

// An Engine is a way in which the firmware serves sockets.
type Engine uint8

// The engines.
const (
	// AutoEngine takes BSDEngine where the firmware has it, SlotEngine where
	// it does not and for TLS.
	AutoEngine Engine = iota
	// SlotEngine is the classic commands 0x28-0x2F, 0x39-0x3F and 0x44-0x46,
	// which all firmware has.
	SlotEngine
	// BSDEngine is the BSD-style sockets 0x70-0x7F: Arduino's firmware from
	// 1.5.0 on, Adafruit's from 2.0.0 on. TLS still goes by slots. With
	// firmware that does not have them, calls fail with ErrUnsupported.
	BSDEngine
)

// An engine does the socket calls. Each method is one attempt, in turns of its
// own; none but connect waits for the network. They work on the socket and the
// handle of the op. now is when the last exchange ended.
//
// What gives the socket a handle gives it with op.adopt, in the turn in which
// the firmware made it, so that a Close, a reset or a second Connect that runs
// meanwhile leaves no handle without a socket. An op goes by value, so that
// calling through the interface does not move it to the heap.
type engine interface {
	// connect connects a stream. TLS goes to host, which is not empty, and
	// all else to peer.
	connect(o op, proto uint8, host string, peer netip.AddrPort) error
	// listen makes a listener on a port. ErrAddrInUse: it is taken.
	listen(o op, port uint16, backlog int) error
	// bind makes a UDP socket that receives on a port. ErrAddrInUse: it is
	// taken.
	bind(o op, port uint16) error
	// accept takes one connection and gives it a descriptor. sockfd is
	// negative when there is none yet.
	accept(o op) (sockfd int, peer netip.AddrPort, now time.Time, err error)
	// send takes as many bytes of p as fit. None and no error means that
	// the send buffer is full.
	send(o op, p []byte) (n int, now time.Time, err error)
	// recv reads what there is of a stream. None and no error means that
	// there is nothing yet; endOfStream that there never will be.
	recv(o op, p []byte) (n int, now time.Time, err error)
	// sendTo sends one datagram. ok is false when there is no room for it.
	sendTo(o op, p []byte, to endpoint) (ok bool, now time.Time, err error)
	// recvFrom reads one datagram and tells its size, of which no more than
	// fits is in p. No sender means that there is none yet.
	recvFrom(o op, p []byte) (size int, from endpoint, now time.Time, err error)
	// setOption sets an option of a socket that has a handle.
	setOption(o op, opt option) error
	// close makes the firmware forget the handle.
	close(o op, was phase, local uint16) error
}

// engine returns the engine of a socket.
func (s *socketState) engine() engine {
	if s.bsd {
		return bsdEngine{}
	}
	return slotEngine{}
}

// choose decides which engine serves a socket that has no handle yet, under
// mu.
func (d *Device) choose(proto uint8) (bsd bool) {
	if proto == netdev.IPPROTO_TLS || d.cfg.Sockets == SlotEngine {
		return false
	}
	return d.fw.bsd || d.cfg.Sockets == BSDEngine
}
