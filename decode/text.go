package decode

import (
	"unicode/utf8"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// TextOptions is how [AppendText] shows events. Its zero value is usable.
type TextOptions struct {
	Payload int  // how many bytes of a payload to show; negative: all
	Color   bool // with ANSI colours
}

// AppendText appends the event for people to read, with a newline, and returns
// the extended slice. An exchange is one line:
//
//	12    1.726104971   181µs  GET_REMOTE_DATA       sock=0 → ip=127.0.0.1 port=21081
//
// number, seconds since the start, the wait for the reply, command, arguments
// and results, and behind an exclamation mark what was out of order. Codes have
// their names behind them. A record has a mark instead of a command: ── a
// driver call, ══ a start or a reset, ·· another change on the link, ## a note,
// │ console text, which may be several lines, !! a loss.
//
// Whatever the trace holds, the text has no control character of it and no
// escape sequence but those of Color, and is valid UTF-8.
func AppendText(dst []byte, ev *Event, o TextOptions) []byte {
	p := printer{dst: dst, o: o}
	p.event(ev)
	return p.dst
}

// A printer appends text.
type printer struct {
	dst  []byte
	o    TextOptions
	list *Listing // which the line is part of; may be nil
}

// event appends the line of an event.
func (p *printer) event(ev *Event) {
	if ev.Exchange.N != 0 {
		p.exchange(&ev.Exchange)
	} else {
		p.record(&ev.Record)
	}
}

// The colours.
const (
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	blue   = "\x1b[34m"
	cyan   = "\x1b[36m"
	plain  = "\x1b[0m"
)

// color turns a colour on; plain turns it off.
func (p *printer) color(c string) {
	if p.o.Color {
		p.dst = append(p.dst, c...)
	}
}

// put appends text that is known to be safe.
func (p *printer) put(s string) { p.dst = append(p.dst, s...) }

// colored appends safe text in a colour.
func (p *printer) colored(c, s string) {
	p.color(c)
	p.put(s)
	p.color(plain)
}

// Widths of the columns.
const (
	numberWidth = 5
	timeWidth   = 13
	deltaWidth  = 7
	waitWidth   = 6
	nameWidth   = 20
)

const blanks = "                                "

// alignRight pads what was appended since from on its left.
func (p *printer) alignRight(from, width int) {
	n := width - utf8.RuneCount(p.dst[from:])
	if n <= 0 {
		return
	}
	p.put(blanks[:n])
	copy(p.dst[from+n:], p.dst[from:len(p.dst)-n])
	copy(p.dst[from:], blanks[:n])
}

// exchange appends the line of an exchange.
func (p *printer) exchange(ex *Exchange) {
	p.columns(ex.N, ex.Time)
	from := len(p.dst)
	if ex.Request.Bytes != nil && ex.Reply.Bytes != nil {
		p.span(ex.Wait)
	}
	p.alignRight(from, waitWidth)
	p.put("  ")
	p.said(ex)
	p.put("\n")
}

// said appends what an exchange says, behind the columns.
func (p *printer) said(ex *Exchange) {
	name := ex.Name()
	p.colored(cyan, name)
	if n := nameWidth - len(name); n > 0 && len(ex.Args) > 0 {
		p.put(blanks[:n])
	}
	p.args(ex)
	p.put(" → ")
	p.outcome(ex)
	p.raw(ex)
	p.findings(ex.Findings)
	p.omitted(ex)
}

func (p *printer) args(ex *Exchange) {
	sep := "  "
	for i := range ex.Args {
		p.put(sep)
		f := ex.arg(i)
		p.field(&f, ex.Cmd)
		sep = " "
	}
}

// outcome appends the results, and how the exchange ended if not well.
func (p *printer) outcome(ex *Exchange) {
	spec := ex.Reply.Message.Spec()
	switch {
	case ex.Status == Error:
		p.colored(yellow, "error reply")
	case ex.Status == NoReply:
		p.colored(red, "no reply")
	case ex.Status == Malformed:
		p.colored(red, "malformed")
		if len(ex.Results) > 0 {
			p.put(" ")
		}
	case spec != nil && spec.Kind == wire.Always:
		p.put("error reply, as always")
	case spec != nil && spec.Kind == wire.OrEmpty && len(ex.Results) == 0:
		p.colored(yellow, "failed")
	case len(ex.Results) == 0 && (spec == nil || spec.Kind != wire.Repeated):
		p.put("ok")
	}
	p.results(ex)
}

func (p *printer) results(ex *Exchange) {
	first, list := ex.repeated()
	sep := ""
	for i := range first {
		p.put(sep)
		f := ex.result(i)
		p.field(&f, ex.Cmd)
		sep = " "
	}
	if list == "" {
		return
	}
	p.put(sep)
	p.put(list)
	p.put("=[")
	sep = ""
	for i := first; i < len(ex.Results); i++ {
		p.put(sep)
		f := ex.result(i)
		p.value(&f)
		sep = " "
	}
	p.put("]")
}

// raw appends the bytes of what could not be read.
func (p *printer) raw(ex *Exchange) {
	if ex.Status != Malformed {
		return
	}
	for _, t := range []*Transaction{&ex.Request, &ex.Reply} {
		if t.Bytes == nil || t.Message.Err == 0 {
			continue
		}
		p.put(" <")
		p.hex(t.Bytes, rawBytes)
		p.put(">")
	}
}

// omitted appends how much of the exchange was left out by choice.
func (p *printer) omitted(ex *Exchange) {
	if n := ex.Request.Window.Omitted + ex.Reply.Window.Omitted; n > 0 {
		p.put(",")
		p.count(int64(n), "byte", " left out")
	}
}

// rawBytes is how much of a damaged frame is shown.
const rawBytes = 32

func (p *printer) findings(list []string) {
	sep := "  ! "
	for _, f := range list {
		p.colored(yellow, sep)
		p.colored(yellow, f)
		sep = "; "
	}
}

// record appends the line of a record.
func (p *printer) record(rec *capture.Record) {
	p.columns(0, rec.Time)
	p.put(blanks[:waitWidth+2])
	p.what(rec)
	p.put("\n")
}

// what appends what a record says.
func (p *printer) what(rec *capture.Record) {
	switch rec.Kind {
	case capture.KindStart:
		p.start(rec)
	case capture.KindBegin:
		p.begin(rec)
	case capture.KindEnd:
		p.end(rec)
	case capture.KindPin:
		p.pin(rec)
	case capture.KindWait:
		p.waited(rec)
	case capture.KindWindow:
		p.window(&rec.Window)
	case capture.KindNote:
		p.colored(dim, "## ")
		p.clean(rec.Text)
	case capture.KindText:
		p.console(rec)
	case capture.KindLoss:
		p.loss(&rec.Loss)
	case capture.KindRepeat:
		p.repeat(&rec.Repeat)
	}
}
