package decode

import (
	"net/netip"
	"strconv"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// begin appends the begin of a driver call with its arguments.
func (p *printer) begin(rec *capture.Record) {
	c := &rec.Call
	p.colored(blue, "── ")
	p.colored(blue, c.Op.String())
	p.put("(")
	for i, f := range c.Op.Spec().Args {
		if i > 0 {
			p.put(", ")
		}
		p.put(f.Name)
		p.put("=")
		p.callArg(f.Slot, c)
	}
	p.put(")")
}

// callArg appends one argument of a driver call.
func (p *printer) callArg(slot bus.Slot, c *capture.Call) {
	switch slot {
	case bus.SlotSock:
		p.dst = strconv.AppendInt(p.dst, int64(c.Sock), 10)
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		p.dst = strconv.AppendInt(p.dst, c.Int[slot-bus.SlotInt0], 10)
	case bus.SlotAddr:
		p.addr(c.Addr)
	case bus.SlotText:
		if c.TextMasked {
			p.size(len(c.Text))
			p.put(" withheld")
			return
		}
		p.quote([]byte(c.Text), maxQuote)
	case bus.SlotHostname:
		p.quote([]byte(c.Hostname), maxQuote)
	case bus.SlotSecret:
		p.size(c.SecretLen)
		p.put(" withheld")
	case bus.SlotData:
		p.size(c.DataLen)
	case bus.SlotSize:
		p.dst = strconv.AppendInt(p.dst, int64(c.Size), 10)
	case bus.SlotDeadline:
		if c.Wait == 0 {
			p.put("none")
		} else {
			p.put("+")
			p.span(c.Wait)
		}
	}
}

// end appends the end of a driver call with what it returned.
func (p *printer) end(rec *capture.Record) {
	p.colored(blue, "── ")
	p.colored(blue, rec.Call.Op.String())
	p.put(" →")
	res := &rec.Result
	results := rec.Call.Op.Spec().Results
	switch {
	case res.Err != "":
		p.color(red)
		p.put(" error: ")
		p.clean([]byte(res.Err))
		p.color(plain)
		return
	case len(results) == 0:
		p.put(" ok")
	}
	for _, f := range results {
		p.put(" ")
		p.put(f.Name)
		p.put("=")
		p.callResult(f.Slot, res)
	}
}

// callResult appends one result of a driver call.
func (p *printer) callResult(slot bus.Slot, res *capture.Result) {
	switch slot {
	case bus.SlotN:
		p.dst = strconv.AppendInt(p.dst, res.N, 10)
	case bus.SlotAddr:
		p.addr(res.Addr)
	case bus.SlotData:
		p.size(res.DataLen)
	}
}

// addr appends an address and port.
func (p *printer) addr(a netip.AddrPort) {
	switch {
	case a.IsValid():
		p.dst = a.AppendTo(p.dst)
	case a.Port() != 0:
		p.put(":")
		p.dst = strconv.AppendUint(p.dst, uint64(a.Port()), 10)
	default:
		p.put("none")
	}
}
