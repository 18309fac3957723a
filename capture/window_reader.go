package capture

import (
	"slices"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// An assembly holds the bytes of a window until its last piece.
type assembly struct {
	building   bool   // a piece was read, the last one was not
	caller     uint32 // call of the last piece
	status     Status
	mosi, miso []byte // of the same length
	masks      []Span // of mosi
	misoMasks  []Span

	torn   bool // the last piece will not come; fragment makes a record of the window
	tornAt time.Duration
	tornIn int64 // offset of the frame
}

// reset makes ready for the next window.
func (a *assembly) reset() {
	a.building, a.torn = false, false
	a.caller, a.status = 0, 0
	a.mosi, a.miso = a.mosi[:0], a.miso[:0]
	a.masks, a.misoMasks = a.masks[:0], a.misoMasks[:0]
}

// truncate takes back all bytes but the first n.
func (a *assembly) truncate(n int) {
	a.mosi, a.miso = a.mosi[:n], a.miso[:n]
	a.masks, a.misoMasks = before(a.masks, n), before(a.misoMasks, n)
}

// before returns the spans of the first n bytes.
func before(masks []Span, n int) []Span {
	k := len(masks)
	for k > 0 && masks[k-1].Off >= n {
		k--
	}
	if k > 0 {
		m := &masks[k-1]
		m.Len = min(m.Len, n-m.Off)
	}
	return masks[:k]
}

// begins reports whether a tag begins a window while another is not over.
func (f *frameReader) begins(tag byte) bool {
	return f.building && tag >= exBit && (tag < winBit || tag&winRef != 0 || tag&winCont == 0)
}

// tear ends the window that is being read, if there is one, because what
// follows does not belong to it.
func (f *frameReader) tear() bool {
	if f.building && !f.torn {
		f.torn, f.tornAt, f.tornIn = true, f.now(), f.offset
	}
	return f.torn
}

// fragment makes a record of a torn window.
func (f *frameReader) fragment(rec *Record) {
	*rec = Record{Time: f.tornAt, Offset: f.tornIn}
	f.emit(rec, f.caller, Incomplete)
}

// emit makes the assembled window a record.
func (f *frameReader) emit(rec *Record, call uint32, status Status) {
	w, a := &rec.Window, &f.assembly
	rec.Kind = KindWindow
	w.Call = bus.CallID(call)
	w.Status = (a.status | status) &^ anyMasks
	w.MOSI, w.MISO = a.mosi, a.miso
	if len(a.masks) > 0 {
		w.Masks = a.masks
		w.Status |= HasMasks
	}
	if len(a.misoMasks) > 0 {
		w.MISOMasks = a.misoMasks
		w.Status |= HasMISOMasks
	}
	a.reset()
}

// window reads a window or a piece of one.
func (f *frameReader) window(tag byte, rec *Record) {
	var status Status
	if tag&winCall != 0 {
		f.call = uint32(f.uvarint())
	}
	if tag&winStatus != 0 {
		status = Status(f.byte())
	}
	switch {
	case tag&winRef != 0:
		f.refer(int(tag&winRefMask), rec)
	case tag&(winMore|winCont) == 0:
		is := f.timing(rec)
		f.bytes(tag, status)
		f.remember(status, is)
	default:
		if tag&winCont != 0 && !f.building {
			status |= Incomplete
		}
		if tag&winMore != 0 {
			f.piece(tag, status)
			return
		}
		f.timing(rec)
		if tag&winCut != 0 {
			rec.Window.Omitted = f.length(MaxWindow)
		}
	}
	if !f.bad {
		f.emit(rec, f.call, status)
	}
}

// piece reads a piece that is not the last.
func (f *frameReader) piece(tag byte, status Status) {
	f.bytes(tag, status)
	if !f.bad {
		f.building = true
		f.caller = f.call
		f.status |= status
	}
}

// timing reads when the window was.
func (f *frameReader) timing(rec *Record) moments {
	gap, wait := f.varint(), f.uvarint()
	b := f.byte()
	ack, dur := uint64(b>>4), uint64(b&15)
	if ack == 15 {
		ack = f.uvarint()
	}
	if dur == 15 {
		dur = f.uvarint()
	}
	f.place(rec, uint64(gap), wait, ack, dur)
	return moments{uint32(gap), uint32(wait), uint32(ack), uint32(dur)}
}

// place says when the window was.
func (f *frameReader) place(rec *Record, gap, wait, ack, dur uint64) {
	f.last += gap + wait + ack + dur
	f.bad = f.bad || f.last > f.limit
	rec.Time = f.time(f.last - ack - dur) // beyond the limit where it is negative
	rec.Window.Wait, rec.Window.Ack, rec.Window.Dur = f.span(wait), f.span(ack), f.span(dur)
}

// refer reads the times of a window whose bytes are those of an earlier one.
func (f *frameReader) refer(back int, rec *Record) {
	is, slot := f.timing(rec), f.seen.slot(back)
	if slot < 0 || f.bad {
		f.bad = true
		return
	}
	f.seen.when[slot] = is
	f.recall(slot)
}

// recall takes the bytes of an earlier window of the frame.
func (f *frameReader) recall(slot int) {
	s := &f.seen.ring[slot]
	f.mosi = append(f.mosi[:0], s.mosi[:]...)[:s.n]
	f.miso = append(f.miso[:0], s.miso[:]...)[:s.n]
}

// remember keeps a short window for references to it.
func (f *frameReader) remember(status Status, is moments) {
	n := len(f.miso)
	if f.bad || n > shortBytes || status&anyMasks != 0 {
		return
	}
	s := shortWindow{n: uint8(n)}
	copy(s.mosi[:], f.mosi)
	copy(s.miso[:], f.miso)
	f.seen.add(&s, is)
}

// bytes reads the bytes of both directions, or none of them if they are bad.
func (f *frameReader) bytes(tag byte, status Status) {
	before := len(f.miso)
	n := int(min(f.uvarint(), MaxWindow+1))
	switch {
	case n > MaxWindow-before:
		f.bad = true
	case n == 0:
		return
	case status&HasMasks != 0:
		f.mosi, f.masks = f.maskedLane(f.mosi, f.masks, n)
	default:
		f.mosi = f.lane(f.mosi, n, tag&winMOSI != 0)
	}
	switch {
	case f.bad:
	case status&HasMISOMasks != 0:
		f.miso, f.misoMasks = f.maskedLane(f.miso, f.misoMasks, n)
	default:
		f.miso = f.lane(f.miso, n, tag&winMISO != 0)
	}
	if f.bad {
		f.truncate(before)
	}
}

// lane appends to dst the n bytes of one direction.
func (f *frameReader) lane(dst []byte, n int, literal bool) []byte {
	if literal {
		k := f.length(n)
		dst = append(dst, f.take(k)...)
		n -= k
	}
	return fill(dst, n, f.byte())
}

// fill appends n times b.
func fill(dst []byte, n int, b byte) []byte {
	if n == 0 {
		return dst
	}
	at := len(dst)
	dst = slices.Grow(dst, n)[:at+n]
	run := dst[at:]
	run[0] = b
	for k := 1; k < n; k *= 2 {
		copy(run[k:], run[:k])
	}
	return dst
}

// maskedLane appends n bytes to dst, with '*' where they were withheld, and to
// masks where that is.
func (f *frameReader) maskedLane(dst []byte, masks []Span, n int) ([]byte, []Span) {
	base, first := len(dst), len(masks)
	at := 0
	for k := f.uvarint(); k > 0 && !f.bad; k-- {
		from := at + f.length(n-at)
		size := f.length(n - from)
		f.bad = f.bad || size == 0 || from == at && at > 0
		masks = append(masks, Span{base + from, size})
		at = from + size
	}
	if f.bad {
		return dst, masks
	}
	for _, m := range masks[first:] {
		dst = append(dst, f.take(m.Off-len(dst))...)
		dst = fill(dst, m.Len, maskByte)
	}
	return append(dst, f.take(base+n-len(dst))...), joinedAt(masks, first)
}

// joinedAt makes one of two spans that were cut where a piece ended.
func joinedAt(masks []Span, k int) []Span {
	if k == 0 || k == len(masks) || masks[k-1].Off+masks[k-1].Len != masks[k].Off {
		return masks
	}
	masks[k-1].Len += masks[k].Len
	return append(masks[:k], masks[k+1:]...)
}
