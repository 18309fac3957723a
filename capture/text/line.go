package text

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// A line is read from left to right. The first thing that is not as it should
// be is kept, and what is read from then on is zero.
type line struct {
	s    string
	at   int
	bad  string // what is wrong, "" for nothing
	from int    // where
}

// fail notes what is wrong at an offset.
func (l *line) fail(at int, what string) {
	if l.bad == "" {
		l.bad, l.from = what, at
	}
	l.at = len(l.s)
}

// has takes a text if it comes next.
func (l *line) has(text string) bool {
	if !strings.HasPrefix(l.s[l.at:], text) {
		return false
	}
	l.at += len(text)
	return true
}

// want takes a text that must come next.
func (l *line) want(text string) {
	if !l.has(text) {
		l.fail(l.at, "here should be "+strconv.Quote(text))
	}
}

// word takes what stands before the next of the given characters or the end.
func (l *line) word(until string) string {
	rest := l.s[l.at:]
	if n := strings.IndexAny(rest, until); n >= 0 {
		rest = rest[:n]
	}
	l.at += len(rest)
	return rest
}

// end says that nothing may follow.
func (l *line) end() {
	if l.at < len(l.s) {
		l.fail(l.at, "nothing should follow here")
	}
}

// name takes a text of a list and returns its index; what it is, is for the
// error.
func (l *line) name(list []string, what string) int {
	at := l.at
	word := l.word(" ,")
	for i, s := range list {
		if s == word {
			return i
		}
	}
	l.fail(at, what)
	return 0
}

// unsigned takes a number of at most limit.
func (l *line) unsigned(limit uint64) uint64 {
	at := l.at
	n, err := strconv.ParseUint(l.word(" :>"), 10, 64)
	if err != nil || n > limit {
		l.fail(at, "here should be a number from 0 to "+strconv.FormatUint(limit, 10))
		return 0
	}
	return n
}

// signed takes a whole number of so many bits.
func (l *line) signed(bits int) int64 {
	at := l.at
	n, err := strconv.ParseInt(l.word(" "), 10, bits)
	if err != nil {
		l.fail(at, "here should be a whole number")
		return 0
	}
	return n
}

// longest is the longest time and span of a trace.
const longest = 1<<62 - 1

// span takes a number of nanoseconds.
func (l *line) span() time.Duration { return time.Duration(l.unsigned(longest)) }

// time takes seconds with nine digits behind the point.
func (l *line) time() time.Duration {
	at := l.at
	whole, frac, _ := strings.Cut(l.word(" "), ".")
	s, err := strconv.ParseUint(whole, 10, 33)
	ns, err2 := strconv.ParseUint(frac, 10, 30)
	t := s*1e9 + ns
	if err != nil || err2 != nil || len(frac) != 9 || t > longest {
		l.fail(at, "here should be a time in seconds, such as 12.345678901")
		return 0
	}
	return time.Duration(t)
}

// quoted takes a text in quotes, of at most limit bytes.
func (l *line) quoted(limit int) string {
	at := l.at
	q, err := strconv.QuotedPrefix(l.s[at:])
	s, err2 := strconv.Unquote(q)
	switch {
	case err != nil, err2 != nil, q[0] != '"':
		l.fail(at, "here should be a text in double quotes")
		return ""
	case len(s) > limit:
		l.fail(at, "the text is longer than "+strconv.Itoa(limit)+" bytes")
		return ""
	}
	l.at += len(q)
	return s
}

// addr takes an address and port.
func (l *line) addr() netip.AddrPort {
	at := l.at
	if l.has("none") {
		return netip.AddrPort{}
	}
	if l.has(":") {
		return netip.AddrPortFrom(netip.Addr{}, uint16(l.unsigned(0xFFFF)))
	}
	a, err := netip.ParseAddrPort(l.word(" "))
	if err != nil || !a.Addr().Is4() {
		l.fail(at, "here should be none, an IPv4 address with a port, or :PORT")
	}
	return a
}
