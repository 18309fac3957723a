package capture

import "bytes"

// timing is when a window was, in ticks, and what else it has besides its
// bytes.
type timing struct {
	end    uint64 // deselect
	wait   uint64
	ack    uint64
	dur    uint64
	call   uint32
	status Status
}

// maxTiming is the longest head and times of a window: tag, call, status, gap,
// wait, the byte of ack and dur with both in full, and what was left out.
const maxTiming = 1 + 5 + 1 + 2*maxVarint + 1 + 2*maxVarint + 3

// maxShort is the longest record of a short window.
const maxShort = maxTiming + 1 + 2*(1+shortBytes+1)

// winHead appends the tag of a window or an exchange, with the call and the status it needs.
func (f *framer) winHead(tag byte, call uint32, status Status) {
	if call != f.call {
		tag |= winCall
	}
	if status != 0 {
		tag |= winStatus
	}
	f.put(tag)
	if call != f.call {
		f.uvarint(uint64(call))
		f.call = call
	}
	if status != 0 {
		f.put(byte(status))
	}
}

// times appends when the window was. The gap is what lies between the last
// record and the beginning of the wait; it is negative where another record
// was written meanwhile.
func (f *framer) times(t *timing) {
	gap := int64(t.end - f.last - t.wait - t.ack - t.dur)
	f.spans(gap, t.wait, t.ack, t.dur)
	f.last = t.end
}

// spans appends the times of a window.
func (f *framer) spans(gap int64, wait, ack, dur uint64) {
	f.varint(gap)
	f.uvarint(wait)
	f.put(byte(min(ack, 15)<<4 | min(dur, 15)))
	if ack >= 15 {
		f.uvarint(ack)
	}
	if dur >= 15 {
		f.uvarint(dur)
	}
}

// short writes a whole short window.
func (f *framer) short(w *shortWindow, t *timing) {
	slot := f.seen.find(w)
	if slot >= 0 && (f.paired(slot, t) || f.hold(slot, t)) {
		return
	}
	if !f.reserve(maxShort) {
		f.miss(t.end)
		return
	}
	if slot >= 0 && f.seen.n > 0 { // in the same frame still
		if !f.hold(slot, t) {
			f.refer(slot, t)
		}
		return
	}
	is, _ := f.moments(t)
	mosi, miso := w.mosi[:w.n], w.miso[:w.n]
	fills := allFill(mosi, miso)
	f.winHead(winBit|fills^(winMOSI|winMISO), t.call, t.status)
	f.times(t)
	f.uvarint(uint64(w.n))
	if w.n > 0 {
		f.lane(mosi, fills&winMOSI != 0)
		f.lane(miso, fills&winMISO != 0)
	}
	f.seen.add(w, is)
}

// finish writes the end of a window whose bytes went out in pieces, and how
// many of its bytes were left out by choice. Where the line had no room for the
// first piece, the window is counted; where it had none for another, the window
// is incomplete, and there is spare room for its end.
func (f *framer) finish(t *timing, omitted int) {
	if !f.begun {
		if f.torn || !f.reserve(pieceHead+maxTiming) {
			f.torn = false
			f.miss(t.end)
			return
		}
		f.winHead(winBit|winMore, t.call, 0)
		f.uvarint(0) // all bytes were left out
	}
	if f.torn {
		t.status |= Incomplete
	}
	f.reserve(maxTiming)
	f.begun, f.torn = false, false
	tag := winBit | winCont
	if omitted > 0 {
		tag |= winCut
	}
	f.winHead(tag, t.call, t.status)
	f.times(t)
	if omitted > 0 {
		f.uvarint(uint64(omitted))
	}
}

// pieceHead is the longest piece without its bytes: tag, call, status, length
// and per direction a length and a fill byte.
const pieceHead = 1 + 5 + 1 + 3 + 2*(3+1)

// maxMask is the longest span of a mask; maxMasks of them fit a piece.
const (
	maxMask  = 3 + 3
	maxMasks = 8
)

// A lanes is n bytes of a window, both directions, and what of them is masked.
// A direction that is shorter goes on with its last byte, and with FF where it
// is empty; one with masks is not shorter.
type lanes struct {
	mosi, miso           []byte
	n                    int
	mosiMasks, misoMasks [][2]int
}

// fills returns the tag bits of the directions that are one byte over and over
// and not masked.
func (l *lanes) fills() byte {
	fills := allFill(l.mosi, l.miso)
	if len(l.mosiMasks) > 0 {
		fills &^= winMOSI
	}
	if len(l.misoMasks) > 0 {
		fills &^= winMISO
	}
	return fills
}

