package text

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// call writes which call it is, and of which method.
func (w *Writer) call(rec *capture.Record) {
	w.number(" call=", int64(rec.ID))
	w.put(" ")
	if name := rec.Call.Op.Spec().Name; name != "" {
		w.put(name)
	} else {
		w.number("op", int64(rec.Call.Op))
	}
}

func (w *Writer) args(c *capture.Call) {
	for _, f := range c.Op.Spec().Args {
		w.put(" ")
		w.put(f.Name)
		w.put("=")
		w.arg(f.Slot, c)
	}
}

func (w *Writer) arg(slot bus.Slot, c *capture.Call) {
	switch slot {
	case bus.SlotSock:
		w.number("", int64(c.Sock))
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		w.number("", c.Int[slot-bus.SlotInt0])
	case bus.SlotAddr:
		w.addr(c.Addr)
	case bus.SlotText:
		if c.TextMasked {
			w.number("masked:", int64(len(c.Text)))
		} else {
			w.quote(c.Text)
		}
	case bus.SlotHostname:
		w.quote(c.Hostname)
	case bus.SlotSecret:
		w.number("", int64(c.SecretLen))
	case bus.SlotData:
		w.data(c.DataLen, c.DataSum, c.DataMasked)
	case bus.SlotSize:
		w.number("", int64(c.Size))
	case bus.SlotDeadline:
		w.number("", int64(c.Wait))
	}
}

func (w *Writer) result(op bus.Op, r *capture.Result) {
	if r.Err != "" {
		w.put(" error=")
		w.quote(r.Err)
		return
	}
	w.put(" ok")
	for _, f := range op.Spec().Results {
		w.put(" ")
		w.put(f.Name)
		w.put("=")
		switch f.Slot {
		case bus.SlotN:
			w.number("", r.N)
		case bus.SlotAddr:
			w.addr(r.Addr)
		case bus.SlotData:
			w.data(r.DataLen, r.DataSum, r.DataMasked)
		}
	}
}

func (w *Writer) addr(a netip.AddrPort) {
	switch {
	case a.Addr().IsValid():
		w.buf = a.AppendTo(w.buf)
	case a.Port() != 0:
		w.number(":", int64(a.Port()))
	default:
		w.put("none")
	}
}

func (w *Writer) data(n int, sum uint32, masked bool) {
	w.number("", int64(n))
	switch {
	case masked:
		w.put(":masked")
	case n > 0:
		w.put(":")
		for shift := 28; shift >= 0; shift -= 4 {
			w.buf = append(w.buf, hexDigits[sum>>shift&15])
		}
	}
}
