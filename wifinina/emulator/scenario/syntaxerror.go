package scenario

import (
	"fmt"
	"strings"
)

// A SyntaxError says what is wrong with a scenario or a sentence, and where.
type SyntaxError struct {
	Line    int      // from 1; zero: the sentence was on no line of a file
	Column  int      // in bytes, from 1; zero: not known
	Problem string   // what is wrong
	Choices []string // what could stand there instead; nil: too much to list
}

// Error implements error: where, what, and what could be there.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d, ", e.Line)
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, "column %d", e.Column)
	}
	where := strings.TrimSuffix(b.String(), ", ")
	b.Reset()
	if where != "" {
		b.WriteString(where + ": ")
	}
	b.WriteString(e.Problem)
	if len(e.Choices) > 0 {
		b.WriteString("; it can be " + strings.Join(e.Choices, ", "))
	}
	return b.String()
}
