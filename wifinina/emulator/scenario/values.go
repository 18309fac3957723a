package scenario

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// fault is what a step is read into.
type fault = emulator.Fault

// span makes a parameter of a time.
func span[T any](word string, least time.Duration, of func(*T) *time.Duration) param[T] {
	return param[T]{
		word: word,
		what: "time such as 30s, 5ms or 1h30m",
		set:  func(t *T, text string) bool { return readSpan(text, least, of(t)) },
		get: func(t T) string {
			if d := *of(&t); d > 0 {
				return short(d)
			}
			return ""
		},
	}
}

func readSpan(text string, least time.Duration, d *time.Duration) bool {
	var err error
	*d, err = time.ParseDuration(text)
	return err == nil && *d >= least
}

// short writes a time without the zeros at its end.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// number makes a parameter of a whole number.
func number(word, what string, least, most int, of func(*fault) *int) param[fault] {
	return param[fault]{
		word: word,
		what: fmt.Sprintf("%s from %d to %d", what, least, most),
		set:  func(f *fault, text string) bool { return readNumber(text, least, most, of(f)) },
		get: func(f fault) string {
			if n := *of(&f); n > 0 {
				return strconv.Itoa(n)
			}
			return ""
		},
	}
}

func readNumber(text string, least, most int, n *int) bool {
	var err error
	*n, err = strconv.Atoi(text)
	return err == nil && *n >= least && *n <= most
}

func ofN(f *fault) *int { return &f.N }

// count makes a parameter of the number that a kind of fault has.
func count(word, what string, least, most int) param[fault] {
	return number(word, what, least, most, ofN)
}

// needed is count for what can't be left out.
func needed(word, what string, least, most int) param[fault] {
	p := count(word, what, least, most)
	p.must = true
	p.get = func(f fault) string { return strconv.Itoa(f.N) }
	return p
}

// flag makes a parameter of a lone word.
func flag(word string, set func(*fault), has func(fault) bool) param[fault] {
	return param[fault]{
		word: word,
		set:  func(f *fault, _ string) bool { set(f); return true },
		get: func(f fault) string {
			if has(f) {
				return word
			}
			return ""
		},
	}
}

// readCommand reads the name of a command of either family, or its number.
func readCommand(text string) (wire.Command, bool) {
	for c := wire.Command(1); c < 0x80; c++ {
		if strings.EqualFold(text, c.Name(wire.Arduino)) || strings.EqualFold(text, c.Name(wire.Adafruit)) {
			return c, text != ""
		}
	}
	n, err := strconv.ParseUint(text, 0, 7)
	return wire.Command(n), err == nil
}

// readReason reads the name of a reason of a disconnect, or its number.
func readReason(text string) (wire.Reason, bool) {
	for r := wire.Reason(1); r != 0; r++ {
		if strings.EqualFold(text, r.String()) {
			return r, true
		}
	}
	n, err := strconv.ParseUint(text, 10, 8)
	return wire.Reason(n), err == nil && n > 0
}

// readAddr reads an IPv4 address.
func readAddr(text string, addr *netip.Addr) bool {
	var err error
	*addr, err = netip.ParseAddr(text)
	return err == nil && addr.Is4()
}

// address makes a parameter of an IPv4 address.
func address(word string) param[fault] {
	return param[fault]{
		word: word,
		what: "IPv4 address",
		set:  func(f *fault, text string) bool { return readAddr(text, &f.Addr) },
		get: func(f fault) string {
			if !f.Addr.IsValid() {
				return ""
			}
			return f.Addr.String()
		},
	}
}
