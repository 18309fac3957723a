package emulator

import "github.com/ninatrace/ninatrace/wifinina/wire"

// available returns how many bytes the slot has to read.
func (s *slot) available() int {
	if s.kind == udpSlot {
		return s.udp.available()
	}
	return s.stream().available()
}

// read takes bytes from the slot.
func (s *slot) read(p []byte) int {
	if s.kind == udpSlot {
		return s.udp.read(p)
	}
	return s.stream().read(p)
}

// availData answers how much there is to read, or the slot of a client if the
// slot listens. Firmware with the accept flag reads it from byte 6, also when
// that is padding.
func availData(f *firmware) {
	s := f.slot(4)
	if s.listening() {
		accept := f.e.cfg.Profile.AcceptFlag && f.u8(6) != 0
		f.answer(wire.Uint(uint16(f.nextClient(s.server, accept))))
		return
	}
	f.answer(wire.Uint(uint16(s.available())))
}

// getData answers one byte: FF when there is none, 00 when the slot is free.
func getData(f *firmware) {
	s := f.slot(4)
	b := [1]byte{}
	if s.kind != free {
		b[0] = 0xFF
	}
	if f.u8(6) != 0 {
		s.peek(b[:])
	} else {
		s.read(b[:])
	}
	f.answer(wire.Bytes(append(f.scratch[:0], b[0])))
}

// peek copies the next bytes without taking them.
func (s *slot) peek(p []byte) {
	switch c := s.stream(); {
	case s.kind == udpSlot:
		copy(p, s.udp.in)
	case c.available() > 0:
		c.rx.peek(p)
	}
}

// getDatabuf answers what was asked for or what there is, whichever is less.
func getDatabuf(f *firmware) {
	s := f.slot(5)
	n := min(int(f.u16le(8)), s.available())
	if n > wire.MaxRecv {
		f.misuse("%d bytes into a reply that holds %d", n, wire.MaxRecv)
		n = wire.MaxRecv
	}
	f.answer(wire.Bytes(f.scratch[:s.read(f.scratch[:n])]))
}

// sendData answers how many bytes were accepted: all, some, or none. On most
// firmware a listening slot sends to all clients available() has taken.
func sendData(f *firmware) {
	s, data := f.slot(5), f.data(6)
	n := 0
	if s.listening() && f.e.cfg.Profile.Broadcasts {
		n = s.server.broadcast(data)
	} else {
		n = s.stream().write(data)
	}
	f.answer(wire.Uint(uint16(n)))
}
