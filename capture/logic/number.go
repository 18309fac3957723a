package logic

import (
	"strconv"
	"strings"
	"time"
)

// maxTime is the longest time, about 36 years: a trace can hold the sum of
// three.
const maxTime time.Duration = 1 << 60

// seconds parses a decimal number of seconds, such as 0.762054901 or 4e-09,
// exactly: what is finer than a nanosecond is rounded.
func seconds(s string) (time.Duration, bool) {
	s, negative := strings.CutPrefix(s, "-")
	m, scale, rest, ok := mantissa(s)
	if !ok {
		return 0, false
	}
	if rest != "" {
		exp, err := strconv.Atoi(rest[1:])
		if rest[0]|0x20 != 'e' || err != nil || exp < -99 || exp > 99 {
			return 0, false
		}
		scale += exp
	}
	ns, ok := shifted(m, scale+9)
	if negative {
		ns = -ns
	}
	return time.Duration(ns), ok
}

// mantissa parses digits with a point as the number m × 10^scale and returns
// what follows them.
func mantissa(s string) (m uint64, scale int, rest string, ok bool) {
	const roomy = (1<<64 - 1 - 9) / 10
	point := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '.' && !point:
			point = true
			continue
		case c < '0' || c > '9':
			return m, scale, s[i:], ok
		case m <= roomy:
			m = m*10 + uint64(c-'0')
			if point {
				scale--
			}
		case !point:
			scale++
		}
		ok = true
	}
	return m, scale, "", ok
}

// shifted returns m × 10^scale, rounded half up, if it is no longer than
// maxTime.
func shifted(m uint64, scale int) (int64, bool) {
	for ; scale < -1; scale++ {
		m /= 10
	}
	if scale == -1 {
		m = (m + 5) / 10
	}
	for ; scale > 0 && m > 0; scale-- {
		if m > uint64(maxTime)/10 {
			return 0, false
		}
		m *= 10
	}
	return int64(m), m <= uint64(maxTime)
}

// octet parses a byte: 0x05, 0b101, 0b  0000  0101 as Logic 1 has it, or 5.
func octet(s string) (byte, bool) {
	base := 10
	if len(s) > 2 && s[0] == '0' {
		switch s[1] {
		case 'x', 'X':
			s, base = s[2:], 16
		case 'b', 'B':
			s, base = strings.ReplaceAll(s[2:], " ", ""), 2
		}
	}
	v, err := strconv.ParseUint(s, base, 8)
	return byte(v), err == nil
}
