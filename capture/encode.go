package capture

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// open begins a record that has a length and needs at most n bytes of body
// besides its time; the caller passes what open returns to close. The length
// takes two bytes and is filled in at the end. Where the line is full, the
// record is counted instead.
func (f *framer) open(tag byte, n int, at uint64) (mark int, ok bool) {
	if !f.reserve(1 + 2 + maxVarint + n) {
		f.miss(at)
		return 0, false
	}
	f.put(tag)
	mark = f.end
	f.end += 2
	f.since(at)
	return mark, true
}

// close fills in the length of the record begun at mark.
func (f *framer) close(mark int) {
	n := f.end - mark - 2
	f.buf[mark] = byte(n) | 0x80
	f.buf[mark+1] = byte(n >> 7)
}

// space is how long a body can be besides its time.
func (f *framer) space() int { return min(f.capacity()-3, maxBody) - maxVarint }

// start writes the head of a recording, in a frame of its own: whatever becomes
// of the rest, the file can be told to be a trace. Labels that do not fit are
// left out.
func (f *framer) start(at uint64, wall time.Time, labels []Label) {
	const fixed = 8 + 1
	space := f.space() - fixed
	n, need := 0, 0
	for n < min(len(labels), MaxLabels) {
		l := labels[n]
		need += 2 + min(len(l.Key), MaxLabel) + 2 + min(len(l.Value), MaxLabel)
		if need > space {
			break
		}
		n++
	}
	mark, ok := f.open(tagStart, fixed+min(need, space), at)
	if !ok {
		return
	}
	var ns uint64
	if !wall.IsZero() {
		ns = uint64(wall.UnixNano())
	}
	f.uint64(ns)
	f.uvarint(uint64(n))
	for _, l := range labels[:n] {
		f.text(cut(l.Key, MaxLabel))
		f.text(cut(l.Value, MaxLabel))
	}
	f.close(mark)
	f.seal()
}

// pin writes the level of a line.
func (f *framer) pin(at uint64, p Pin, high bool, call uint32) {
	mark, ok := f.open(tagPin, 2+maxCall, at)
	if !ok {
		return
	}
	f.put(byte(p))
	f.flag(high)
	f.uvarint(uint64(call))
	f.close(mark)
}

// waited writes a wait for READY that no select followed.
func (f *framer) waited(at uint64, busy bool, s Status, ticks uint64, call uint32) {
	mark, ok := f.open(tagWait, 2+maxVarint+maxCall, at)
	if !ok {
		return
	}
	f.flag(busy)
	f.put(byte(s))
	f.uvarint(ticks)
	f.uvarint(uint64(call))
	f.close(mark)
}

// note writes a remark.
func (f *framer) note(at uint64, text string) {
	text = cut(text, min(f.space(), MaxText))
	mark, ok := f.open(tagNote, len(text), at)
	if !ok {
		return
	}
	f.end += copy(f.buf[f.end:], text)
	f.close(mark)
}

// dropped writes that the recorder lost records, the first of them span ago.
func (f *framer) dropped(at, records, span uint64) {
	mark, ok := f.open(tagDrop, 2*maxVarint, at)
	if !ok {
		return
	}
	f.uvarint(records)
	f.uvarint(span)
	f.close(mark)
}

// lost writes what was missing in a trace that is being copied.
func (f *framer) lost(at uint64, l *Loss) {
	mark, ok := f.open(tagLost, 3*maxVarint+2, at)
	if !ok {
		return
	}
	f.uvarint(l.Frames)
	f.uvarint(uint64(max(l.Bytes, 0)))
	f.uvarint(l.Records)
	f.flag(l.Joined)
	f.flag(l.Cut)
	f.close(mark)
}

// maxCall is the longest call number, and maxID the longest head of a call
// record: call number and op.
const (
	maxCall = 5
	maxID   = maxCall + 1
)

// begin writes the begin of a driver call. Texts are cut to what fits.
func (f *framer) begin(at uint64, id uint32, c *Call, tick time.Duration) {
	args := c.Op.Spec().Args
	fixed := maxID + widest(args)
	space := f.space() - fixed
	kept := *c
	kept.Text = cut(c.Text, min(space, MaxText))
	kept.Hostname = cut(c.Hostname, min(space-len(kept.Text), MaxText))
	mark, ok := f.open(tagBegin, fixed+len(kept.Text)+len(kept.Hostname), at)
	if !ok {
		return
	}
	f.uvarint(uint64(id))
	f.put(byte(c.Op))
	for _, field := range args {
		f.argument(field.Slot, &kept, tick)
	}
	f.close(mark)
}

// widest is the most that the fields take, of texts the length only.
func widest(fields []bus.Field) int {
	n := 0
	for _, field := range fields {
		switch field.Slot {
		case bus.SlotText, bus.SlotHostname:
			n += 2
		case bus.SlotSecret, bus.SlotSize:
			n += 5
		case bus.SlotAddr:
			n += 1 + 4 + 2
		case bus.SlotData:
			n += 5 + 4
		default:
			n += maxVarint
		}
	}
	return n
}

func (f *framer) argument(slot bus.Slot, c *Call, tick time.Duration) {
	switch slot {
	case bus.SlotSock:
		f.varint(int64(c.Sock))
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		f.varint(c.Int[slot-bus.SlotInt0])
	case bus.SlotAddr:
		f.addr(c.Addr)
	case bus.SlotText:
		f.hideable(c.Text, c.TextMasked)
	case bus.SlotHostname:
		f.text(c.Hostname)
	case bus.SlotSecret:
		f.length(c.SecretLen)
	case bus.SlotData:
		f.data(c.DataLen, c.DataSum, c.DataMasked)
	case bus.SlotSize:
		f.length(c.Size)
	case bus.SlotDeadline:
		f.uvarint(min(uint64(max(c.Wait, 0)/tick), f.limit))
	}
}

// finished writes the end of a driver call.
func (f *framer) finished(at uint64, id uint32, op bus.Op, r *Result) {
	results := op.Spec().Results
	fixed := maxID + 2 + widest(results)
	text := cut(r.Err, min(f.space()-fixed, MaxText))
	mark, ok := f.open(tagEnd, fixed+len(text), at)
	if !ok {
		return
	}
	f.uvarint(uint64(id))
	f.put(byte(op))
	f.text(text)
	if text == "" {
		for _, field := range results {
			f.result(field.Slot, r)
		}
	}
	f.close(mark)
}

func (f *framer) result(slot bus.Slot, r *Result) {
	switch slot {
	case bus.SlotN:
		f.varint(r.N)
	case bus.SlotAddr:
		f.addr(r.Addr)
	case bus.SlotData:
		f.data(r.DataLen, r.DataSum, r.DataMasked)
	}
}
