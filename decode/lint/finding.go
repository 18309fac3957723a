package lint

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Finding is what a rule has found.
type Finding struct {
	Rule      *Rule
	Severity  Severity
	Time      time.Duration // since the start of the trace
	Exchanges []int         // the numbers of the exchanges concerned, rising; nil where it is about none
	Again     int           // 0: found now. Else how often the same was found after the first time; Exchanges are the next and the last one of them, Time that of the last
	Text      string        // what happened, a sentence that is safe to print
}

// MarshalJSON implements json.Marshaler: the members are those of docs/json.md.
func (f *Finding) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Rule      string   `json:"rule"`
		Name      string   `json:"name"`
		Severity  Severity `json:"severity"`
		Time      seconds  `json:"t"`
		Exchanges []int    `json:"exchanges,omitempty"`
		Again     int      `json:"again,omitempty"`
		Text      string   `json:"text"`
		Do        string   `json:"do"`
	}{f.Rule.ID, f.Rule.Name, f.Severity, seconds(f.Time), f.Exchanges, f.Again, f.Text, f.Rule.Do})
}

// seconds is a time that JSON shows in seconds, exact to the nanosecond.
type seconds time.Duration

// MarshalJSON implements json.Marshaler.
func (s seconds) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%d.%09d", s/seconds(time.Second), s%seconds(time.Second)), nil
}
