package decode

import (
	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A field is a value of an exchange with what is known of it.
type field struct {
	wire.Param
	val     wire.Value
	n       int  // which of the values it is, for those without a name
	masked  bool // some of it was withheld
	natural bool // firmware that sends a MAC first octet first, and authentication modes
}

// arg returns argument i.
func (ex *Exchange) arg(i int) field {
	f := field{Param: ex.Request.Message.Param(i), val: ex.Args[i], n: i, natural: ex.naturalMAC()}
	f.masked = withheldOf(ex.Request.Window.Masks, ex.Request.Bytes, f.val.Bytes())
	return f
}

// result returns result i.
func (ex *Exchange) result(i int) field {
	f := field{Param: ex.Reply.Message.Param(i), val: ex.Results[i], n: i, natural: ex.naturalMAC()}
	f.masked = withheldOf(ex.Reply.Window.MISOMasks, ex.Reply.Bytes, f.val.Bytes())
	return f
}

// naturalMAC reports whether the firmware sends MAC addresses first octet
// first (reference §4.2, 0x22).
func (ex *Exchange) naturalMAC() bool {
	return ex.Family == wire.Adafruit && ex.Firmware >= wire.V(2, 0, 0)
}

// withheldOf reports whether part of a value was withheld. A value is a view of
// the frame that reaches to the end of its capacity, so its own capacity tells
// where it begins.
func withheldOf(masks []capture.Span, frame, v []byte) bool {
	if len(masks) == 0 || len(v) == 0 {
		return false
	}
	from := cap(frame) - cap(v)
	for _, s := range masks {
		if s.Off < from+len(v) && from < s.Off+s.Len {
			return true
		}
	}
	return false
}

// repeated returns the index from which on the results are one repeated
// parameter, such as the SSIDs of a scan, and its name; the number of results
// and "" if none is.
func (ex *Exchange) repeated() (int, string) {
	s := ex.Reply.Message.Spec()
	if s == nil || s.Kind != wire.Repeated {
		return len(ex.Results), ""
	}
	last := len(s.Reply) - 1
	if ex.Status != OK && len(ex.Results) <= last {
		return len(ex.Results), ""
	}
	return last, s.Reply[last].Name
}

// sock returns the slot or descriptor the request names, -1 if none.
func (ex *Exchange) sock() int {
	for i := range ex.Args {
		if ex.Request.Message.Param(i).Name == "sock" {
			return int(ex.Args[i].Int())
		}
	}
	return -1
}

// text returns the bytes of a String or CString without the terminator.
func (f *field) text() []byte {
	b := f.val.Bytes()
	if n := len(b); f.Type == wire.CString && n > 0 && b[n-1] == 0 {
		return b[:n-1]
	}
	return b
}

// mac returns the octets of a MAC address, first octet first.
func (f *field) mac() (octets [6]byte) {
	copy(octets[:], f.val.Bytes())
	if !f.natural {
		for i := range 3 {
			octets[i], octets[5-i] = octets[5-i], octets[i]
		}
	}
	return octets
}
