package ledger

import (
	"encoding/json"
	"net/netip"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// MarshalJSON returns the call as docs/json.md has it.
func (c *DriverCall) MarshalJSON() ([]byte, error) {
	j := struct {
		ID        uint64         `json:"id"`
		Op        string         `json:"op"`
		Begin     json.Number    `json:"t,omitempty"`
		Lasted    json.Number    `json:"lasted,omitempty"`
		Exchanges int            `json:"exchanges"`
		First     int            `json:"first,omitempty"`
		Last      int            `json:"last,omitempty"`
		Args      map[string]any `json:"args,omitempty"`
		Done      bool           `json:"done"`
		Error     string         `json:"error,omitempty"`
		Result    map[string]any `json:"result,omitempty"`
	}{ID: uint64(c.ID), Op: c.Op.String(), Exchanges: c.Exchanges, First: c.First, Last: c.Last, Done: c.Done, Error: c.Result.Err}
	if c.Begun {
		j.Begin = seconds(c.Begin)
		j.Args = fields(c.Op.Spec().Args, func(s bus.Slot) any { return argument(&c.Call, s) })
	}
	if c.Begun && c.Done {
		j.Lasted = seconds(c.End - c.Begin)
	}
	if c.Done && c.Result.Err == "" {
		j.Result = fields(c.Op.Spec().Results, func(s bus.Slot) any { return result(&c.Result, s) })
	}
	return json.Marshal(j)
}

// fields names the values of a call.
func fields(list []bus.Field, value func(bus.Slot) any) map[string]any {
	m := make(map[string]any, len(list))
	for _, f := range list {
		m[f.Name] = value(f.Slot)
	}
	return m
}

// A size is what is kept of payload and secrets.
type size struct {
	Len int `json:"len"`
}

// argument returns an argument of a call.
func argument(c *capture.Call, s bus.Slot) any {
	switch s {
	case bus.SlotSock:
		return c.Sock
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		return c.Int[s-bus.SlotInt0]
	case bus.SlotAddr:
		return address(c.Addr)
	case bus.SlotText:
		if c.TextMasked {
			return size{len(c.Text)}
		}
		return c.Text
	case bus.SlotHostname:
		return c.Hostname
	case bus.SlotSecret:
		return size{c.SecretLen}
	case bus.SlotData:
		return size{c.DataLen}
	case bus.SlotSize:
		return c.Size
	case bus.SlotDeadline:
		return seconds(c.Wait)
	}
	return nil
}

// result returns a result of a call.
func result(r *capture.Result, s bus.Slot) any {
	switch s {
	case bus.SlotN:
		return r.N
	case bus.SlotAddr:
		return address(r.Addr)
	case bus.SlotData:
		return size{r.DataLen}
	}
	return nil
}

// address returns an address and port, of which the address may be unknown.
func address(a netip.AddrPort) any {
	ip := ""
	if a.Addr().IsValid() {
		ip = a.Addr().String()
	}
	return struct {
		IP   string `json:"ip,omitempty"`
		Port uint16 `json:"port"`
	}{ip, a.Port()}
}
