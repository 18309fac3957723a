package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ninatrace/ninatrace/decode/ledger"
)

// Colours, as Wireshark has them for the two directions.
const (
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	blue   = "\x1b[34m"
	plain  = "\x1b[0m"
)

// marks and sideColors are how the two directions are shown.
var (
	marks      = [...]string{ledger.Host: "→ ", ledger.Peer: "← "}
	sideColors = [...]string{ledger.Host: red, ledger.Peer: blue}
)

// missing says what of a piece cannot be shown, "" for nothing.
func missing(d *ledger.Data) string {
	switch n := d.Len - len(d.Bytes); {
	case d.Withheld:
		return count(n, "byte") + " withheld"
	case n > 0:
		return count(n, "byte") + " left out by the recorder"
	case d.Times > 1:
		return fmt.Sprintf("the same again, %d times", d.Times-1)
	}
	return ""
}

// caption says what a socket is, and in the end how it ended.
func caption(ev *ledger.Event) string {
	c := ev.Conv
	if ev.Kind == ledger.EventOpened {
		return fmt.Sprintf("══ %d: %s, %s %d, opened by %s at %.9fs", c.ID, c.Kind, c.Engine, c.Sock, opened(c), ev.Time.Seconds())
	}
	return fmt.Sprintf("══ %d: peer %s, %s bytes sent, %s received, ended by %s", c.ID, peerText(c),
		amount(c.Sent, c.SentDatagrams), amount(c.Received, c.ReceivedDatagrams), endText(c))
}

// gapText is what is shown where the trace may have a hole.
const gapText = "!! bytes may be missing here"

// A rawView writes the bytes.
type rawView struct {
	out  io.Writer
	errs io.Writer
}

func (v *rawView) step(ev *ledger.Event) error {
	switch ev.Kind {
	case ledger.EventGap:
		warn(v.errs, "exchange %d, %.6fs: bytes may be missing", ev.Exchange, ev.Time.Seconds())
	case ledger.EventData:
		return v.bytes(ev)
	}
	return nil
}

// maxRepeated is how many bytes raw writes of what a trace counts only.
const maxRepeated = 1 << 20

// bytes writes a piece, as often as it went over. What is not written is told.
func (v *rawView) bytes(ev *ledger.Event) error {
	d := ev.Data
	for ; d.Times > 1 && d.Times*int64(d.Len) <= maxRepeated; d.Times-- {
		if _, err := v.out.Write(d.Bytes); err != nil {
			return err
		}
	}
	if what := missing(&d); what != "" {
		warn(v.errs, "exchange %d, %.6fs: %s", ev.Exchange, ev.Time.Seconds(), what)
	}
	_, err := v.out.Write(d.Bytes)
	return err
}

// A hexView shows each piece in hexadecimal.
type hexView struct {
	out   *bufio.Writer
	color bool
	at    [2]int64 // offset in each direction
}

func (v *hexView) step(ev *ledger.Event) error {
	switch ev.Kind {
	case ledger.EventOpened, ledger.EventClosed:
		fmt.Fprintln(v.out, caption(ev))
	case ledger.EventGap:
		fmt.Fprintf(v.out, "%s, exchange %d\n", gapText, ev.Exchange)
	case ledger.EventData:
		v.piece(ev)
	}
	return v.failed()
}

// failed returns the error of writing.
func (v *hexView) failed() error {
	_, err := v.out.Write(nil)
	return err
}

func (v *hexView) piece(ev *ledger.Event) {
	d := &ev.Data
	if v.color {
		v.out.WriteString(sideColors[d.From])
	}
	fmt.Fprintf(v.out, "%s#%d %.9fs %s%s\n", marks[d.From], ev.Exchange, ev.Time.Seconds(), count(d.Len, "byte"), about(d))
	for i := 0; i < len(d.Bytes); i += 16 {
		row := hex.Dump(d.Bytes[i:min(i+16, len(d.Bytes))])
		fmt.Fprintf(v.out, "  %08x%s", v.at[d.From]+int64(i), row[8:])
	}
	if what := missing(d); what != "" {
		fmt.Fprintf(v.out, "  %s\n", what)
	}
	v.at[d.From] += int64(d.Len) * d.Times
	if v.color {
		v.out.WriteString(plain)
	}
}

// about says what else is known of a piece.
func about(d *ledger.Data) string {
	text := ""
	if d.Datagram {
		text = ", a datagram"
	}
	if d.Partial {
		text = ", a part of a datagram"
	}
	if d.Peer.IsValid() {
		text += ", " + d.Peer.String()
	}
	if d.Broadcast {
		text += ", to all clients"
	}
	return text
}

// A textView shows a socket as lines of text. A piece goes on in the line of the
// one before if it is of the same direction.
type textView struct {
	out   *bufio.Writer
	color bool
	begun bool // a line is, of this direction
	from  ledger.Side
}

func (v *textView) step(ev *ledger.Event) error {
	switch ev.Kind {
	case ledger.EventOpened, ledger.EventClosed:
		v.remark(caption(ev))
	case ledger.EventGap:
		v.remark(gapText)
	case ledger.EventData:
		v.piece(&ev.Data)
	}
	_, err := v.out.Write(nil)
	return err
}

// remark prints a line of ours.
func (v *textView) remark(text string) {
	v.breakLine()
	fmt.Fprintln(v.out, text)
}

// breakLine ends the line that is begun.
func (v *textView) breakLine() {
	if v.begun {
		v.stop()
	}
}

func (v *textView) begin(from ledger.Side) {
	v.begun, v.from = true, from
	if v.color {
		v.out.WriteString(sideColors[from])
	}
	v.out.WriteString(marks[from])
}

func (v *textView) stop() {
	v.begun = false
	if v.color {
		v.out.WriteString(plain)
	}
	v.out.WriteByte('\n')
}

func (v *textView) piece(d *ledger.Data) {
	if d.Datagram || d.From != v.from {
		v.breakLine()
	}
	text := string(d.Bytes)
	for text != "" {
		line, rest, more := strings.Cut(text, "\n")
		if !v.begun {
			v.begin(d.From)
		}
		v.out.WriteString(printable(strings.TrimSuffix(line, "\r")))
		if more {
			v.stop()
		}
		text = rest
	}
	if what := missing(d); what != "" {
		if !v.begun {
			v.begin(d.From)
		}
		v.out.WriteString("[" + what + "]")
	}
	if d.Datagram {
		v.emptyLine(d)
	}
}

// emptyLine ends a datagram, also one without bytes.
func (v *textView) emptyLine(d *ledger.Data) {
	if d.Len == 0 {
		v.begin(d.From)
	}
	v.breakLine()
}

// printable returns text in which what is no text, or could harm a terminal, is
// \xNN.
func printable(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == '\t' || unicode.IsPrint(r) && (r != utf8.RuneError || n > 1) {
			b.WriteString(s[:n])
		} else {
			for _, c := range []byte(s[:n]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		}
		s = s[n:]
	}
	return b.String()
}
