package ledger

import (
	"net/netip"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A side is one direction of an exchange.
type side struct {
	params []wire.Param // as the table has them
	vals   []wire.Value // of those that are no fillers
	frame  []byte       // what vals are views of
	known  int          // how many bytes of it were recorded
	masks  []capture.Span
	good   bool // its values can be relied on
	failed bool // it is the error frame
}

// request returns the side of the request. The firmware reads parameters
// where they are, whatever is wrong behind them (quirk fixed-offsets).
func request(ex *decode.Exchange) side {
	t, m := &ex.Request, &ex.Request.Message
	s := side{vals: ex.Args, frame: t.Bytes, known: len(t.Bytes), masks: t.Window.Masks}
	s.good = t.Window.Status&capture.Incomplete == 0
	if s.good && t.Window.Omitted > 0 && m.Err != 0 {
		m = new(wire.Message)
		s.frame = filled(t)
		s.vals, *m = wire.ParseRequest(nil, s.frame, ex.Family)
	}
	if f := m.Form(); f != nil {
		s.params = f.Params
	}
	return s
}

// reply returns the side of the reply. One that is out of order may be noise.
func reply(ex *decode.Exchange) side {
	t, m := &ex.Reply, &ex.Reply.Message
	if t.Bytes == nil || t.Window.Status&capture.Incomplete != 0 {
		return side{}
	}
	s := side{vals: ex.Results, frame: t.Bytes, known: len(t.Bytes), masks: t.Window.MISOMasks, failed: m.ErrorReply}
	s.good = m.Err == 0 || m.Err == wire.ErrPadding
	if t.Window.Omitted > 0 && m.Err == wire.ErrTruncated {
		m = new(wire.Message)
		s.frame = filled(t)
		s.vals, *m = wire.ParseReply(nil, s.frame, ex.Cmd, ex.Family, 0)
		s.good = m.Err == wire.ErrEnd
	}
	if spec := m.Spec(); spec != nil {
		s.params = spec.Reply
	}
	return s
}

// filled returns a frame with zeros for the bytes that the recorder was told to
// leave out: they were payload, whose length is in front of it.
func filled(t *decode.Transaction) []byte {
	frame := make([]byte, len(t.Bytes)+t.Window.Omitted)
	copy(frame, t.Bytes)
	return frame
}

// value returns the parameter of a name.
func (s *side) value(name string) (wire.Value, bool) {
	i := 0
	for j := range s.params {
		p := &s.params[j]
		switch {
		case !s.good || i >= len(s.vals):
			return wire.Value{}, false
		case p.Type == wire.Filler:
			continue
		case p.Name == name:
			return s.vals[i], true
		}
		i++
	}
	return wire.Value{}, false
}

// number returns a parameter that is one, 0 if it is not there.
func (s *side) number(name string) int {
	v, _ := s.value(name)
	return int(v.Int())
}

// sock returns the slot or descriptor of a request.
func (s *side) sock() (uint8, bool) {
	v, ok := s.value("sock")
	return v.Uint8(), ok
}

// peer returns the address and port, zero if they are not both there or the
// address is 0.0.0.0.
func (s *side) peer() netip.AddrPort {
	ip, ok := s.value("ip")
	port, ok2 := s.value("port")
	if !ok || !ok2 || ip.Int() == 0 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(netip.AddrFrom4(ip.IP()), port.Uint16())
}

// A piece is payload, of which not all needs to be known.
type piece struct {
	bytes    []byte
	len      int
	withheld bool
}

// data returns the payload.
func (s *side) data() (piece, bool) {
	v, ok := s.value("data")
	b := v.Bytes()
	p := piece{bytes: b, len: len(b)}
	from := cap(s.frame) - cap(b) // a value is a view of the frame
	if from > s.known {
		return p, false // its length was left out, too
	}
	for _, m := range s.masks {
		if len(b) > 0 && m.Off < from+len(b) && from < m.Off+m.Len {
			p.bytes, p.withheld = nil, true
			return p, ok
		}
	}
	if len(b) > 0 {
		p.bytes = b[:max(min(len(b), s.known-from), 0)]
	}
	return p, ok
}

// first returns the first n bytes of the payload.
func (p piece) first(n int) piece {
	p.len = n
	p.bytes = p.bytes[:min(n, len(p.bytes))]
	return p
}

// add appends a payload, of which at most limit bytes in all.
func (p *piece) add(q piece, limit int) {
	q = q.first(min(q.len, max(limit-p.len, 0)))
	if len(p.bytes) == p.len { // else there is a hole
		p.bytes = append(p.bytes, q.bytes...)
	}
	p.len += q.len
	p.withheld = p.withheld || q.withheld
}

// A verdict is what a reply says that is 1 for good.
type verdict uint8

const (
	unclear verdict = iota // no reply that could be read
	no
	yes
)

// says returns the verdict of a reply.
func (s *side) says() verdict {
	switch {
	case !s.good:
		return unclear
	case !s.failed && len(s.vals) > 0 && s.vals[0].Int() == 1:
		return yes
	}
	return no
}
