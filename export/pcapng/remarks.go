package pcapng

import (
	"bytes"
	"strconv"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// maxRemarks is how many remarks wait for a packet; further ones are counted.
const maxRemarks = 32

// remarks are the records that become comments of the next packet.
type remarks struct {
	waiting []remark
	more    int // behind those that wait
}

// A remark is the line of text of a record. One of a loss knows how many
// records are missing, at least.
type remark struct {
	at      time.Duration
	text    []byte
	lost    bool
	records uint64
}

// remarkable reports whether a record becomes a comment.
func remarkable(rec *capture.Record) bool {
	switch rec.Kind {
	case capture.KindLoss, capture.KindStart, capture.KindNote:
		return true
	}
	return rec.Kind == capture.KindPin && rec.Pin == capture.PinReset
}

// missing returns how many records a loss means at least: every frame that did
// not come had one.
func missing(l *capture.Loss) uint64 { return l.Records + l.Frames }

// add takes the record of an event.
func (r *remarks) add(ev *decode.Event, o decode.TextOptions) {
	rec := &ev.Record
	if len(r.waiting) == maxRemarks {
		r.more++
		last := &r.waiting[maxRemarks-1]
		last.lost = last.lost || rec.Kind == capture.KindLoss
		last.records += missing(&rec.Loss)
		return
	}
	r.waiting = append(r.waiting, remark{
		at:      rec.Time,
		text:    bytes.TrimSpace(decode.AppendText(nil, ev, o)),
		lost:    rec.Kind == capture.KindLoss,
		records: missing(&rec.Loss),
	})
}

// due says how many of the remarks belong to a packet at the given time, and
// what they say is missing before it.
func (r *remarks) due(at time.Duration) (n int, lost bool, records uint64) {
	for _, m := range r.waiting {
		if m.at > at {
			break
		}
		n++
		lost = lost || m.lost
		records += m.records
	}
	return n, lost, records
}

// write makes the first n remarks comments of b and forgets them.
func (r *remarks) write(b *block, n int) {
	for _, m := range r.waiting[:n] {
		b.comment(m.text)
	}
	if r.more > 0 && n == len(r.waiting) {
		b.comment(strconv.AppendInt([]byte("remarks left out: "), int64(r.more), 10))
		r.more = 0
	}
	r.waiting = r.waiting[:copy(r.waiting, r.waiting[n:])]
}
