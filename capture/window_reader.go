package capture

import "github.com/ninatrace/ninatrace/wifinina/bus"

// An assembly holds the bytes of a window until its last piece.
type assembly struct {
	open       bool
	broken     bool // something before or inside it is missing
	mosi, miso []byte
	masks      []Span
	status     Status
}

// reset makes ready for the next window.
func (a *assembly) reset() {
	*a = assembly{mosi: a.mosi[:0], miso: a.miso[:0], masks: a.masks[:0]}
}

// window reads a window or a piece of one.
func (f *frameReader) window(tag byte, rec *Record) {
	call, status := f.call, Status(0)
	if tag&winCall != 0 {
		call = uint32(f.uvarint())
		f.call = call
	}
	if tag&winStatus != 0 {
		status = Status(f.byte())
	}
	f.continued(tag)
	f.win.status |= status
	last := tag&winRef != 0 || tag&winMore == 0
	if last {
		f.timing(rec)
	}
	switch {
	case tag&winRef != 0:
		f.recall(int(tag & winRefMask))
	case tag&winMore != 0 || tag&winCont == 0:
		f.bytes(tag, status)
	}
	if f.bad || !last {
		return
	}
	f.emit(rec, call)
}

// continued tells a new window from a piece of the open one, and what does not
// fit from either.
func (f *frameReader) continued(tag byte) {
	cont := tag&winRef == 0 && tag&winCont != 0
	switch {
	case !cont && f.win.open, !cont && f.win.broken:
		f.win.reset()
	case cont && (!f.win.open || f.win.broken):
		f.win.broken = true
	}
	f.win.open = true
}

// emit makes the assembled window a record.
func (f *frameReader) emit(rec *Record, call uint32) {
	w, a := &rec.Window, &f.win
	rec.Kind = KindWindow
	w.Call = bus.CallID(call)
	w.Status = a.status
	if a.broken {
		w.Status |= Incomplete
	}
	w.MOSI, w.MISO, w.Masks = a.mosi, a.miso, a.masks
	if len(w.Masks) > 0 {
		w.Status |= HasMasks
	}
	a.reset()
}

// timing reads when the window was.
func (f *frameReader) timing(rec *Record) {
	gap, wait := f.varint(), f.uvarint()
	b := f.byte()
	ack, dur := uint64(b>>4), uint64(b&15)
	if ack == 15 {
		ack = f.uvarint()
	}
	if dur == 15 {
		dur = f.uvarint()
	}
	if wait > maxTicks || ack > maxTicks || dur > maxTicks || gap > maxTicks || gap < -maxTicks {
		f.bad = true
		return
	}
	end := int64(f.last) + gap + int64(wait+ack+dur)
	if end < 0 || end > maxTicks || end < int64(ack+dur) {
		f.bad = true
		return
	}
	f.last = uint64(end)
	rec.Time = f.time(f.last - ack - dur)
	rec.Window.Wait, rec.Window.Ack, rec.Window.Dur = f.time(wait), f.time(ack), f.time(dur)
}

// recall takes the bytes of an earlier window of the frame.
func (f *frameReader) recall(back int) {
	s := f.seen.at(back)
	if s == nil {
		f.bad = true
		return
	}
	f.win.mosi = append(f.win.mosi, s.mosi[:s.n]...)
	f.win.miso = append(f.win.miso, s.miso[:s.n]...)
}

// bytes reads the bytes of both directions.
func (f *frameReader) bytes(tag byte, status Status) {
	n := int(min(f.uvarint(), MaxWindow+1))
	if n+len(f.win.mosi) > MaxWindow {
		f.bad = true
		return
	}
	if n == 0 {
		f.remember(tag, 0)
		return
	}
	if status&HasMasks != 0 {
		f.win.mosi = f.maskedLane(f.win.mosi, n)
	} else {
		f.win.mosi = f.lane(f.win.mosi, n, tag&winMOSI != 0)
	}
	f.win.miso = f.lane(f.win.miso, n, tag&winMISO != 0)
	f.remember(tag, n)
}

// remember keeps a short window for references to it.
func (f *frameReader) remember(tag byte, n int) {
	if f.bad || tag&(winMore|winCont) != 0 || n > shortBytes {
		return
	}
	s := shortWindow{n: uint8(n)}
	copy(s.mosi[:], f.win.mosi)
	copy(s.miso[:], f.win.miso)
	f.seen.add(&s)
}

// lane appends to dst the n bytes of one direction.
func (f *frameReader) lane(dst []byte, n int, literal bool) []byte {
	if literal {
		k := f.size()
		if k > n {
			f.bad = true
			return dst
		}
		dst = append(dst, f.take(k)...)
		n -= k
	}
	return fill(dst, n, f.byte())
}

// fill appends n times b.
func fill(dst []byte, n int, b byte) []byte {
	for range n {
		dst = append(dst, b)
	}
	return dst
}

// maskedLane appends n bytes of mosi, with '*' where they were withheld.
func (f *frameReader) maskedLane(dst []byte, n int) []byte {
	base := len(dst)
	first := len(f.win.masks)
	at := 0
	for k := f.uvarint(); k > 0 && !f.bad; k-- {
		from, size := at+f.length(), f.length()
		if from+size > n {
			f.bad = true
			return dst
		}
		f.win.masks = append(f.win.masks, Span{base + from, size})
		at = from + size
	}
	for _, m := range f.win.masks[first:] {
		dst = append(dst, f.take(m.Off-len(dst))...)
		dst = fill(dst, m.Len, maskByte)
	}
	return append(dst, f.take(base+n-len(dst))...)
}
