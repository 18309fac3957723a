package lint

import "fmt"

// Severity says how bad a finding is.
type Severity uint8

// The severities, rising.
const (
	Note    Severity = iota // good to know
	Warning                 // works by luck, or something outside failed
	Error                   // data, sockets or the link are lost
)

var severities = [...]string{"note", "warning", "error"}

// Severities returns the names of all, rising.
func Severities() []string { return severities[:] }

// String returns the name used on the command line and in JSON.
func (s Severity) String() string { return severities[min(s, Error)] }

// MarshalText implements encoding.TextMarshaler by the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseSeverity returns the severity of a name.
func ParseSeverity(name string) (Severity, error) {
	for i, s := range severities {
		if s == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("no severity is called %q", name)
}
