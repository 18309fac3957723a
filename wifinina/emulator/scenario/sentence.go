package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// maxSentence bounds the bytes of a sentence.
const maxSentence = 1000

// A word is a part of a sentence.
type word struct {
	text   string
	quoted bool // it stood in double quotes, and is no keyword
	column int
}

// is reports whether the word is a keyword.
func (w word) is(keyword string) bool { return !w.quoted && strings.EqualFold(w.text, keyword) }

// A sentence is the words of a step or a command, and how many have been read.
// Blanks, commas and colons part words and mean nothing else.
type sentence struct {
	words []word
	at    int
	line  int // of the file; zero: none
	end   int // column behind the last word
}

func parts(r rune) bool { return r == ',' || r == ':' || unicode.IsSpace(r) }

// newSentence parts a text that begins at a line and column.
func newSentence(text string, line, column int) (*sentence, error) {
	s := &sentence{line: line, end: column}
	if len(text) > maxSentence {
		return nil, s.problem(column, "more than %d bytes", maxSentence)
	}
	for rest := strings.TrimLeftFunc(text, parts); rest != ""; rest = strings.TrimLeftFunc(rest, parts) {
		at := column + len(text) - len(rest)
		w := word{column: at}
		n := strings.IndexFunc(rest, parts)
		if n < 0 {
			n = len(rest)
		}
		w.text = rest[:n]
		if rest[0] == '"' {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, s.problem(at, "quotes that do not end")
			}
			n, w.quoted = len(quoted), true
			w.text, _ = strconv.Unquote(quoted) // it is quoted
		}
		rest = rest[n:]
		s.words = append(s.words, w)
	}
	s.end = column + len(text)
	return s, nil
}

// follow appends the words of another sentence.
func (s *sentence) follow(other *sentence) {
	s.words = append(s.words, other.words...)
	s.line, s.end = other.line, other.end
}

// peek returns the next word; behind the last it is empty.
func (s *sentence) peek() word {
	if s.done() {
		return word{column: s.end}
	}
	return s.words[s.at]
}

func (s *sentence) done() bool { return s.at == len(s.words) }

// take reads the keywords of a name if they come next.
func (s *sentence) take(name string) bool {
	keywords := strings.Fields(name)
	if len(s.words)-s.at < len(keywords) {
		return false
	}
	for i, k := range keywords {
		if !s.words[s.at+i].is(k) {
			return false
		}
	}
	s.at += len(keywords)
	return true
}

func (s *sentence) problem(column int, format string, args ...any) *SyntaxError {
	return &SyntaxError{Line: s.line, Column: column, Problem: fmt.Sprintf(format, args...)}
}

// unexpected says that something else must stand where the next word is.
func (s *sentence) unexpected(what string, choices []string) *SyntaxError {
	e := s.problem(s.peek().column, "%q is no %s", s.peek().text, what)
	if s.done() {
		e.Problem = "a " + what + " is missing"
	}
	e.Choices = choices
	return e
}
