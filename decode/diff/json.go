package diff

import (
	"encoding/json"
	"time"
)

// jsonStep is a Step as JSON.
type jsonStep struct {
	N    int     `json:"n,omitempty"`
	Time float64 `json:"t"`
	Wait float64 `json:"wait_us,omitempty"`
	Text string  `json:"text"`
}

// MarshalJSON returns {"n":…,"t":…,"wait_us":…,"text":…}: the number of an
// exchange, seconds, microseconds.
func (s *Step) MarshalJSON() ([]byte, error) {
	return json.Marshal(jsonStep{s.N, s.Time.Seconds(), float64(s.Wait) / float64(time.Microsecond), s.Text})
}

// MarshalText returns the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