// pieces writes bytes of a window that is not over, in as many pieces as the
// frames need. Masked bytes are left out; pieces returns what there is of masks
// of mosi beyond these bytes. There are at most MaxWindow. Where the line is
// full, the rest of the window is left out.
func (f *framer) pieces(l lanes, call uint32) [][2]int {
	for l.n > 0 && !f.torn {
		n, ok := f.fit(&l)
		if !ok {
			f.torn = true
			break
		}
		f.piece(&lanes{
			mosi: l.mosi[:min(n, len(l.mosi))], mosiMasks: clip(&f.cut, l.mosiMasks, n),
			miso: l.miso[:min(n, len(l.miso))], misoMasks: clip(&f.cutMISO, l.misoMasks, n), n: n,
		}, call)
		l.mosi, l.mosiMasks = rest(l.mosi, n), shift(l.mosiMasks, n)
		l.miso, l.misoMasks = rest(l.miso, n), shift(l.misoMasks, n)
		l.n -= n
	}
	return l.mosiMasks
}

// rest returns what follows the first n bytes of a direction, which goes on
// with its last byte.
func rest(p []byte, n int) []byte {
	if n < len(p) {
		return p[n:]
	}
	return p[max(len(p)-1, 0):]
}

// fit returns how many of the bytes the next piece can have, for which there
// is room then, and whether the line is not full.
func (f *framer) fit(l *lanes) (n int, ok bool) {
	n = l.n
	head := pieceHead
	for _, masks := range [...][][2]int{l.mosiMasks, l.misoMasks} {
		if len(masks) > 0 {
			head += 1 + maxMasks*maxMask
		}
		if len(masks) > maxMasks {
			n = min(n, masks[maxMasks][0])
		}
	}
	if !f.reserve(head + shortBytes) {
		return 0, false
	}
	switch l.fills() {
	case 0:
		n = min(n, (f.room()-head)/2)
	case winMOSI, winMISO:
		n = min(n, f.room()-head)
	}
	return n, true
}

// piece writes one piece; there is room for it.
func (f *framer) piece(l *lanes, call uint32) {
	fills := l.fills()
	tag := winBit | winMore | fills ^ (winMOSI | winMISO)
	if f.begun {
		tag |= winCont
	}
	f.begun = true
	var status Status
	if len(l.mosiMasks) > 0 {
		status = HasMasks
	}
	if len(l.misoMasks) > 0 {
		status |= HasMISOMasks
	}
	f.winHead(tag, call, status)
	f.uvarint(uint64(l.n))
	if len(l.mosiMasks) > 0 {
		f.maskedLane(l.mosi, l.mosiMasks)
	} else {
		f.lane(l.mosi, fills&winMOSI != 0)
	}
	if len(l.misoMasks) > 0 {
		f.maskedLane(l.miso, l.misoMasks)
	} else {
		f.lane(l.miso, fills&winMISO != 0)
	}
}

// allFill returns the tag bits of the directions that are one byte over and
// over.
func allFill(mosi, miso []byte) byte {
	var fills byte
	if isFill(mosi) {
		fills = winMOSI
	}
	if isFill(miso) {
		fills |= winMISO
	}
	return fills
}

// isFill reports whether p is one byte over and over.
func isFill(p []byte) bool { return len(p) < 2 || bytes.Equal(p[1:], p[:len(p)-1]) }

// lane writes the bytes of one direction: the number before the run of equal
// bytes at the end, these bytes, and the byte of the run. A direction that is
// nothing but the run is that byte alone. No bytes stand for FF.
func (f *framer) lane(p []byte, fill bool) {
	if len(p) == 0 {
		f.put(idle)
		return
	}
	if !fill {
		n := len(p) - 1
		for n > 0 && p[n-1] == p[n] {
			n--
		}
		f.uvarint(uint64(n))
		f.bytes(p[:n])
	}
	f.put(p[len(p)-1])
}

// maskedLane writes p without its masked spans: how many spans, each as the
// distance from the one before and its length, and the bytes that are left.
func (f *framer) maskedLane(p []byte, masks [][2]int) {
	f.uvarint(uint64(len(masks)))
	at := 0
	for _, m := range masks {
		f.uvarint(uint64(m[0] - at))
		f.uvarint(uint64(m[1]))
		at = m[0] + m[1]
	}
	at = 0
	for _, m := range masks {
		f.bytes(p[at:m[0]])
		at = m[0] + m[1]
	}
	f.bytes(p[at:])
}
