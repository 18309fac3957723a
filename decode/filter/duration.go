package filter

import (
	"strings"
	"time"
	"unicode"
)

// literals replaces the durations of a filter, which the expression language
// does not have, by identifiers of the same width that no field has, and
// returns which duration stands at which character.
func literals(text string) (string, map[int]time.Duration, error) {
	src := []rune(text)
	found := map[int]time.Duration{}
	for i := 0; i < len(src); {
		end := token(src, i)
		if d, ok, err := duration(string(src[i:end])); err != nil {
			return "", nil, &Error{Column: i + 1, Reason: err.Error()}
		} else if ok {
			found[i] = d
			copy(src[i:end], []rune(strings.Repeat("$", end-i)))
		}
		i = end
	}
	return string(src), found, nil
}

// token returns the end of the word, number, quotation or other character that
// begins at i.
func token(src []rune, i int) int {
	quote := src[i]
	switch {
	case quote == '"' || quote == '\'' || quote == '`':
		for i++; i < len(src) && src[i] != quote; i++ {
			if src[i] == '\\' && quote != '`' {
				i++
			}
		}
		return min(i+1, len(src))
	case !wordy(quote):
		return i + 1
	}
	number := unicode.IsDigit(quote)
	for i < len(src) && (wordy(src[i]) || number && src[i] == '.') {
		i++
	}
	return i
}

// wordy reports whether a word may hold a character.
func wordy(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// duration reads a word as a duration. One that begins with a number and is
// none is left to the expression language, unless it ends like a duration.
func duration(word string) (d time.Duration, ok bool, err error) {
	if word[0] < '0' || word[0] > '9' || word == "0" {
		return 0, false, nil
	}
	d, bad := time.ParseDuration(word)
	if bad == nil {
		return d, true, nil
	}
	if rest := strings.TrimLeft(word, "0123456789._"); rest != "" && word[:2] != "0x" && !strings.HasPrefix(rest, "e") {
		return 0, false, errDuration
	}
	return 0, false, nil
}
