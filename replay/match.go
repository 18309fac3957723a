package replay

import (
	"hash/crc32"
	"net/netip"
	"strings"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// same reports whether a call is the recorded one.
func (rc *recordedCall) same(c *bus.Call) bool {
	rec := &rc.begin.Call
	if rec.Op != c.Op {
		return false
	}
	for _, f := range c.Op.Spec().Args {
		if !rc.sameArgument(f.Slot, c) {
			return false
		}
	}
	return true
}

// sameArgument compares one argument. Of a deadline only whether there is one
// counts, of a secret only the length.
func (rc *recordedCall) sameArgument(slot bus.Slot, c *bus.Call) bool {
	rec := &rc.begin.Call
	switch slot {
	case bus.SlotSock:
		return rec.Sock == c.Sock
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		return rec.Int[slot-bus.SlotInt0] == c.Int[slot-bus.SlotInt0]
	case bus.SlotAddr:
		return rec.Addr == keptAddr(c.Addr)
	case bus.SlotText:
		return sameText(rec.Text, c.Text) || rec.TextMasked && len(rec.Text) == len(c.Text)
	case bus.SlotHostname:
		return sameText(rec.Hostname, c.Hostname)
	case bus.SlotSecret:
		return rec.SecretLen == len(c.Secret)
	case bus.SlotData:
		return rec.DataLen == len(c.Data) && (rc.blind || rec.DataMasked || rec.DataSum == sum(c.Data))
	case bus.SlotSize:
		return rec.Size == c.Size
	case bus.SlotDeadline:
		return (rec.Wait == 0) == c.Deadline.IsZero()
	}
	return true
}

// keptAddr returns an address as a trace keeps it: IPv4, or the port alone.
func keptAddr(a netip.AddrPort) netip.AddrPort {
	ip := a.Addr().Unmap()
	if !ip.Is4() {
		ip = netip.Addr{}
	}
	return netip.AddrPortFrom(ip, a.Port())
}

// cutFrom is the shortest that a recorder of little memory cuts a text to.
const cutFrom = 100

// sameText compares a text with the recorded one, of which a recorder may have
// cut the end.
func sameText(rec, s string) bool {
	return rec == s || len(rec) >= cutFrom && strings.HasPrefix(s, rec)
}

// sum returns the checksum by which a trace knows a payload.
func sum(data []byte) uint32 { return crc32.ChecksumIEEE(data) }

// sameResult reports whether a call returned what the recorded one did.
func sameResult(op bus.Op, rec *capture.Result, r *bus.Result) bool {
	if (rec.Err == "") != (r.Err == nil) || !sameText(rec.Err, errorText(r.Err)) {
		return false
	}
	if r.Err != nil {
		return true
	}
	for _, f := range op.Spec().Results {
		switch {
		case f.Slot == bus.SlotN && rec.N != r.N,
			f.Slot == bus.SlotAddr && rec.Addr != keptAddr(r.Addr),
			f.Slot == bus.SlotData && (rec.DataLen != len(r.Data) || !rec.DataMasked && rec.DataSum != sum(r.Data)):
			return false
		}
	}
	return true
}

// errorText returns the text by which a trace knows an error, "" for none.
func errorText(err error) string {
	switch {
	case err == nil:
		return ""
	case err.Error() == "":
		return "error"
	}
	return err.Error()
}
