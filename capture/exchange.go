package capture

import "encoding/binary"

// held is a window that the frame remembers and that is not written yet. If
// another one follows at once, the two are an exchange.
type held struct {
	due  bool
	slot int
	call uint32
	is   moments
}

// moments returns the times of a window that is written next, and whether they
// can be told by differences.
func (f *framer) moments(t *timing) (moments, bool) {
	gap := t.end - f.last - t.wait - t.ack - t.dur
	m := moments{uint32(gap), uint32(t.wait), uint32(t.ack), uint32(t.dur)}
	return m, (gap|t.wait|t.ack|t.dur)>>32 == 0
}

// hold keeps back a window that the frame remembers in slot, if it can be half
// of an exchange.
func (f *framer) hold(slot int, t *timing) bool {
	is, small := f.moments(t)
	h := &f.held
	if !small || t.status != 0 || h.due || f.room() < maxShort+maxRepeat {
		return false
	}
	h.due, h.slot, h.call = true, slot, t.call
	h.is.gap, h.is.wait, h.is.ack, h.is.dur = is.gap, is.wait, is.ack, is.dur
	f.last = t.end
	return true
}

// refer writes a window that the frame remembers in slot. There is room for it.
func (f *framer) refer(slot int, t *timing) {
	is, _ := f.moments(t)
	f.winHead(winBit|winRef|byte(f.seen.back(slot)), t.call, t.status)
	f.times(t)
	f.seen.when[slot] = is
}

// settle writes what is counted and what is held. There is room for it.
func (f *framer) settle() {
	f.tellAgain()
	h := &f.held
	if !h.due {
		return
	}
	h.due = false
	f.winHead(winBit|winRef|byte(f.seen.back(h.slot)), h.call, 0)
	f.spans(int64(h.is.gap), uint64(h.is.wait), uint64(h.is.ack), uint64(h.is.dur))
	f.seen.when[h.slot] = h.is
}

// paired writes the window that is held and the one in slot as an exchange, or
// counts it, if they can be one. There is room where a window is held.
func (f *framer) paired(slot int, t *timing) bool {
	h := &f.held
	if !h.due || h.call != t.call || t.status != 0 {
		return false
	}
	is, small := f.moments(t)
	if !small {
		return false
	}
	pair := uint8(h.slot<<4 | slot)
	if f.repeats(pair, t) {
		h.due = false
		return true
	}
	f.tellAgain()
	h.due = false
	f.exchange(pair, &is, t.call)
	f.last = t.end
	f.again = again{on: f.fold, pair: pair, call: t.call, before: t.end}
	return true
}

// exchange writes the window that is held and another, which was at is.
func (f *framer) exchange(pair uint8, is *moments, call uint32) {
	first, second := int(pair>>4), int(pair&15)
	if back := f.seen.pairs.find(pair); back >= 0 {
		f.winHead(exBit|byte(back), call, 0)
	} else {
		f.winHead(exBit|exNew, call, 0)
		f.put(byte(f.seen.back(first)<<4 | f.seen.back(second)))
		f.seen.pairs.add(pair)
	}
	n := nibbleWriter{f: f}
	n.moments(&f.seen.when[first], &f.held.is)
	n.moments(&f.seen.when[second], is)
	n.flush()
}

// maxNibbles is how many half bytes a number of 32 bits takes.
const maxNibbles = 11

// A nibbleWriter writes numbers of 3 bits per half byte, least significant
// first; bit 3 says that another half byte follows. The lower half of a byte
// comes first.
type nibbleWriter struct {
	f    *framer
	held uint64
	n    uint // bits of held
}

// moments writes by how much the times of a window differ from what they
// were, and makes them those.
func (w *nibbleWriter) moments(was, is *moments) {
	gap, wait, ack, dur := difference(was.gap, is.gap), difference(was.wait, is.wait), difference(was.ack, is.ack), difference(was.dur, is.dur)
	was.gap, was.wait, was.ack, was.dur = is.gap, is.wait, is.ack, is.dur
	if gap|wait|ack|dur < 8 && w.n <= 64-16 {
		w.held |= uint64(gap|wait<<4|ack<<8|dur<<12) << w.n
		w.n += 16
		return
	}
	w.put(gap)
	w.put(wait)
	w.put(ack)
	w.put(dur)
}

// difference returns a difference modulo 2^32, its sign in the lowest bit.
func difference(was, is uint32) uint32 {
	d := is - was
	return d<<1 ^ uint32(int32(d)>>31)
}

// put writes a number.
func (w *nibbleWriter) put(v uint32) {
	if w.n > 64-4*maxNibbles {
		w.spill()
	}
	u := uint64(v)
	for ; u >= 8; u >>= 3 {
		w.held |= (u&7 | 8) << w.n
		w.n += 4
	}
	w.held |= u << w.n
	w.n += 4
}

// spill writes the whole bytes that are held.
func (w *nibbleWriter) spill() {
	if w.n >= 32 {
		binary.LittleEndian.PutUint32(w.f.buf[w.f.end:], uint32(w.held))
		w.f.end += 4
		w.held >>= 32
		w.n -= 32
	}
	for ; w.n >= 8; w.n -= 8 {
		w.f.put(byte(w.held))
		w.held >>= 8
	}
}

// flush writes what is held.
func (w *nibbleWriter) flush() {
	w.spill()
	if w.n > 0 {
		w.f.put(byte(w.held))
	}
}
