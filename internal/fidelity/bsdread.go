package fidelity

import (
	"encoding/binary"
	"net/netip"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func (in *inference) socketRecv() {
	d, x := in.fd(4), in.x
	if d == nil || !x.tells(1) {
		return
	}
	p := x.vals[0].Bytes()
	switch {
	case d.dgram:
		in.datagramTaken(d, p, netip.AddrPort{})
	case len(p) > 0:
		in.connects(d, true)
		in.takes(d.farEnd, p)
	default:
		in.nothingRead(d)
	}
}

// nothingRead explains a receive without bytes of a stream: its end, a reset,
// or that nothing has come.
func (in *inference) nothingRead(d *descriptor) {
	err := in.errno()
	switch {
	case d.listening, d.connecting.IsValid():
	case err == wire.ECONNRESET:
		in.breaks(d.farEnd)
	case err == wire.ENOTCONN, err == wire.EOK && !d.nonBlocking:
		in.ends(d.farEnd)
	}
}

func (in *inference) socketRecvFrom() {
	d, x := in.fd(4), in.x
	if d == nil || !x.tells(3) {
		return
	}
	p, from := x.vals[2].Bytes(), x.addrPort(0)
	switch {
	case d.dgram:
		in.datagramTaken(d, p, from)
	case len(p) > 0:
		in.takes(d.farEnd, p)
	default:
		in.nothingRead(d)
	}
}

// datagramTaken notes that the host has read a datagram, which may have been
// shown before. An empty one has a sender.
func (in *inference) datagramTaken(d *descriptor, p []byte, from netip.AddrPort) {
	if len(p) == 0 && from.Port() == 0 {
		return
	}
	var got *datagram
	if len(d.mail) > 0 {
		got, d.mail = d.mail[0], d.mail[1:]
	} else {
		got = in.arrives(d.farEnd, nil)
	}
	if len(got.data) < len(p) {
		got.data = make([]byte, len(p))
	}
	copy(got.data, p)
	if from.Port() != 0 {
		got.from = from
	}
}

// comesUnread makes so much come that n bytes are unread.
func (in *inference) comesUnread(d *descriptor, n int) {
	if !d.dgram {
		in.comes(d.farEnd, n)
		return
	}
	for _, m := range d.mail {
		n -= len(m.data)
	}
	if n > 0 {
		d.mail = append(d.mail, in.arrives(d.farEnd, make([]byte, n)))
	}
}

func (in *inference) socketIoctl() {
	d, x := in.fd(4), in.x
	if d == nil || !x.tells(1) || len(x.vals[0].Bytes()) < 4 {
		return
	}
	value := binary.LittleEndian.Uint32(x.vals[0].Bytes())
	switch x.u32le(6) {
	case wire.FIONREAD:
		in.comesUnread(d, int(value))
	case wire.FIONBIO:
		d.nonBlocking = value != 0
	}
}

// socketPoll tells that a connect has ended, and that there is something to
// read: a client, data, or the end of the stream.
func (in *inference) socketPoll() {
	d, x := in.fd(4), in.x
	if d == nil || !x.tells(1) {
		return
	}
	bits := x.vals[0].Uint8()
	switch {
	case d.connecting.IsValid() && bits != 0:
		in.connects(d, bits&wire.PollError == 0)
	case bits&wire.PollError != 0 && !d.dgram:
		in.breaks(d.farEnd)
	}
	if bits&wire.PollRead == 0 || bits&wire.PollError != 0 {
		return
	}
	switch {
	case d.listening && d.caller == nil:
		d.caller = &farEnd{accepted: true}
		in.calls(d.caller, d.farEnd)
	case d.listening:
	case d.dgram:
		in.datagramPolled(d)
	case d.have == d.read && in.endsNext(x.u8(4)):
		in.ends(d.farEnd)
	default:
		in.comes(d.farEnd, 1)
	}
}

// datagramPolled makes a datagram come of which only that is known.
func (in *inference) datagramPolled(d *descriptor) {
	if len(d.mail) == 0 {
		d.mail = append(d.mail, in.arrives(d.farEnd, nil))
	}
}

// endsNext reports whether the next receive on a descriptor finds the end of
// the stream.
func (in *inference) endsNext(fd uint8) bool {
	next := in.later(
		func(x *exchange) bool {
			return (x.cmd == wire.SocketRecv || x.cmd == wire.SocketRecvFrom) && x.u8(4) == fd
		},
		func(x *exchange) bool { return x.cmd == wire.SocketClose && x.u8(4) == fd },
	)
	return next != nil && next.tells(1) && len(next.vals[len(next.vals)-1].Bytes()) == 0
}
