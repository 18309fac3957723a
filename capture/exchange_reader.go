package capture

// A reply is the second window of an exchange whose first was told.
type reply struct {
	due  bool
	slot int
	is   moments
}

// exchange reads two windows that were in this frame before. The first is told
// now, the second next.
func (f *frameReader) exchange(tag byte, rec *Record) {
	if tag&winCall != 0 {
		f.call = uint32(f.uvarint())
	}
	pair, ok := f.seen.pairs.at(int(tag & winRefMask))
	if tag&exNew != 0 {
		pair, ok = f.newPair(f.byte())
	}
	if !ok || f.bad {
		f.bad = true
		return
	}
	first, second := int(pair>>4), int(pair&15)
	n := nibbleReader{p: f.p}
	n.moments(&f.seen.when[first])
	is := f.seen.when[first]
	n.moments(&f.seen.when[second])
	f.reply = reply{true, second, f.seen.when[second]}
	f.take((n.at + 1) / 2)
	if n.bad || f.last+is.sum()+f.reply.is.sum() > f.limit {
		f.bad, f.reply.due = true, false
		return
	}
	f.again(first, &is, rec)
}

// newPair takes up an exchange of the windows that refs says.
func (f *frameReader) newPair(refs byte) (pair uint8, ok bool) {
	first, second := f.seen.slot(int(refs>>4)), f.seen.slot(int(refs&15))
	if first < 0 || second < 0 {
		return 0, false
	}
	pair = uint8(first<<4 | second)
	f.seen.pairs.add(pair)
	return pair, true
}

// again makes a record of a window that the frame remembers.
func (f *frameReader) again(slot int, is *moments, rec *Record) {
	f.place(rec, uint64(is.gap), uint64(is.wait), uint64(is.ack), uint64(is.dur))
	f.recall(slot)
	f.emit(rec, f.call, 0)
}

// sum is from the record before to the deselect.
func (m moments) sum() uint64 {
	return uint64(m.gap) + uint64(m.wait) + uint64(m.ack) + uint64(m.dur)
}

// A nibbleReader reads what a nibbleWriter wrote.
type nibbleReader struct {
	p   []byte
	at  int // in half bytes
	bad bool
}

// moments changes the times of a window by how they differ from what they were.
func (r *nibbleReader) moments(m *moments) {
	m.gap += r.difference()
	m.wait += r.difference()
	m.ack += r.difference()
	m.dur += r.difference()
}

// difference reads a difference modulo 2^32.
func (r *nibbleReader) difference() uint32 {
	var u uint64
	for shift := uint(0); shift < 3*maxNibbles && r.at>>1 < len(r.p); shift += 3 {
		b := r.p[r.at>>1] >> (r.at & 1 * 4) & 15
		r.at++
		u |= uint64(b&7) << shift
		if b < 8 {
			r.bad = r.bad || u>>32 != 0
			return uint32(u>>1) ^ -uint32(u&1)
		}
	}
	r.bad = true
	return 0
}
