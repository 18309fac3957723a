package capture

import "github.com/ninatrace/ninatrace/wifinina/bus"

// beginCall reads the begin of a driver call.
func (f *frameReader) beginCall(rec *Record) {
	rec.Kind = KindBegin
	rec.ID = bus.CallID(f.uvarint())
	c := &rec.Call
	c.Op = bus.Op(f.byte())
	for _, field := range c.Op.Spec().Args {
		f.argument(field.Slot, c)
	}
}

func (f *frameReader) argument(slot bus.Slot, c *Call) {
	switch slot {
	case bus.SlotSock:
		c.Sock = int(f.varint())
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		c.Int[slot-bus.SlotInt0] = f.varint()
	case bus.SlotAddr:
		c.Addr = f.addr()
	case bus.SlotText:
		c.Text, c.TextMasked = f.hideable()
	case bus.SlotHostname:
		c.Hostname = f.string(MaxText)
	case bus.SlotSecret:
		c.SecretLen = f.length(maxLength)
	case bus.SlotData:
		c.DataLen, c.DataSum, c.DataMasked = f.data()
	case bus.SlotSize:
		c.Size = f.length(maxLength)
	case bus.SlotDeadline:
		c.Wait = f.span(f.uvarint())
	}
}

// endCall reads the end of a driver call.
func (f *frameReader) endCall(rec *Record) {
	rec.Kind = KindEnd
	rec.ID = bus.CallID(f.uvarint())
	rec.Call.Op = bus.Op(f.byte())
	res := &rec.Result
	res.Err = f.string(MaxText)
	if res.Err != "" {
		return
	}
	for _, field := range rec.Call.Op.Spec().Results {
		switch field.Slot {
		case bus.SlotN:
			res.N = f.varint()
		case bus.SlotAddr:
			res.Addr = f.addr()
		case bus.SlotData:
			res.DataLen, res.DataSum, res.DataMasked = f.data()
		}
	}
}
