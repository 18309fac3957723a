package ledger

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A repeatable is what the exchange before did that counts each time.
type repeatable struct {
	c      *conversation // nil: nothing
	data   Data          // with bytes that stay
	insert bool          // it was added to the datagram in the making
}

// maxSmall is how long the payload of an exchange can be that a recorder counts
// instead of recording it again; it is less.
const maxSmall = 256

// maxTimes is how many repeats are believed. A board does not do more in years.
const maxTimes = 1 << 32

// small copies payload of an exchange that may be repeated, nil if it is too
// long for that.
func (l *Ledger) small(b []byte) []byte {
	if len(b) > maxSmall {
		return nil
	}
	l.payload = append(l.payload[:0], b...)
	return l.payload
}

// again takes up that the exchange before happened n times more.
func (l *Ledger) again(n uint64, at time.Duration) {
	r := &l.last
	if r.c == nil || n == 0 {
		return
	}
	l.now.Exchange, l.now.Time = l.exchanges, at
	if !r.insert {
		r.data.Times = int64(min(n, maxTimes))
		l.tellData(r.c, r.data)
		return
	}
	p := piece{bytes: r.data.Bytes, len: r.data.Len, withheld: r.data.Withheld}
	for ; n > 0 && r.c.out.len < wire.MaxDatagram && p.len > 0; n-- {
		r.c.out.add(p, wire.MaxDatagram)
	}
}
