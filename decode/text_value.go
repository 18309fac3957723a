package decode

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// field appends name, value, and what the value means if it is a code.
func (p *printer) field(f *field, c wire.Command) {
	if f.Name == "" {
		p.put("p")
		p.dst = strconv.AppendInt(p.dst, int64(f.n), 10)
	}
	p.put(f.Name)
	p.put("=")
	p.value(f)
	if !f.Type.Number() {
		return
	}
	if s := f.meaning(c); s != "" && s != strconv.Itoa(int(f.val.Uint8())) {
		p.put("(")
		p.put(s)
		p.put(")")
	}
}

// meaning returns the name of a code in command c, the number for a code
// without one, and "" for what is no code.
func (f *field) meaning(c wire.Command) string {
	code := f.val.Uint8()
	switch {
	case f.Name == "state":
		return wire.TCPState(code).String()
	case f.Name == "encryption" && c == wire.GetIdxEncT && f.natural:
		return wire.AuthMode(code).Encryption().String()
	case f.Name == "encryption":
		return wire.Encryption(code).String()
	case f.Name == "reason":
		return wire.Reason(code).String()
	case f.Name == "status" && c == wire.GetConnStatus:
		return wire.Status(code).String()
	case f.Name == "errno" && c == wire.SocketErrno:
		return wire.Errno(code).String()
	case f.Name == "mode" && (c == wire.StartClientTCP || c == wire.StartServerTCP):
		return wire.Mode(code).String()
	case c == wire.GetSocket && code == wire.NoSlot, f.Name == "fd" && code == wire.NoFD:
		return "none"
	}
	return ""
}

// value appends the value alone.
func (p *printer) value(f *field) {
	switch {
	case f.masked:
		p.size(len(f.val.Bytes()))
		p.put(" withheld")
	case f.Type == wire.F32LE:
		p.dst = strconv.AppendFloat(p.dst, float64(f.val.Float32()), 'g', -1, 32)
	case f.Type == wire.IPv4, f.Type == wire.MAC:
		p.dst = f.appendAddr(p.dst)
	case f.Type.Number():
		p.dst = f.appendNumber(p.dst)
	case f.Type == wire.String, f.Type == wire.CString:
		p.quote(f.text(), maxQuote)
	default:
		p.blob(f.val.Bytes())
	}
}

// maxQuote is how much is shown of a text, such as a host name.
const maxQuote = 256

// size appends a number of bytes.
func (p *printer) size(n int) {
	p.dst = strconv.AppendInt(p.dst, int64(n), 10)
	if n == 1 {
		p.put(" byte")
	} else {
		p.put(" bytes")
	}
}

// blob appends the size of a payload and the beginning of it, as text if that
// is what it is.
func (p *printer) blob(b []byte) {
	p.size(len(b))
	part := preview(b, p.o.Payload)
	if len(part) == 0 {
		return
	}
	p.put(" ")
	if readable(part) {
		p.quote(b, len(part))
	} else {
		p.hex(b, len(part))
	}
}

// readable reports whether b is what a person would call text.
func readable(b []byte) bool {
	for _, c := range b {
		if (c < 0x20 || c >= 0x7F) && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// quote appends at most n bytes of a text in quotes, as a Go string.
func (p *printer) quote(b []byte, n int) {
	part := preview(b, n)
	p.dst = strconv.AppendQuote(p.dst, string(part))
	p.ellipsis(b, part)
}

// hex appends at most n bytes in hexadecimal.
func (p *printer) hex(b []byte, n int) {
	part := preview(b, n)
	p.dst = appendHex(p.dst, part)
	p.ellipsis(b, part)
}

func (p *printer) ellipsis(whole, part []byte) {
	if len(part) < len(whole) {
		p.put("…")
	}
}

// clean appends a text as it is, except for what could harm a terminal.
func (p *printer) clean(b []byte) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			p.escape(rune(b[0]))
		case unicode.IsPrint(r):
			p.dst = append(p.dst, b[:n]...)
		default:
			p.escape(r)
		}
		b = b[n:]
	}
}

// escape appends a character by its number.
func (p *printer) escape(r rune) {
	if r < 0x100 {
		p.dst = append(p.dst, '\\', 'x', hexDigits[r>>4], hexDigits[r&15])
		return
	}
	p.put(`\u{`)
	p.dst = strconv.AppendInt(p.dst, int64(r), 16)
	p.put("}")
}

// span appends a duration in at most six characters, if it is not absurd.
func (p *printer) span(d time.Duration) {
	switch {
	case d < time.Microsecond:
		p.scaled(d, 1, 0, "ns")
	case d < 10*time.Millisecond:
		p.scaled(d, time.Microsecond, 0, "µs")
	case d < 100*time.Millisecond:
		p.scaled(d, time.Millisecond, 1, "ms")
	case d < 10*time.Second:
		p.scaled(d, time.Millisecond, 0, "ms")
	default:
		p.scaled(d, time.Second, 1, "s")
	}
}

// scaled appends d in a unit, with one digit behind the point or none, the even
// one of two that are as near.
func (p *printer) scaled(d, unit time.Duration, digits int, name string) {
	if digits > 0 {
		unit /= 10
	}
	n, rest := d/unit, d%unit
	if rest*2 > unit || rest*2 == unit && n%2 == 1 {
		n++
	}
	if digits > 0 {
		p.dst = strconv.AppendInt(p.dst, int64(n/10), 10)
		p.dst = append(p.dst, '.', byte('0'+n%10))
	} else {
		p.dst = strconv.AppendInt(p.dst, int64(n), 10)
	}
	p.put(name)
}
