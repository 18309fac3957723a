package capture

// memory is what records of a frame may refer to: its last short windows, each
// with the times it had last, and its last exchanges.
type memory struct {
	next  int
	n     int
	ring  [remembered]shortWindow
	when  [remembered]moments
	pairs pairs
}

// shortWindow is the bytes of a short window. Unused bytes are zero, so that
// two of them can be compared whole.
type shortWindow struct {
	mosi, miso [shortBytes]byte
	n          uint8
}

// moments are the times of a window as its record tells them, modulo 2^32.
type moments struct{ gap, wait, ack, dur uint32 }

func (m *memory) reset() { m.n, m.pairs.n = 0, 0 }

// slot returns where the window is kept that stands back windows back, -1 if
// none does.
func (m *memory) slot(back int) int {
	if back >= m.n {
		return -1
	}
	return (m.next - 1 - back) & (remembered - 1)
}

// back is the reverse of slot.
func (m *memory) back(slot int) int { return (m.next - 1 - slot) & (remembered - 1) }

// find returns the slot of w, -1 if it has none. The newest is looked at
// first.
func (m *memory) find(w *shortWindow) int {
	for back := range m.n {
		slot := (m.next - 1 - back) & (remembered - 1)
		if s := &m.ring[slot]; s.miso == w.miso && s.mosi == w.mosi && s.n == w.n {
			return slot
		}
	}
	return -1
}

// add remembers w.
func (m *memory) add(w *shortWindow, at moments) {
	m.ring[m.next], m.when[m.next] = *w, at
	m.next = (m.next + 1) & (remembered - 1)
	m.n = min(m.n+1, remembered)
}

// pairs are the last exchanges of a frame. Each is two slots, that of its first
// window in the upper half.
type pairs struct {
	next int
	n    int
	ring [remembered]uint8
}

// at returns the exchange that stands back exchanges back, and whether there is
// one.
func (p *pairs) at(back int) (uint8, bool) {
	return p.ring[(p.next-1-back)&(remembered-1)], back < p.n
}

// find returns how many exchanges back one stands, -1 if it does not.
func (p *pairs) find(pair uint8) int {
	for back := range p.n {
		if p.ring[(p.next-1-back)&(remembered-1)] == pair {
			return back
		}
	}
	return -1
}

// add remembers an exchange.
func (p *pairs) add(pair uint8) {
	p.ring[p.next] = pair
	p.next = (p.next + 1) & (remembered - 1)
	p.n = min(p.n+1, remembered)
}
