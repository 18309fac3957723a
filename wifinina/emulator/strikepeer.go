package emulator

import "net/netip"

// descriptor returns the socket of a descriptor, or nil.
func (f *firmware) descriptor(fd int) *bsdSocket {
	if i := fd - f.firstFD(); i >= 0 && i < len(f.sockets) {
		return f.sockets[i]
	}
	return nil
}

// loseSlot makes a slot free, whatever it still holds, or closes a descriptor.
func (f *firmware) loseSlot(n int) bool {
	if n >= 0 && n < len(f.slots) {
		held := f.slots[n].kind != free
		f.slots[n] = slot{kind: free}
		return held
	}
	s := f.descriptor(n)
	if s != nil {
		s.close()
	}
	return s != nil
}

// resetPeer breaks the connection of a slot or a descriptor.
func (f *firmware) resetPeer(n int) bool {
	var s *stream
	if n >= 0 && n < len(f.slots) {
		s = f.slots[n].stream()
	} else if b := f.descriptor(n); b != nil {
		s = b.stream
	}
	if s == nil || s.closed || s.broken {
		return false
	}
	s.reset()
	return true
}

// resetPeers breaks the connections to an address; the zero Addr is any.
func (f *firmware) resetPeers(addr netip.Addr) (found bool) {
	for l := range f.live {
		s, ok := l.(*stream)
		if ok && !s.closed && !s.broken && (!addr.IsValid() || s.peer.Addr() == addr) {
			s.reset()
			found = true
		}
	}
	return found
}

// reset breaks the connection as a RST of the peer does. What has been received
// can still be read.
func (s *stream) reset() {
	s.ended, s.broken = true, true
	s.tx.drop(s.tx.n)
	s.raw.Close()
	s.change.Broadcast()
	s.f.attention.stir(s.f)
}
