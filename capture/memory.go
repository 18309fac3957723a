package capture

// memory remembers the last short windows of a frame, newest first.
type memory struct {
	next int
	n    int
	ring [remembered]shortWindow
}

// shortWindow is the bytes of a short window. Unused bytes are zero, so that
// two of them can be compared whole.
type shortWindow struct {
	n          uint8
	mosi, miso [shortBytes]byte
}

func (m *memory) reset() { m.n = 0 }

// at returns the window that stands back windows back, nil if none.
func (m *memory) at(back int) *shortWindow {
	if back >= m.n {
		return nil
	}
	return &m.ring[(m.next-1-back)&(remembered-1)]
}

// find returns how many windows back w stands, -1 if it does not.
func (m *memory) find(w *shortWindow) int {
	for back := range m.n {
		if *m.at(back) == *w {
			return back
		}
	}
	return -1
}

// add remembers w.
func (m *memory) add(w *shortWindow) {
	m.ring[m.next] = *w
	m.next = (m.next + 1) & (remembered - 1)
	m.n = min(m.n+1, remembered)
}
