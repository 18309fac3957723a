package wire

// ParseVersion reads the text of a GET_FW_VERSION reply, such as "2.0.0\x00"
// or "2.0.0-rc.0+adafruit", and guesses whose firmware that is. A part that is
// not there counts as 0; text that does not start with a number gives version
// 0 of Arduino, and a part beyond 255 is taken as 255.
//
// Only Adafruit's 2.0.0 names itself. The others are told by their numbers:
// 1.7 and 3 and later are Adafruit's, as Arduino went from 1.6.0 to 2.0.0
// (reference §4.9). Adafruit's before 1.7 pass for Arduino's.
func ParseVersion(s string) (Version, Family) {
	var part [3]int
	i := 0
	for n := range part {
		i = parsePart(s, i, &part[n])
		if i >= len(s) || s[i] != '.' {
			break
		}
		i++
	}
	v := V(uint8(part[0]), uint8(part[1]), uint8(part[2]))
	if contains(s, "adafruit") || v >= V(1, 7, 0) && v < V(1, 8, 0) || v >= V(3, 0, 0) {
		return v, Adafruit
	}
	return v, Arduino
}

// parsePart reads digits from offset i on and returns the offset behind them.
func parsePart(s string, i int, n *int) int {
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		*n = min(*n*10+int(s[i]-'0'), 0xFF)
	}
	return i
}

func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

// String returns the version as in "1.4.8", "unreleased" for [Unreleased] and
// "never" for 0.
func (v Version) String() string {
	switch v {
	case 0:
		return "never"
	case Unreleased:
		return "unreleased"
	}
	return decimal(uint8(v>>16)) + "." + decimal(uint8(v>>8)) + "." + decimal(uint8(v))
}

// String returns "arduino" or "adafruit".
func (f Family) String() string {
	if f == Adafruit {
		return "adafruit"
	}
	return "arduino"
}

// decimal returns a number as text.
func decimal(n uint8) string {
	if n < 10 {
		return string([]byte{'0' + n})
	}
	return decimal(n/10) + decimal(n%10)
}

// MACReversed reports whether firmware v of family f sends MAC addresses and
// BSSIDs last octet first (reference §4.2, GET_MACADDR).
func MACReversed(f Family, v Version) bool { return f == Arduino || v < V(2, 0, 0) }
