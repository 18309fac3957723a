package edit

import (
	"slices"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// masked is what stands in place of a withheld byte.
const masked = '*'

// Mask returns a Sink that withholds what kinds says from all records before it
// gives them to dst: parameters of requests and replies, of driver calls the
// names of networks and the sums of payloads. Remarks, labels and console text
// are left as they are.
//
// A frame that is damaged is withheld after its header if its command has
// anything to withhold, a part of a window whose beginning is missing all of
// it. What floats on MISO during a request, which may be left from a reply
// before, is withheld unless kinds is Secrets alone.
func Mask(dst Sink, kinds wire.Private) Sink { return &masker{dst: dst, kinds: kinds} }

type masker struct {
	dst        Sink
	kinds      wire.Private
	request    []byte // the last one, with what has been withheld
	mosi, miso []byte
	spans      [][2]int
	changed    capture.Record
}

func (m *masker) Begin(tick, at time.Duration) error { return m.dst.Begin(tick, at) }

func (m *masker) Write(rec *capture.Record) error {
	m.changed = *rec
	switch rec.Kind {
	case capture.KindWindow:
		m.window(&m.changed.Window)
	case capture.KindBegin:
		m.call(&m.changed.Call)
	case capture.KindEnd:
		res := &m.changed.Result
		m.sum(rec.Call.Op, res.DataLen, &res.DataSum, &res.DataMasked)
	}
	return m.dst.Write(&m.changed)
}

// call withholds arguments of a driver call.
func (m *masker) call(c *capture.Call) {
	if m.kinds&wire.SSIDs != 0 && c.Op == bus.OpNetConnect && !c.TextMasked {
		c.Text, c.TextMasked = strings.Repeat(string(masked), len(c.Text)), true
	}
	m.sum(c.Op, c.DataLen, &c.DataSum, &c.DataMasked)
}

// sum withholds the sum of a payload, from which a short one can be found by
// trying. The MAC address is none.
func (m *masker) sum(op bus.Op, n int, sum *uint32, hidden *bool) {
	if m.kinds&wire.Payload != 0 && n > 0 && op != bus.OpGetHardwareAddr {
		*sum, *hidden = 0, true
	}
}

// window withholds bytes of a window.
func (m *masker) window(win *capture.Window) {
	reads := win.Reads()
	partial := win.Status&capture.Incomplete != 0
	spans := m.spans[:0]
	if !reads {
		spans = m.kinds.RequestSpans(spans, win.MOSI)
		if partial && len(win.MOSI) > 0 && win.MOSI[0] != wire.StartByte {
			spans = append(spans, [2]int{0, len(win.MOSI)})
		}
	}
	m.mosi, win.MOSI, win.Masks = hide(m.mosi, win.MOSI, win.Masks, spans)

	switch spans = spans[:0]; {
	case m.kinds&^wire.Secrets == 0:
	case !reads && !fill(win.MISO), partial && len(win.MISO) > 0 && win.MISO[0] != wire.StartByte && !fill(win.MISO):
		spans = append(spans, [2]int{0, len(win.MISO)})
	case reads:
		spans = m.kinds.ReplySpans(spans, m.request, win.MISO)
	}
	m.miso, win.MISO, win.MISOMasks = hide(m.miso, win.MISO, win.MISOMasks, spans)
	m.spans = spans
	if len(win.Masks) > 0 {
		win.Status |= capture.HasMasks
	}
	if len(win.MISOMasks) > 0 {
		win.Status |= capture.HasMISOMasks
	}
	if !reads {
		m.request = append(m.request[:0], win.MOSI...)
	}
}

// fill reports whether p is one byte over and over.
func fill(p []byte) bool {
	return len(p) == 0 || !slices.ContainsFunc(p, func(b byte) bool { return b != p[0] })
}

// hide returns a copy of p, in the memory of room, without the bytes of spans,
// and the masks that it then has.
func hide(room, p []byte, masks []capture.Span, spans [][2]int) (kept, changed []byte, all []capture.Span) {
	if len(spans) == 0 {
		return room, p, masks
	}
	room = append(room[:0], p...)
	all = slices.Clone(masks)
	for _, s := range spans {
		for i := s[0]; i < s[0]+s[1]; i++ {
			room[i] = masked
		}
		all = append(all, capture.Span{Off: s[0], Len: s[1]})
	}
	return room, room, joined(all)
}

// joined puts spans in order and makes one of those that touch or overlap.
func joined(spans []capture.Span) []capture.Span {
	slices.SortFunc(spans, func(a, b capture.Span) int { return a.Off - b.Off })
	out := spans[:0]
	for _, s := range spans {
		if k := len(out) - 1; k >= 0 && s.Off <= out[k].Off+out[k].Len {
			out[k].Len = max(out[k].Len, s.Off+s.Len-out[k].Off)
		} else {
			out = append(out, s)
		}
	}
	return out
}
