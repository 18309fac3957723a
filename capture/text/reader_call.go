package text

import (
	"strconv"
	"strings"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// numbered returns N of a word that is a prefix with N behind it.
func numbered(word, prefix string) (uint8, bool) {
	digits, ok := strings.CutPrefix(word, prefix)
	n, err := strconv.ParseUint(digits, 10, 8)
	return uint8(n), ok && err == nil
}

// ops are the methods by name.
var ops = func() map[string]bus.Op {
	m := map[string]bus.Op{}
	for op := 0; op < 256; op++ {
		if name := bus.Op(op).Spec().Name; name != "" {
			m[name] = bus.Op(op)
		}
	}
	return m
}()

// call reads which call it is, and of which method.
func call(l *line, rec *capture.Record) {
	l.want(" call=")
	rec.ID = bus.CallID(l.unsigned(1<<32 - 1))
	l.want(" ")
	at := l.at
	word := l.word(" ")
	op, ok := ops[word]
	if !ok {
		var n uint8
		n, ok = numbered(word, "op")
		op = bus.Op(n)
	}
	if !ok {
		l.fail(at, "no method of the driver is called so")
	}
	rec.Call.Op = op
}

func args(l *line, c *capture.Call) {
	for _, f := range c.Op.Spec().Args {
		l.want(" " + f.Name + "=")
		arg(l, f.Slot, c)
	}
}

// maxLength is the longest thing of which only the length is in a trace.
const maxLength = 1 << 30

func arg(l *line, slot bus.Slot, c *capture.Call) {
	switch slot {
	case bus.SlotSock:
		c.Sock = int(l.signed(strconv.IntSize))
	case bus.SlotInt0, bus.SlotInt1, bus.SlotInt2, bus.SlotInt3, bus.SlotInt4:
		c.Int[slot-bus.SlotInt0] = l.signed(64)
	case bus.SlotAddr:
		c.Addr = l.addr()
	case bus.SlotText:
		if c.TextMasked = l.has("masked:"); c.TextMasked {
			c.Text = strings.Repeat("*", int(l.unsigned(capture.MaxText)))
		} else {
			c.Text = l.quoted(capture.MaxText)
		}
	case bus.SlotHostname:
		c.Hostname = l.quoted(capture.MaxText)
	case bus.SlotSecret:
		c.SecretLen = int(l.unsigned(maxLength))
	case bus.SlotData:
		c.DataLen, c.DataSum, c.DataMasked = data(l)
	case bus.SlotSize:
		c.Size = int(l.unsigned(maxLength))
	case bus.SlotDeadline:
		c.Wait = l.span()
	}
}

func result(l *line, op bus.Op, r *capture.Result) {
	if l.has(" error=") {
		at := l.at
		if r.Err = l.quoted(capture.MaxText); r.Err == "" {
			l.fail(at, "an error has a text")
		}
		return
	}
	l.want(" ok")
	for _, f := range op.Spec().Results {
		l.want(" " + f.Name + "=")
		switch f.Slot {
		case bus.SlotN:
			r.N = l.signed(64)
		case bus.SlotAddr:
			r.Addr = l.addr()
		case bus.SlotData:
			r.DataLen, r.DataSum, r.DataMasked = data(l)
		}
	}
}

// data reads what is kept of a payload.
func data(l *line) (n int, sum uint32, masked bool) {
	n = int(l.unsigned(maxLength))
	if l.has(":masked") {
		return n, 0, true
	}
	if n == 0 {
		return 0, 0, false
	}
	l.want(":")
	at := l.at
	word := l.word(" ")
	v, err := strconv.ParseUint(word, 16, 32)
	if err != nil || len(word) != 8 {
		l.fail(at, "here should be masked, or a sum of 8 hexadecimal digits")
	}
	return n, uint32(v), false
}
