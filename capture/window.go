package capture

import "bytes"

// A span of time and what else a window has besides its bytes, in ticks.
type timing struct {
	end    uint64 // deselect
	wait   uint64
	ack    uint64
	dur    uint64
	call   uint32
	status Status
}

// maxTiming is the longest head and times of a window: tag, call, status, gap,
// wait, and the byte of ack and dur with both in full.
const maxTiming = 1 + 5 + 1 + 10 + 10 + 1 + 10 + 10

// maxShort is the longest record of a short window.
const maxShort = maxTiming + 1 + 2*(1+shortBytes+1)

// head appends the tag of a window, with the call and the status it needs.
func (f *framer) winHead(tag byte, t *timing) {
	if t.call != f.call {
		tag |= winCall
	}
	if t.status != 0 {
		tag |= winStatus
	}
	f.put(tag)
	if t.call != f.call {
		f.uvarint(uint64(t.call))
		f.call = t.call
	}
	if t.status != 0 {
		f.put(byte(t.status))
	}
}

// times appends when the window was. The gap is what lies between the last
// record and the beginning of the wait; it is negative where another record
// was written meanwhile.
func (f *framer) times(t *timing) {
	gap := int64(t.end - f.last - t.wait - t.ack - t.dur)
	f.uvarint(uint64(gap)<<1 ^ uint64(gap>>63))
	f.uvarint(t.wait)
	ack, dur := min(t.ack, 15), min(t.dur, 15)
	f.put(byte(ack<<4 | dur))
	if ack == 15 {
		f.uvarint(t.ack)
	}
	if dur == 15 {
		f.uvarint(t.dur)
	}
	f.last = t.end
}

// short writes a whole window of one short transfer.
func (f *framer) short(w *shortWindow, t *timing) {
	f.reserve(maxShort)
	if back := f.seen.find(w); back >= 0 {
		f.winHead(winBit|winRef|byte(back), t)
		f.times(t)
		return
	}
	mosi, miso := w.mosi[:w.n], w.miso[:w.n]
	f.winHead(winBit|literals(mosi, miso), t)
	f.times(t)
	f.uvarint(uint64(w.n))
	f.lane(mosi)
	f.lane(miso)
	f.seen.add(w)
}

// finish writes the end of a window whose bytes went out in pieces.
func (f *framer) finish(t *timing) {
	f.reserve(maxTiming)
	f.winHead(winBit|winCont, t)
	f.times(t)
}

// pieceHead is the longest piece without its bytes: tag, call, status, length
// and per direction a length and a fill byte.
const pieceHead = 1 + 5 + 1 + 3 + 2*(3+1)

// maxMask is the longest span of a mask; maxMasks spans fit a piece.
const (
	maxMask  = 3 + 3
	maxMasks = 8
)

// pieces writes bytes of a window that is not over, in as many pieces as the
// frames need. first says that the window begins here. The masked spans of
// mosi are left out.
func (f *framer) pieces(mosi, miso []byte, masks [][2]int, call uint32, first bool) {
	overhead := pieceHead
	if len(masks) > 0 {
		overhead += 1 + maxMasks*maxMask
	}
	for len(mosi) > 0 {
		f.reserve(overhead + shortBytes)
		n := len(mosi)
		if lanes := literalLanes(mosi, miso, masks); lanes > 0 {
			n = min(n, (f.room()-overhead)/lanes)
		}
		f.piece(mosi[:n], miso[:n], f.clip(masks, n), call, first)
		mosi, miso, masks = mosi[n:], miso[n:], shift(masks, n)
		first = false
	}
}

// literalLanes is how many of the two directions have bytes to write down.
func literalLanes(mosi, miso []byte, masks [][2]int) int {
	lanes := 0
	if len(masks) > 0 || !isFill(mosi) {
		lanes++
	}
	if !isFill(miso) {
		lanes++
	}
	return lanes
}

// piece writes one piece; there is room for it.
func (f *framer) piece(mosi, miso []byte, masks [][2]int, call uint32, first bool) {
	tag := winBit | winMore | literals(mosi, miso)
	if !first {
		tag |= winCont
	}
	t := timing{call: call}
	if len(masks) > 0 {
		tag |= winMOSI
		t.status = HasMasks
	}
	f.winHead(tag, &t)
	f.uvarint(uint64(len(mosi)))
	switch {
	case len(masks) > 0:
		f.maskedLane(mosi, masks)
	default:
		f.lane(mosi)
	}
	f.lane(miso)
}

// literals returns the tag bits of the directions that are not all one byte.
func literals(mosi, miso []byte) byte {
	var tag byte
	if !isFill(mosi) {
		tag |= winMOSI
	}
	if !isFill(miso) {
		tag |= winMISO
	}
	return tag
}

// isFill reports whether p is one byte over and over.
func isFill(p []byte) bool { return len(p) < 2 || bytes.Equal(p[1:], p[:len(p)-1]) }

// trailing is the length of the run of equal bytes at the end of p.
func trailing(p []byte) int {
	i := len(p) - 1
	for i > 0 && p[i-1] == p[i] {
		i--
	}
	return len(p) - i
}

// lane writes the bytes of one direction: the number before the run at the
// end, these bytes, and the byte of the run. A direction that is nothing but
// the run is that byte alone, which the tag says.
func (f *framer) lane(p []byte) {
	if len(p) == 0 {
		return
	}
	if !isFill(p) {
		n := len(p) - trailing(p)
		f.uvarint(uint64(n))
		f.bytes(p[:n])
	}
	f.put(p[len(p)-1])
}

// maskedLane writes mosi without its masked spans: how many spans, each as the
// distance from the one before and its length, and the bytes that are left.
func (f *framer) maskedLane(mosi []byte, masks [][2]int) {
	f.uvarint(uint64(len(masks)))
	at := 0
	for _, m := range masks {
		f.uvarint(uint64(m[0] - at))
		f.uvarint(uint64(m[1]))
		at = m[0] + m[1]
	}
	at = 0
	for _, m := range masks {
		f.bytes(mosi[at:m[0]])
		at = m[0] + m[1]
	}
	f.bytes(mosi[at:])
}
