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
		accept := f.quirk(AcceptFlag) && f.u8(6) != 0
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
		if !f.quirk(NothingIsFF) && s.available() == 0 {
			f.fail()
			return
		}
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
	if s.kind == udpSlot && !f.quirk(SplitDatagrams) {
		s.udp.in = nil
	}
}

// sendData answers how many bytes were accepted: all, some, or none. On most
// firmware a listening slot sends to all clients available() has taken.
func sendData(f *firmware) func() {
	s, data := f.slot(5), f.data(6)
	if s.listening() && f.quirk(Broadcasts) {
		f.answer(wire.Uint(uint16(s.server.broadcast(data))))
		return nil
	}
	c := s.stream()
	n := c.write(data)
	if n == len(data) || !c.open() || f.quirk(ShortSends) || f.ailing.sends.lasts(f.now) {
		f.answer(wire.Uint(uint16(n)))
		return nil
	}
	return f.sendAll(c, data, n)
}

// sendAll waits until data are queued of which n bytes are. No genuine firmware
// does; it is the one without ShortSends.
func (f *firmware) sendAll(c *stream, data []byte, n int) func() {
	return func() {
		f.e.mu.Lock()
		defer f.e.mu.Unlock()
		f.await(0, func() bool {
			n += c.write(data[n:])
			return n == len(data) || !c.open()
		})
		f.answer(wire.Uint(uint16(n)))
	}
}

// dataSent answers 1, whatever is left to send: the genuine handler does not
// look.
func dataSent(f *firmware) {
	c := f.slot(4).stream()
	f.answer(wire.Flag(f.quirk(AlwaysSent) || c == nil || c.tx.n == 0))
}
