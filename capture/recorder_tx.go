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
	if r.filter != nil && r.win.size == 0 {
		r.choose(w)
	}
	masks := r.secrets(w)
	var err error
	if rd == nil {
		err = r.send(w, masks)
	} else {
		err = r.bus.Tx(w, rd)
		if w != nil && len(w) != len(rd) {
			n := min(len(w), len(rd))
			w, rd = w[:n], rd[:n]
			r.win.status |= Incomplete
		}
		r.keep(w, rd, len(rd), masks)
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
	if len(w) > sniffBytes {
		return r.sendLong(w, masks)
	}
	in := r.in[:len(w)]
	err := r.bus.Tx(w, in)
	r.keep(w, in, len(w), masks)
	return err
}

// sendLong is send in steps. As long as what comes in is one byte over and
// over, it waits for the rest: fewer pieces are smaller.
func (r *Recorder) sendLong(w []byte, masks [][2]int) (err error) {
	from, at := 0, 0 // w[from:at] went out and is not kept; what came in is run over and over
	var run [1]byte
	for at < len(w) && err == nil {
		n := min(len(w)-at, sniffBytes)
		in := r.in[:n]
		err = r.bus.Tx(w[at:at+n], in)
		fill := isFill(in)
		if at > from && !(fill && in[0] == run[0]) {
			masks = r.keep(w[from:at], run[:], at-from, masks)
			from = at
		}
		at += n
		if fill {
			run[0] = in[0]
		} else {
			masks = r.keep(w[from:at], in, n, masks)
			from = at
		}
	}
	if at > from {
		r.keep(w[from:at], run[:], at-from, masks)
	}
	return err
}

// keep takes down n bytes of each direction. One that is shorter goes on with
// its last byte, and with FF where there is none. It returns what there is of
// masks beyond them.
func (r *Recorder) keep(w, rd []byte, n int, masks [][2]int) [][2]int {
	win := &r.win
	if room := MaxWindow - win.size; n > room {
		win.status |= Incomplete
		n = room
		w, rd = w[:min(n, len(w))], rd[:min(n, len(rd))]
	}
	win.size += n
	if left := win.size - r.limit; left > win.omitted {
		n -= left - win.omitted
		win.omitted = left
		w, rd = w[:min(n, len(w))], rd[:min(n, len(rd))]
	}
	if n == 0 {
		return nil
	}
	if len(masks) == 0 && int(win.short.n)+n <= shortBytes {
		win.short.add(w, rd, n)
		return nil
	}
	r.mu.Lock()
	r.unstage()
	masks = r.frames.pieces(lanes{mosi: w, miso: rd, n: n, mosiMasks: masks}, r.call)
	win.pieces = true
	r.unlock()
	return masks
}

// add appends n bytes that fit; a direction that is shorter goes on with its
// last byte, and with FF where there is none.
func (s *shortWindow) add(mosi, miso []byte, n int) {
	from, to := int(s.n), int(s.n)+n
	s.n = uint8(to)
	if copy(s.mosi[from:to], mosi) < n {
		extend(s.mosi[from:to], len(mosi))
	}
	if copy(s.miso[from:to], miso) < n {
		extend(s.miso[from:to], len(miso))
	}
}

// extend goes on with the last of the first n bytes of p, or FF.
func extend(p []byte, n int) {
	b := byte(idle)
	if n > 0 {
		b = p[n-1]
	}
	for ; n < len(p); n++ {
		p[n] = b
	}
}

// stray writes down bytes that were clocked with nothing selected.
func (r *Recorder) stray() {
	r.win.selected = r.now()
	r.win.status |= Unselected
	r.record(r.win.selected)
}
