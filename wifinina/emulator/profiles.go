package emulator

import "strings"

// Profiles returns the profile of every release the emulator has been held
// against, newest last in each family. The caller owns the slice.
func Profiles() []Profile {
	return []Profile{Arduino148(), Arduino150(), Arduino200(), Adafruit177(), Adafruit330()}
}

// Name returns what a user calls the profile: family and version, as in
// "arduino-2.0.0".
func (p Profile) Name() string { return p.Family.String() + "-" + p.Version }

// String returns the name, and which quirks the profile has more or less than
// the one of [Profiles] with that name.
func (p Profile) String() string {
	text := p.Name()
	original, ok := ProfileNamed(text)
	if !ok {
		return text
	}
	var with, without []string
	for _, q := range AllQuirks() {
		switch has := p.Quirks.Has(q); {
		case has && !original.Quirks.Has(q):
			with = append(with, q.String())
		case !has && original.Quirks.Has(q):
			without = append(without, q.String())
		}
	}
	for _, change := range []struct {
		word   string
		quirks []string
	}{{" with ", with}, {" without ", without}} {
		if len(change.quirks) > 0 {
			text += change.word + strings.Join(change.quirks, ", ")
		}
	}
	return text
}

// ProfileNamed returns the one of [Profiles] with that name.
func ProfileNamed(name string) (p Profile, ok bool) {
	for _, p := range Profiles() {
		if p.Name() == name {
			return p, true
		}
	}
	return Profile{}, false
}
