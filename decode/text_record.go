package decode

import (
	"bytes"
	"strconv"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// start appends the begin of a recording and its labels.
func (p *printer) start(rec *capture.Record) {
	p.colored(blue, "══ recording starts")
	if !rec.Wall.IsZero() {
		p.put(" ")
		p.dst = rec.Wall.UTC().AppendFormat(p.dst, time.RFC3339Nano)
	}
	for _, l := range rec.Labels {
		p.put(" ")
		p.clean([]byte(l.Key))
		p.put("=")
		p.quote([]byte(l.Value), maxQuote)
	}
}

// pin appends a change of a line.
func (p *printer) pin(rec *capture.Record) {
	level := " low"
	if rec.High {
		level = " high"
	}
	switch {
	case rec.Pin == capture.PinReset && rec.High:
		p.colored(blue, "══ RESETN high, the coprocessor boots")
		return
	case rec.Pin == capture.PinReset:
		p.colored(blue, "══ RESETN low, the coprocessor is in reset")
		return
	case rec.Pin == capture.PinFloat:
		level = ""
	}
	p.put("·· ")
	p.put(rec.Pin.String())
	p.put(level)
}

// waited appends a wait for READY that no select followed.
func (p *printer) waited(rec *capture.Record) {
	switch s := rec.Window.Status; {
	case s&capture.WaitTimedOut != 0:
		p.put("·· READY is still not ")
	case s&capture.TxFailed != 0:
		p.put("·· the bus failed in waiting for READY ")
	default:
		p.put("·· no select although READY went ")
	}
	if rec.High {
		p.put("high after ")
	} else {
		p.put("low after ")
	}
	p.span(rec.Window.Wait)
}

// window appends a window that is part of no exchange.
func (p *printer) window(w *capture.Window) {
	p.put("·· ")
	if w.Status&capture.Incomplete == 0 {
		p.put(FindZeroClock)
	} else {
		p.put("a part of a window <")
		p.hex(w.MOSI, rawBytes)
		p.put("> <")
		p.hex(w.MISO, rawBytes)
		p.put(">")
	}
	for _, f := range windowFindings {
		if w.Status&f.bit != 0 {
			p.put("; ")
			p.put(f.text)
		}
	}
}

// console appends console text, each line of it on its own.
func (p *printer) console(rec *capture.Record) {
	text := bytes.TrimRight(rec.Text, "\r\n")
	for i := 0; ; i++ {
		line, rest, more := bytes.Cut(text, []byte{'\n'})
		if i > 0 {
			p.put("\n")
			p.columns(0, rec.Time)
			p.put(blanks[:waitWidth+2])
		}
		p.colored(dim, "│ ")
		p.clean(bytes.TrimRight(line, "\r"))
		if !more {
			return
		}
		text = rest
	}
}

// repeat appends how often an exchange happened again.
func (p *printer) repeat(r *capture.Repeat) {
	p.put("·· the same again, ")
	p.dst = strconv.AppendUint(p.dst, r.N, 10)
	p.put(" times")
	if r.N > 1 {
		p.put(" in ")
		p.span(r.Span)
	}
}

// loss appends what is missing.
func (p *printer) loss(l *capture.Loss) {
	p.color(red)
	p.put("!!")
	p.count(int64(l.Frames), "frame", " lost")
	p.count(int64(l.Records), "record", " dropped by the recorder")
	if l.Span > 0 {
		p.put(" in ")
		p.span(l.Span)
	}
	p.count(l.Bytes, "byte", " damaged")
	if l.Joined {
		p.put(" begins inside a recording")
	}
	if l.Cut {
		p.put(" ends inside a frame")
	}
	p.color(plain)
}

// count appends how many of something there are, unless there are none.
func (p *printer) count(n int64, what, how string) {
	if n == 0 {
		return
	}
	p.put(" ")
	p.dst = strconv.AppendInt(p.dst, n, 10)
	p.put(" ")
	p.put(what)
	if n != 1 {
		p.put("s")
	}
	p.put(how)
}
