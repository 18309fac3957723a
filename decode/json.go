package decode

import (
	"math"
	"strconv"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// AppendJSON appends the exchange as one JSON object, without a newline, and
// returns the extended slice. The keys, in this order:
//
//	n         number of the exchange in the trace, from 1
//	t         seconds from the start of the trace to the request's select
//	cmd       name of the command; "0x31" for one that has none
//	code      its number
//	sock      slot or descriptor the request names; absent if none
//	args      object of the request's parameters
//	reply     object of the reply's parameters
//	status    "ok", "error", "no-reply" or "malformed"
//	wait_us   microseconds from the request's end to READY; absent without a reply
//	omitted   bytes of request and reply that were left out by choice; absent if none
//	findings  list of what was out of order; absent if empty
//
// Parameters have the table's names, those of unknown commands "p0", "p1" and
// so on. Numbers are numbers; a float that is none in JSON is null. Addresses
// are strings, a MAC first octet first whatever the firmware sends. Text is a
// string in which U+FFFD stands for bytes that are not UTF-8. Other bytes are
// {"len":N,"hex":"…"} with at most payload bytes shown, all if payload is
// negative, and no hex if none is shown. What the recorder withheld is
// {"len":N,"masked":true}. The repeated parameter of SCAN_NETWORKS is one array,
// "ssid", also for no or one network.
//
// Nothing is allocated but for a command without a name.
func AppendJSON(dst []byte, ex *Exchange, payload int) []byte {
	dst = strconv.AppendInt(append(dst, `{"n":`...), int64(ex.N), 10)
	dst = appendSeconds(append(dst, `,"t":`...), ex.Time)
	dst = appendString(append(dst, `,"cmd":`...), ex.Name())
	dst = strconv.AppendUint(append(dst, `,"code":`...), uint64(ex.Cmd), 10)
	if s := ex.sock(); s >= 0 {
		dst = strconv.AppendInt(append(dst, `,"sock":`...), int64(s), 10)
	}
	dst = appendArgs(append(dst, `,"args":{`...), ex, payload)
	dst = appendResults(append(dst, `},"reply":{`...), ex, payload)
	dst = appendString(append(dst, `},"status":`...), ex.Status.String())
	if ex.Request.Bytes != nil && ex.Reply.Bytes != nil {
		dst = appendMicros(append(dst, `,"wait_us":`...), ex.Wait)
	}
	if n := ex.Request.Window.Omitted + ex.Reply.Window.Omitted; n > 0 {
		dst = strconv.AppendInt(append(dst, `,"omitted":`...), int64(n), 10)
	}
	if len(ex.Findings) > 0 {
		dst = append(dst, `,"findings":[`...)
		for i, f := range ex.Findings {
			dst = appendString(comma(dst, i), f)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func appendArgs(dst []byte, ex *Exchange, payload int) []byte {
	for i := range ex.Args {
		f := ex.arg(i)
		dst = f.appendJSON(f.appendKey(comma(dst, i)), payload)
	}
	return dst
}

func appendResults(dst []byte, ex *Exchange, payload int) []byte {
	first, list := ex.repeated()
	for i := range first {
		f := ex.result(i)
		dst = f.appendJSON(f.appendKey(comma(dst, i)), payload)
	}
	if list == "" {
		return dst
	}
	dst = append(appendString(comma(dst, first), list), `:[`...)
	for i := first; i < len(ex.Results); i++ {
		f := ex.result(i)
		dst = f.appendJSON(comma(dst, i-first), payload)
	}
	return append(dst, ']')
}

// comma appends a comma before all but the first.
func comma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ',')
	}
	return dst
}

// appendKey appends the name of the field and a colon.
func (f *field) appendKey(dst []byte) []byte {
	if f.Name == "" {
		dst = strconv.AppendInt(append(dst, `"p`...), int64(f.n), 10)
		return append(dst, `":`...)
	}
	return append(appendString(dst, f.Name), ':')
}

// appendJSON appends the value.
func (f *field) appendJSON(dst []byte, payload int) []byte {
	switch {
	case f.masked:
		dst = strconv.AppendInt(append(dst, `{"len":`...), int64(len(f.val.Bytes())), 10)
		return append(dst, `,"masked":true}`...)
	case f.Type == wire.F32LE:
		return appendFloat(dst, f.val.Float32())
	case f.Type == wire.IPv4, f.Type == wire.MAC:
		return append(f.appendAddr(append(dst, '"')), '"')
	case f.Type.Number():
		return f.appendNumber(dst)
	case f.Type == wire.String, f.Type == wire.CString:
		return appendString(dst, f.text())
	}
	return appendBlob(dst, f.val.Bytes(), payload)
}

// appendNumber appends a whole number.
func (f *field) appendNumber(dst []byte) []byte {
	switch f.Type {
	case wire.I16LE, wire.I32LE, wire.IntLE:
		return strconv.AppendInt(dst, f.val.Int(), 10)
	}
	return strconv.AppendUint(dst, uint64(f.val.Int()), 10)
}

// appendAddr appends an IPv4 or MAC address.
func (f *field) appendAddr(dst []byte) []byte {
	if f.Type == wire.IPv4 {
		for i, b := range f.val.IP() {
			if i > 0 {
				dst = append(dst, '.')
			}
			dst = strconv.AppendUint(dst, uint64(b), 10)
		}
		return dst
	}
	for i, b := range f.mac() {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

func appendFloat(dst []byte, v float32) []byte {
	x := float64(v)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(dst, "null"...)
	}
	return strconv.AppendFloat(dst, x, 'g', -1, 32)
}

// appendBlob appends bytes that are no text.
func appendBlob(dst, b []byte, payload int) []byte {
	dst = strconv.AppendInt(append(dst, `{"len":`...), int64(len(b)), 10)
	if b = preview(b, payload); len(b) > 0 {
		dst = append(appendHex(append(dst, `,"hex":"`...), b), '"')
	}
	return append(dst, '}')
}

// preview returns the first n bytes of b, all of them if n is negative.
func preview(b []byte, n int) []byte {
	if n < 0 {
		return b
	}
	return b[:min(n, len(b))]
}

const hexDigits = "0123456789abcdef"

func appendHex(dst, b []byte) []byte {
	for _, c := range b {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
	}
	return dst
}

// appendSeconds appends a time in seconds, exact to the nanosecond.
func appendSeconds(dst []byte, t time.Duration) []byte {
	t = max(t, 0)
	dst = strconv.AppendInt(dst, int64(t/time.Second), 10)
	return appendFraction(append(dst, '.'), int64(t%time.Second), 9)
}

// appendMicros appends a time in microseconds, with a fraction if it has one.
func appendMicros(dst []byte, t time.Duration) []byte {
	dst = strconv.AppendInt(dst, int64(t/time.Microsecond), 10)
	if ns := int64(t % time.Microsecond); ns > 0 {
		dst = appendFraction(append(dst, '.'), ns, 3)
		for dst[len(dst)-1] == '0' {
			dst = dst[:len(dst)-1]
		}
	}
	return dst
}

// appendFraction appends n with leading zeros to the given number of digits.
func appendFraction(dst []byte, n int64, digits int) []byte {
	end := len(dst) + digits
	dst = append(dst, "000000000"[:digits]...)
	for i := end; n > 0; n /= 10 {
		i--
		dst[i] = byte('0' + n%10)
	}
	return dst
}
