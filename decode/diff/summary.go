package diff

import (
	"fmt"
	"io"
)

// Summary counts the steps.
type Summary struct {
	Equal   int `json:"equal"`
	OnlyA   int `json:"only_a"`
	OnlyB   int `json:"only_b"`
	Changed int `json:"changed"`
	Slower  int `json:"slower"`

	PollsA uint64 `json:"polls_a"` // polls that found nothing, and were not compared
	PollsB uint64 `json:"polls_b"`

	IncompleteA bool `json:"incomplete_a"` // records are missing, or were left out by choice
	IncompleteB bool `json:"incomplete_b"`
	NoCalls     bool `json:"no_calls"` // only one session has driver calls, which were not compared
}

// Same reports whether no step differs.
func (s *Summary) Same() bool { return s.OnlyA+s.OnlyB+s.Changed+s.Slower == 0 }

// count counts a step.
func (s *Summary) count(k Kind) {
	switch k {
	case Equal:
		s.Equal++
	case OnlyA:
		s.OnlyA++
	case OnlyB:
		s.OnlyB++
	case Changed:
		s.Changed++
	case Slower:
		s.Slower++
	}
}

// Print writes the summary.
func (s *Summary) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "equal %d, only in the first %d, only in the second %d, changed %d", s.Equal, s.OnlyA, s.OnlyB, s.Changed)
	if err == nil && s.Slower > 0 {
		_, err = fmt.Fprintf(w, ", other waits %d", s.Slower)
	}
	if err == nil {
		_, err = fmt.Fprintln(w)
	}
	for _, note := range s.notes() {
		if err == nil {
			_, err = fmt.Fprintln(w, note)
		}
	}
	return err
}

// notes returns what was not compared.
func (s *Summary) notes() (list []string) {
	if s.PollsA+s.PollsB > 0 {
		list = append(list, fmt.Sprintf("polls that found nothing, not compared: %d and %d", s.PollsA, s.PollsB))
	}
	if s.NoCalls {
		list = append(list, "driver calls are in one of the traces only, and were not compared")
	}
	for i, incomplete := range [...]bool{s.IncompleteA, s.IncompleteB} {
		if incomplete {
			list = append(list, fmt.Sprintf("the %s trace is incomplete or filtered: what it has not is told as a difference", [...]string{"first", "second"}[i]))
		}
	}
	return list
}
