package capture

// sniffBytes is the size of the steps in which a Recorder transfers what the
// driver only sends: it looks at what comes in meanwhile, which is a sign of
// trouble when it is not idle.
const sniffBytes = 512

// Tx implements [bus.Bus]. The first bytes of a window are kept until it ends
// or there are too many; then they go to the frame as they come.
func (r *Recorder) Tx(w, rd []byte) error {
	if len(w) == 0 && len(rd) == 0 {
		return r.bus.Tx(w, rd)
	}
	masks := r.secrets(w)
	var err error
	if rd == nil {
		err = r.send(w, masks)
	} else {
		err = r.bus.Tx(w, rd)
		r.keep(w, rd, masks)
	}
	r.win.failed(err)
	if !r.win.open {
		r.stray()
	}
	return err
}

// secrets returns the spans of w to withhold. Only the first transfer of a
// window can hold a request.
func (r *Recorder) secrets(w []byte) [][2]int {
	if r.mask == nil || r.win.size > 0 || len(w) == 0 {
		return nil
	}
	if spans := r.mask(r.masks[:0], w); len(spans) > 0 {
		return tidy(spans, len(w))
	}
	return nil
}

// send clocks w out and keeps what comes in.
func (r *Recorder) send(w []byte, masks [][2]int) error {
	for len(w) > 0 {
		n := min(len(w), sniffBytes)
		err := r.bus.Tx(w[:n], r.in[:n])
		masks = r.keep(w[:n], r.in[:n], masks)
		if err != nil {
			return err
		}
		w = w[n:]
	}
	return nil
}

// keep takes down the bytes of one transfer; no w is FF throughout. It returns
// what there is of masks beyond them.
func (r *Recorder) keep(w, rd []byte, masks [][2]int) [][2]int {
	n := min(len(rd), MaxWindow-r.win.size)
	if w != nil {
		n = min(n, len(w))
	}
	if n < max(len(rd), len(w)) {
		r.win.status |= Incomplete
	}
	if w != nil {
		w = w[:n]
	}
	r.win.size += n
	if len(masks) == 0 && int(r.win.short.n)+n <= shortBytes {
		r.win.short.add(w, rd[:n])
		return nil
	}
	r.mu.Lock()
	r.unstage()
	masks = r.frames.pieces(lanes{mosi: w, miso: rd[:n], mosiMasks: masks}, r.call, !r.win.pieces)
	r.win.pieces = true
	r.unlock()
	return masks
}

// add appends bytes that fit; no mosi is FF throughout.
func (s *shortWindow) add(mosi, miso []byte) {
	at := int(s.n)
	s.n += uint8(len(miso))
	copy(s.miso[at:], miso)
	if mosi != nil {
		copy(s.mosi[at:], mosi)
		return
	}
	for i := at; i < int(s.n); i++ {
		s.mosi[i] = idle
	}
}

// stray writes down bytes that were clocked with nothing selected.
func (r *Recorder) stray() {
	r.win.selected = r.now()
	r.win.status |= Unselected
	r.record(r.win.selected)
}
