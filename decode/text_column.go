package decode

import (
	"strconv"
	"time"
)

// columns appends number and time. A number of 0 is left blank.
func (p *printer) columns(n int, t time.Duration) {
	p.color(dim)
	from := len(p.dst)
	if n > 0 {
		p.dst = strconv.AppendInt(p.dst, int64(n), 10)
	}
	p.alignRight(from, numberWidth)
	p.moment(t)
}

// times appends how many there are in the place of a number.
func (p *printer) times(n uint64) {
	p.color(dim)
	from := len(p.dst)
	p.put("×")
	p.dst = strconv.AppendUint(p.dst, n, 10)
	p.alignRight(from, numberWidth)
}

// moment appends the time, and in a listing the difference to what is above,
// and ends their colour.
func (p *printer) moment(t time.Duration) {
	p.put("  ")
	from := len(p.dst)
	if p.list == nil {
		p.dst = appendSeconds(p.dst, t)
		p.alignRight(from, timeWidth)
	} else {
		p.dst = p.list.appendTime(p.dst, t)
		p.alignRight(from, p.list.timeWidth())
		p.delta(t)
	}
	p.color(plain)
	p.put("  ")
}

// delta appends the difference to what is above.
func (p *printer) delta(t time.Duration) {
	d, ok := p.list.difference(t)
	if p.list.o.Compact {
		return
	}
	p.put("  ")
	from := len(p.dst)
	switch {
	case !ok:
	case d < 0: // a record that came between a request and its reply
		p.put("-")
		p.span(-d)
	default:
		p.put("+")
		p.span(d)
	}
	p.alignRight(from, deltaWidth)
}
