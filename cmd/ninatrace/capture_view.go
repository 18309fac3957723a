package main

import (
	"io"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// A view is what is seen of a capture while it goes on. One goroutine watches
// the trace; any may use the other methods.
type view struct {
	screen *screen
	decode bool // show decoded events, not only console text
	color  bool
	log    bool   // the trace is made of a log
	limit  int    // exchanges after which enough is called; 0: no limit
	enough func() // ends the capture

	mu     sync.Mutex
	sum    decode.Summary
	texts  int64 // bytes of console text
	frames bool  // there was a frame, or a dump in a log

	shown  int64 // where in the trace the console text ends that was shown
	cr     bool  // and whether its last character was a return
	list   *decode.Listing
	line   []byte
	result error // why there is no trace
}

// watch follows the trace to its end.
func (v *view) watch(trace io.Reader) {
	v.result = each(decode.NewDecoder(trace), func(ev *decode.Event) error {
		v.mu.Lock()
		defer v.mu.Unlock()
		if rec := &ev.Record; ev.Exchange.N == 0 && rec.Kind == capture.KindText {
			v.text(rec)
			return nil
		}
		v.frames = v.frames || !v.log || ev.Exchange.N != 0 || ev.Record.Kind == capture.KindWindow
		if ev.Record.Kind == capture.KindLoss && ev.Record.Loss.Cut {
			return nil // a capture may end anywhere
		}
		v.sum.Add(ev)
		if v.limit > 0 && v.sum.Exchanges == v.limit {
			v.enough()
		}
		if v.decode {
			v.event(ev)
		}
		return nil
	})
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.list != nil {
		v.print(v.list.Flush(v.line[:0]))
	}
}

// event shows an event as a part of the listing.
func (v *view) event(ev *decode.Event) {
	if v.list == nil {
		v.list = decode.NewListing(decode.ListingOptions{TextOptions: decode.TextOptions{Payload: 16, Color: v.color}})
	}
	v.print(v.list.Append(v.line[:0], ev))
}

func (v *view) print(lines []byte) {
	v.line = lines
	if len(lines) > 0 {
		v.screen.print(lines)
	}
}

// early shows console text whose end is not there yet.
func (v *view) early(at int64, text []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.text(&capture.Record{Kind: capture.KindText, Time: v.sum.Duration, Offset: at, Text: text})
}

// text shows of console text what was not shown yet.
func (v *view) text(rec *capture.Record) {
	end := rec.Offset + int64(len(rec.Text))
	fresh := min(end-v.shown, int64(len(rec.Text)))
	if fresh <= 0 {
		return
	}
	rec.Text = rec.Text[int64(len(rec.Text))-fresh:]
	v.shown = end
	v.texts += fresh
	if v.decode {
		v.event(&decode.Event{Record: *rec})
		return
	}
	v.print(v.readable(v.line[:0], rec.Text))
}

// readable appends console text with nothing in it that could change a
// terminal: ends of lines and tabs stay, U+FFFD stands for the rest.
func (v *view) readable(dst, text []byte) []byte {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		if v.cr && r != '\n' && r != '\r' {
			dst = append(dst, '\n') // a line that is written over
		}
		v.cr = r == '\r'
		switch {
		case v.cr:
		case r == '\n' || r == '\t' || unicode.IsGraphic(r):
			dst = utf8.AppendRune(dst, r)
		default:
			dst = utf8.AppendRune(dst, unicode.ReplacementChar)
		}
	}
	return dst
}

// A glance is what a view has seen so far.
type glance struct {
	exchanges, calls int
	lost             decode.Lost
	texts            int64
	frames           bool
}

func (v *view) glance() glance {
	v.mu.Lock()
	defer v.mu.Unlock()
	return glance{v.sum.Exchanges, v.sum.Calls, v.sum.Lost, v.texts, v.frames}
}
