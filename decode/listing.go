package decode

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// ListingOptions is how a [Listing] shows events. Its zero value is usable.
type ListingOptions struct {
	TextOptions
	All     bool // every poll on a line of its own
	UTC     bool // times of day, as soon as a recording has told its start
	Compact bool // for narrow terminals: times to the microsecond, no differences
}

// A Listing is the text of a trace for people to read: the lines of
// [AppendText], with the time since what is above as a further column,
//
//	16    1.723582797   +462µs    45µs  SEND_DATA_TCP  sock=0 data=63 bytes → count=63
//
// and polls that found what they had found before counted instead of shown, on
// one line each, as soon as something else happens:
//
//	×41    1.912190867  +20.6ms    87µs  GET_CLIENT_STATE_TCP  sock=1 → state=4(ESTABLISHED)  until 2.732778519
//
// which is how many there were, when the first was, the longest wait, and when the
// last was. Nothing else is left out, and nothing changes places. One goroutine at
// a time may use a Listing. Its memory is bounded.
type Listing struct {
	o     ListingOptions
	fold  fold
	last  time.Duration // of what is above
	any   bool          // there is one
	wall  time.Time     // wall clock at start; zero: unknown
	start time.Duration
}

// NewListing returns a Listing of which nothing is shown.
func NewListing(o ListingOptions) *Listing { return &Listing{o: o} }

// Append appends what the event adds to the listing: whole lines, or nothing.
// It keeps nothing of the event.
func (l *Listing) Append(dst []byte, ev *Event) []byte {
	rec := &ev.Record
	switch {
	case l.o.All:
	case ev.Exchange.N == 0:
		if rec.Kind == capture.KindRepeat && l.fold.more(rec) {
			return dst
		}
		dst = l.Flush(dst)
		l.fold.forget()
	case l.fold.count(&ev.Exchange):
		return dst
	default:
		dst = l.Flush(dst)
		defer l.fold.shown(&ev.Exchange)
	}
	if ev.Exchange.N == 0 && rec.Kind == capture.KindStart {
		l.Start(rec)
	}
	p := printer{dst: dst, o: l.o.TextOptions, list: l}
	p.event(ev)
	return p.dst
}

// Start takes the wall clock of a start record. Append does it too: it is for
// records that are not in the listing.
func (l *Listing) Start(rec *capture.Record) { l.wall, l.start = rec.Wall, rec.Time }

// Flush appends the polls that are counted and not shown. Call it at the end.
func (l *Listing) Flush(dst []byte) []byte {
	p := printer{dst: dst, o: l.o.TextOptions, list: l}
	var last time.Duration
	for _, i := range l.fold.order {
		p.polls(&l.fold.polls[i])
		last = max(last, l.fold.polls[i].last)
	}
	l.last = max(l.last, last)
	l.fold.reset()
	return p.dst
}

// Indent returns how many columns there are before the text of a line.
func (l *Listing) Indent() int {
	width := numberWidth + 2 + l.timeWidth() + 2 + waitWidth + 2
	if !l.o.Compact {
		width += 2 + deltaWidth
	}
	return width
}

// polls appends the line of polls that were counted. A single one looks as if
// it had not been.
func (p *printer) polls(x *polled) {
	if x.n == 1 && x.number > 0 {
		p.columns(x.number, x.first)
	} else {
		p.times(x.n)
		p.moment(x.first)
	}
	from := len(p.dst)
	if x.number > 0 {
		p.span(x.wait)
	}
	p.alignRight(from, waitWidth)
	p.put("  ")
	p.said(x.read())
	if x.last > x.first {
		p.put("  until ")
		p.dst = p.list.appendTime(p.dst, x.last)
	}
	p.put("\n")
}

// appendTime appends a time as the listing has it.
func (l *Listing) appendTime(dst []byte, t time.Duration) []byte {
	if !l.o.UTC || l.wall.IsZero() {
		return l.appendSeconds(dst, t)
	}
	layout := "2006-01-02T15:04:05.000000000Z"
	if l.o.Compact {
		layout = "2006-01-02T15:04:05.000000Z"
	}
	return l.wall.Add(t-l.start).UTC().AppendFormat(dst, layout)
}

// appendSeconds appends a time since the start.
func (l *Listing) appendSeconds(dst []byte, t time.Duration) []byte {
	dst = appendSeconds(dst, t)
	if l.o.Compact {
		dst = dst[:len(dst)-3]
	}
	return dst
}

// timeWidth returns how wide the column of times is.
func (l *Listing) timeWidth() int {
	width := timeWidth
	if l.o.UTC {
		width = utcWidth
	}
	if l.o.Compact {
		width -= 3
	}
	return width
}

// utcWidth is the width of a time of day with its date.
const utcWidth = 30

// difference returns how long after what is above t is, and whether that is
// shown.
func (l *Listing) difference(t time.Duration) (d time.Duration, ok bool) {
	d, ok = t-l.last, l.any && t != l.last
	l.last, l.any = t, true
	return d, ok
}
