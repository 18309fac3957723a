package diff

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// call returns the key of the begin or the end of a driver call, and that of
// the method and its socket.
func (k *keyer) call(rec *capture.Record) (key, kind uint64) {
	k.h.Reset()
	k.number(int64(rec.Kind))
	k.number(int64(rec.Call.Op))
	k.number(int64(rec.Call.Sock))
	kind = k.h.Sum64()
	if rec.Kind == capture.KindBegin {
		k.begin(&rec.Call)
	} else {
		k.end(rec.Call.Op, &rec.Result)
	}
	return k.h.Sum64(), kind
}

// begin adds what a call was given, but for its deadline.
func (k *keyer) begin(c *capture.Call) {
	for _, n := range c.Int {
		k.number(n)
	}
	k.text(c.Text)
	k.text(c.Hostname)
	k.number(int64(c.SecretLen))
	k.number(int64(c.DataLen))
	k.number(int64(c.DataSum))
	k.number(int64(c.Size))
	k.addr(c.Addr)
	if k.all {
		k.number(int64(c.Wait))
	}
}

// end adds what a call returned. Addresses are given, and a MAC is the device's.
func (k *keyer) end(op bus.Op, r *capture.Result) {
	k.text(r.Err)
	k.number(r.N)
	k.number(int64(r.DataLen))
	if op != bus.OpGetHardwareAddr || k.all {
		k.number(int64(r.DataSum))
	}
	if k.all {
		k.addr(r.Addr)
	}
}

// addr adds an address and port.
func (k *keyer) addr(a netip.AddrPort) {
	k.port(a.Port())
	switch ip := a.Addr(); {
	case !ip.Is4():
		k.text(nobody)
	default:
		b := ip.As4()
		k.ip(wire.IP(b).Int())
	}
}
