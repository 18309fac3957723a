package fidelity

import (
	"net/netip"
	"syscall"
)

// The firmware reads one datagram after the other. A new one is there when the
// one before is used up, and with it the address of its sender, which takes the
// place of whatever START_CLIENT_TCP has set (reference §4.3.2).

// begins notes that the module sends to dest.
func (f *farEnd) begins(dest netip.AddrPort) { f.dest, f.shown, f.known = dest, dest, true }

// datagramShown notes that n bytes of a datagram can be read.
func (in *inference) datagramShown(f *farEnd, n int) {
	if f.left == 0 && n > 0 {
		in.datagramComes(f, make([]byte, n))
	}
}

// datagramComes makes the next datagram come, unless GET_REMOTE_DATA has shown
// it already, when nothing was known of its bytes.
func (in *inference) datagramComes(f *farEnd, data []byte) {
	if d := f.current; d != nil && d.data == nil {
		d.data = data
	} else {
		f.current, f.known = in.arrives(f, data), false
	}
	f.left = len(data)
}

// datagramRead notes that p was read, or with peek only seen.
func (in *inference) datagramRead(f *farEnd, p []byte, peek bool) {
	if f.left == 0 {
		in.datagramComes(f, make([]byte, len(p)))
	}
	if len(p) > f.left {
		return
	}
	copy(f.current.data[len(f.current.data)-f.left:], p)
	if !peek {
		f.left -= len(p)
	}
}

// senderShown notes who has sent the last datagram, or that another has come,
// which only happens when the one before is used up.
func (in *inference) senderShown(f *farEnd, addr netip.AddrPort) {
	switch {
	case addr.Port() == 0, f.known && (addr == f.shown || f.left > 0):
		return
	case f.known || f.current == nil:
		f.current = in.arrives(f, nil)
	}
	f.current.from, f.shown, f.known = addr, addr, true
}

func (in *inference) sendDataUDP() {
	s := in.slot(4)
	if s == nil || s.udp == nil || !in.x.tells(1) {
		return
	}
	in.sending(in.x.yes())
}

// sending makes datagrams go out, or fail.
func (in *inference) sending(ok bool) {
	var err error
	if !ok {
		err = syscall.ENETUNREACH
	}
	in.then(func(p *player) { p.net.change(func() { p.net.sendErr = err }) }, "datagrams go out: %t", ok)
}
