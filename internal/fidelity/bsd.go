package fidelity

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A descriptor is what is known of a BSD-style socket.
type descriptor struct {
	*farEnd
	dgram       bool
	listening   bool
	nonBlocking bool
	connecting  netip.AddrPort // a connect whose end nobody has seen; invalid: none
}

var bsdReaders = map[wire.Command]func(*inference){
	wire.SocketSocket:   (*inference).socket,
	wire.SocketClose:    (*inference).socketClose,
	wire.SocketBind:     (*inference).socketBind,
	wire.SocketListen:   (*inference).socketListen,
	wire.SocketAccept:   (*inference).socketAccept,
	wire.SocketConnect:  (*inference).socketConnect,
	wire.SocketSend:     (*inference).socketSend,
	wire.SocketSendTo:   (*inference).socketSendTo,
	wire.SocketRecv:     (*inference).socketRecv,
	wire.SocketRecvFrom: (*inference).socketRecvFrom,
	wire.SocketIoctl:    (*inference).socketIoctl,
	wire.SocketPoll:     (*inference).socketPoll,
}

// fd returns the descriptor whose number is at off, nil if it is not open. Its
// far end is the one the exchange is about.
func (in *inference) fd(off int) *descriptor {
	d := in.fds[in.x.u8(off)]
	if d != nil {
		in.far[in.x.n] = d.farEnd
	}
	return d
}

func (in *inference) socket() {
	if in.x.tells(1) && in.x.vals[0].Uint8() != wire.NoFD {
		in.fds[in.x.vals[0].Uint8()] = &descriptor{farEnd: &farEnd{}, dgram: in.x.u8(4) == wire.SockDgram}
	}
}

func (in *inference) socketClose() {
	if in.x.yes() {
		delete(in.fds, in.x.u8(4))
	}
}

func (in *inference) socketBind() {
	if d := in.fd(4); d != nil {
		in.portFree(in.x.u16be(6), !d.dgram, in.x.yes())
	}
}

func (in *inference) socketListen() {
	if d := in.fd(4); d != nil && in.x.yes() {
		d.listening = true
	}
}

func (in *inference) socketAccept() {
	d, x := in.fd(4), in.x
	if d == nil || !x.tells(3) || x.vals[0].Uint8() == wire.NoFD {
		return
	}
	far := d.pending()
	if far == nil {
		far = &farEnd{accepted: true}
		in.calls(far, d.farEnd)
	}
	far.remote = x.addrPort(1)
	in.fds[x.vals[0].Uint8()] = &descriptor{farEnd: far}
}

// pending returns a client SOCKET_POLL has shown and nobody has accepted.
func (d *descriptor) pending() *farEnd {
	far := d.caller
	d.caller = nil
	return far
}

func (in *inference) socketConnect() {
	d, x := in.fd(4), in.x
	if d == nil || !x.tells(1) {
		return
	}
	to := netip.AddrPortFrom(x.ip(6), x.u16be(11))
	switch {
	case d.dgram:
		d.dest = to
	case x.yes():
		in.serves(to, plain)
	case d.nonBlocking && !d.connecting.IsValid():
		d.connecting, d.gate = to, make(chan struct{})
	case !d.connecting.IsValid():
		in.serves(to, in.refusal())
	}
}

// refusal returns why a connect has failed.
func (in *inference) refusal() service {
	if in.errno() == wire.ECONNABORTED {
		return absent
	}
	return refusing
}

// connects ends a connect that went on after its command.
func (in *inference) connects(d *descriptor, ok bool) {
	if !d.connecting.IsValid() {
		return
	}
	kind := refusing
	if ok {
		kind = plain
	}
	in.serves(d.connecting, kind)
	d.connecting = netip.AddrPort{}
	in.then(func(*player) { close(d.gate) }, "the connect ends")
}

func (in *inference) socketSend() {
	d, x := in.fd(5), in.x
	if d == nil || !x.tells(1) {
		return
	}
	sent := x.vals[0].Uint16()
	switch {
	case sent > 0:
		in.connects(d, true)
	case d.dgram:
		in.sending(x.u16be(6) == 0)
	case in.errno() == wire.ECONNRESET:
		in.breaks(d.farEnd)
	}
}

func (in *inference) socketSendTo() {
	d, x := in.fd(5), in.x
	if d == nil || !x.tells(1) {
		return
	}
	d.dest = netip.AddrPortFrom(x.ip(8), x.u16be(14))
	in.sending(x.vals[0].Uint16() > 0 || x.u16be(16) == 0)
}

// errno returns the error behind the reply at work, if the host asks for it
// before anything else.
func (in *inference) errno() wire.Errno {
	told := in.later(
		func(x *exchange) bool { return x.cmd == wire.SocketErrno && x.tells(1) },
		func(x *exchange) bool { return x.cmd >= wire.SocketSocket && x.cmd <= wire.SocketGetPeerName },
	)
	if told == nil {
		return wire.EOK
	}
	return wire.Errno(told.vals[0].Uint8())
}
