package lint

import (
	"strings"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A Range is consecutive releases of a firmware family.
type Range struct {
	Family wire.Family
	From   wire.Version // the first; 0: from the very first on
	Before wire.Version // the first that is not in it any more; 0: there is none
}

// A Firmware is the releases that a rule concerns. Nil is all of both families.
type Firmware []Range

// Has reports whether it concerns a release.
func (f Firmware) Has(family wire.Family, v wire.Version) bool {
	for _, r := range f {
		if r.Family == family && v >= r.From && (r.Before == 0 || v < r.Before) {
			return true
		}
	}
	return f == nil
}

// String lists the ranges, as in "arduino from 1.6.0; adafruit before 2.0.0",
// and returns "all" for nil.
func (f Firmware) String() string {
	if f == nil {
		return "all"
	}
	var parts []string
	for _, r := range f {
		s := r.Family.String()
		if r.From != 0 {
			s += " from " + r.From.String()
		}
		if r.Before != 0 {
			s += " before " + r.Before.String()
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

// MarshalText implements encoding.TextMarshaler by String.
func (f Firmware) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// Releases that rules share: what the Arduino line does to this day and
// Adafruit's did before it went over to arduino-esp32.
var beforeArduinoESP32 = Firmware{{Family: wire.Arduino}, {Family: wire.Adafruit, Before: wire.V(2, 0, 0)}}
