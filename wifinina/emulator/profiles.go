package emulator

// Profiles returns the profile of every release the emulator has been held
// against, newest last in each family. The caller owns the slice.
func Profiles() []Profile {
	return []Profile{Arduino148(), Arduino150(), Arduino200(), Adafruit177(), Adafruit330()}
}

// Name returns what a user calls the profile: family and version, as in
// "arduino-2.0.0".
func (p Profile) Name() string { return p.Family.String() + "-" + p.Version }

// ProfileNamed returns the one of [Profiles] with that name.
func ProfileNamed(name string) (p Profile, ok bool) {
	for _, p := range Profiles() {
		if p.Name() == name {
			return p, true
		}
	}
	return Profile{}, false
}
