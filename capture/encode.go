package capture

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// maxTime is the longest uvarint.
const maxTime = 10

// start writes the head of a recording. Labels that do not fit are left out.
func (f *framer) start(at uint64, wall time.Time, labels []Label) {
	space := f.capacity() - 3 - maxTime - 8 - 5
	n := 0
	for n < len(labels) && space >= len(labels[n].Key)+len(labels[n].Value)+4 {
		space -= len(labels[n].Key) + len(labels[n].Value) + 4
		n++
	}
	mark := f.open(tagStart, f.capacity()-3, at)
	var ns uint64
	if !wall.IsZero() {
		ns = uint64(wall.UnixNano())
	}
	f.uint64(ns)
	f.uvarint(uint64(n))
	for _, l := range labels[:n] {
		f.text(l.Key)
		f.text(l.Value)
	}
	f.close(mark)
}

// pin writes the level of a line.
func (f *framer) pin(at uint64, p Pin, high bool) {
	mark := f.open(tagPin, maxTime+2, at)
	f.put(byte(p))
	f.flag(high)
	f.close(mark)
}

// waited writes a wait for READY that timed out.
func (f *framer) waited(at uint64, busy bool, ticks uint64) {
	mark := f.open(tagWait, 2*maxTime+1, at)
	f.flag(busy)
	f.uvarint(ticks)
	f.close(mark)
}

// note writes a remark.
func (f *framer) note(at uint64, text string) {
	text = text[:min(len(text), f.capacity()-3-maxTime)]
	mark := f.open(tagNote, maxTime+len(text), at)
	f.end += copy(f.buf[f.end:], text)
	f.close(mark)
}

// dropped writes that the recorder lost records.
func (f *framer) dropped(at, records uint64) {
	mark := f.open(tagDrop, 2*maxTime, at)
	f.uvarint(records)
	f.close(mark)
}

// maxFields is the most that the numbers and addresses of a call take.
const maxFields = maxTime + 5 + 1 + 5*maxTime + 2*maxTime + 7 + 3*maxTime

// begin writes the begin of a driver call. Texts are cut to what fits.
func (f *framer) begin(at uint64, id uint32, c *Call, tick time.Duration) {
	free := max(f.capacity()-3-maxFields, 0)
	c.Text = c.Text[:min(len(c.Text), free)]
	c.Hostname = c.Hostname[:min(len(c.Hostname), free-len(c.Text))]
	mark := f.open(tagBegin, maxFields+len(c.Text)+len(c.Hostname), at)
	f.uvarint(uint64(id))
	f.put(byte(c.Op))
	for _, field := range c.Op.Spec().Args {
		f.argument(field.Slot, c, tick)
	}
	f.close(mark)
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
		f.text(c.Text)
	case bus.SlotHostname:
		f.text(c.Hostname)
	case bus.SlotSecret:
		f.uvarint(uint64(c.SecretLen))
	case bus.SlotData:
		f.data(c.DataLen, c.DataSum)
	case bus.SlotSize:
		f.uvarint(uint64(c.Size))
	case bus.SlotDeadline:
		f.uvarint(uint64(c.Wait / tick))
	}
}

// finished writes the end of a driver call.
func (f *framer) finished(at uint64, id uint32, op bus.Op, r *Result) {
	text := r.Err[:min(len(r.Err), max(f.capacity()-3-maxFields, 0))]
	mark := f.open(tagEnd, maxFields+len(text), at)
	f.uvarint(uint64(id))
	f.put(byte(op))
	f.text(text)
	if text == "" {
		for _, field := range op.Spec().Results {
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
		f.data(r.DataLen, r.DataSum)
	}
}

// varint appends a signed number, its sign in the lowest bit.
func (f *framer) varint(v int64) { f.uvarint(uint64(v)<<1 ^ uint64(v>>63)) }

// uint64 appends 8 bytes, least significant first.
func (f *framer) uint64(v uint64) {
	binary.LittleEndian.PutUint64(f.buf[f.end:], v)
	f.end += 8
}

// data appends what is kept of a payload.
func (f *framer) data(n int, sum uint32) {
	f.uvarint(uint64(n))
	if n > 0 {
		binary.LittleEndian.PutUint32(f.buf[f.end:], sum)
		f.end += 4
	}
}

// addr appends an IPv4 address and port, or a zero for none.
func (f *framer) addr(a netip.AddrPort) {
	ip := a.Addr().Unmap()
	if !ip.Is4() {
		f.put(0)
		return
	}
	f.put(1)
	b := ip.As4()
	f.bytes(b[:])
	f.put(byte(a.Port() >> 8))
	f.put(byte(a.Port()))
}

// flag appends 1 for true and 0 for false.
func (f *framer) flag(b bool) {
	if b {
		f.put(1)
	} else {
		f.put(0)
	}
}
