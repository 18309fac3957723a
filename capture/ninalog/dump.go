package ninalog

import "bytes"

// The labels of a dump.
var (
	command  = []byte("COMMAND: ")
	response = []byte("RESPONSE: ")
)

// find returns the label of the first dump in a line and where it is: at the
// end if there is none.
func find(line []byte) (label []byte, at int) {
	for end := 0; ; {
		i := bytes.IndexByte(line[end:], ' ')
		if i < 0 {
			return nil, len(line)
		}
		end += i + 1
		for _, l := range [][]byte{command, response} {
			if bytes.HasSuffix(line[:end], l) {
				return l, end - len(l)
			}
		}
	}
}

// dump returns how long the run of hexadecimal digits is that p begins with.
func dump(p []byte) int {
	n := 0
	for n < len(p) && isHex(p[n]) {
		n++
	}
	return n
}

// isHex reports whether c is a digit as the firmware prints it.
func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

// decode makes bytes of digits. A last one alone is left out.
func (r *Reader) decode(digits []byte) {
	r.bytes = r.bytes[:0]
	for ; len(digits) >= 2; digits = digits[2:] {
		r.bytes = append(r.bytes, digit(digits[0])<<4|digit(digits[1]))
	}
}

func digit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c - 'a' + 10
}
