package filter

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
)

// An Error says what is wrong with a filter, and where.
type Error struct {
	Column int    // of the character, from 1; 0 leaves it out of the message
	Reason string // what is wrong
	Near   string // what may have been meant; empty: no idea
}

func (e *Error) Error() string {
	text := e.Reason
	if e.Column > 0 {
		text = fmt.Sprintf("column %d: %s", e.Column, text)
	}
	if e.Near != "" {
		text += ", did you mean " + e.Near + "?"
	}
	return text
}

var errDuration = errors.New("it is no duration: those are such as 5ms, 1.5s or 1m30s, in ns, us, ms, s, m, h")

// fault makes an Error of one of the expression library.
func fault(err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return &Error{Column: 1, Reason: plain(err.Error())}
	}
	e := &Error{Column: at.From + 1, Reason: plain(at.Message)}
	if name, ok := strings.CutPrefix(at.Message, "unknown name "); ok {
		e.Reason = fmt.Sprintf("there is no field %s", name)
		e.Near = nearest(name, names())
	}
	return e
}

// words has the library's words in ours.
var words = strings.NewReplacer("time.Duration", "duration", "string", "text", "float64", "number", "int", "number", "bool", "yes/no")

var types = regexp.MustCompile(`\b(time\.Duration|string|float64|int|bool)\b`)

// plain puts a message of the library in the words of this package.
func plain(message string) string {
	message = strings.TrimPrefix(message, "invalid operation: ")
	message = types.ReplaceAllStringFunc(message, words.Replace)
	if strings.Contains(message, "mismatched types") && strings.Contains(message, "duration") {
		message += ": a duration has a unit, such as 5ms"
	}
	return message
}

// names are the names of all fields.
func names() (list []string) {
	for i := range fields {
		list = append(list, fields[i].Name)
	}
	return list
}

// nearest returns the one of some names that is most like a word, "" if none
// is.
func nearest(word string, list []string) (near string) {
	best := utf8.RuneCountInString(word)/2 + 1
	for _, name := range list {
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d < best {
			near, best = name, d
		}
	}
	return near
}

// distance returns how many characters must be changed, added or left out to
// make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
