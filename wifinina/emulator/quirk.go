package emulator

import "slices"

// A Quirk is one behaviour of the firmware that a host would not expect, or in
// which one release differs from another. The register says of each what the
// firmware does and what it would do without: see [Quirk.Spec] and
// docs/quirks.md.
type Quirk uint8

// A QuirkSpec is the row of the register for one quirk. The texts are sentences
// without a subject, which is the firmware, and without a period.
type QuirkSpec struct {
	Name    string // as a user types it
	Does    string // what the firmware does
	Instead string // what it does in a profile without the quirk
	Source  string // sections of docs/nina-protocol.md (§) and docs/nina-observed.md, or where in nina-fw
}

// Spec returns the row of q, the zero QuirkSpec if there is no such quirk.
func (q Quirk) Spec() QuirkSpec {
	if q < quirkCount {
		return register[q]
	}
	return QuirkSpec{}
}

// String returns the name of q, as in "unreserved-slots".
func (q Quirk) String() string { return q.Spec().Name }

// AllQuirks returns every quirk in the order of the register. The caller owns
// the slice.
func AllQuirks() []Quirk {
	all := make([]Quirk, quirkCount)
	for i := range all {
		all[i] = Quirk(i)
	}
	return all
}

// QuirkNamed returns the quirk with that name.
func QuirkNamed(name string) (q Quirk, ok bool) {
	i := slices.IndexFunc(register[:], func(s QuirkSpec) bool { return s.Name == name })
	return Quirk(max(i, 0)), i >= 0
}

// Quirks is a set of quirks. It is a value: two sets compare with ==, and a
// copy is another set. The zero value is the empty one.
type Quirks struct{ has [quirkCount]bool }

// Has reports whether q is in the set.
func (s Quirks) Has(q Quirk) bool { return q < quirkCount && s.has[q] }

// With returns the set with some quirks more. Numbers that are no quirk are
// left out.
func (s Quirks) With(quirks ...Quirk) Quirks { return s.set(true, quirks) }

// Without returns the set with some quirks less.
func (s Quirks) Without(quirks ...Quirk) Quirks { return s.set(false, quirks) }

func (s Quirks) set(to bool, quirks []Quirk) Quirks {
	for _, q := range quirks {
		if q < quirkCount {
			s.has[q] = to
		}
	}
	return s
}

// quirk reports whether the firmware has q.
func (f *firmware) quirk(q Quirk) bool { return f.e.cfg.Profile.Quirks.has[q] }
