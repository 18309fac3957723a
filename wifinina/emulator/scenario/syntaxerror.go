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
	var where []string
	if e.Line > 0 {
		where = append(where, fmt.Sprintf("line %d", e.Line))
	}
	if e.Column > 0 {
		where = append(where, fmt.Sprintf("column %d", e.Column))
	}
	msg := e.Problem
	if where != nil {
		msg = strings.Join(where, ", ") + ": " + msg
	}
	if e.Choices != nil {
		msg += "; it can be " + strings.Join(e.Choices, ", ")
	}
	return msg
}
