package emulator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// unsupported are the commands without a handler, by family, with the reason.
var unsupported = map[wire.Family]map[wire.Command]string{
	wire.Arduino: {
		wire.ApplyOTA: "acts on the board of the Uno WiFi Rev2 alone; answers the same error frame",
	},
	wire.Adafruit: {
		wire.ApplyOTA:      "as Arduino's",
		wire.SetEntCACert:  "not implemented in the firmware either: the error frame",
		wire.SetEntCertKey: "not implemented in the firmware either: the error frame",
		wire.DownloadOTA:   "only in a build for the Uno WiFi Rev2; otherwise the error frame",
	},
}

func allProfiles() []Profile {
	return []Profile{Arduino148(), Arduino150(), Arduino200(), Adafruit177(), Adafruit330()}
}

// TestEveryCommand: what the table of the protocol gives to this release is
// handled or listed, and nothing else is.
func TestEveryCommand(t *testing.T) {
	for _, p := range allProfiles() {
		version, _ := wire.ParseVersion(p.Version)
		table := p.handlers()
		for c := wire.Command(0); int(c) < len(table); c++ {
			since := wire.Since(c, p.Family)
			has := since != 0 && since <= version
			handled := table[c].quick != nil || table[c].slow != nil
			listed := unsupported[p.Family][c] != ""
			assert.Equal(t, has && !listed, handled, "%s: %v", p.Version, c)
			assert.False(t, handled && listed, "%v is handled and listed", c)
		}
	}
}

// TestEveryHandlerAnswers: a command without parameters is answered in the
// shape of its row.
func TestEveryHandlerAnswers(t *testing.T) {
	for _, p := range allProfiles() {
		for c, handler := range p.handlers() {
			c := wire.Command(c)
			if handler.quick == nil && handler.slow == nil || c == wire.WriteFile || c == wire.ReadFile {
				continue // those two read a file name and answer nothing without one: TestFiles
			}
			h := newHost(t, Config{Profile: p, Clock: newHandClock(defaultTime)})
			h.window([]byte{0xE0, byte(c), 0, 0xEE})
			reply := h.window(fill(64, 0xFF))
			size, done := wire.ReplySize(reply, c, p.Family)
			require.True(t, done, "%v", c)
			_, m := wire.ParseReply(nil, reply[:(size+3)&^3], c, p.Family, 0)
			assert.NoError(t, m.Check(), "%s %v: % x", p.Version, c, reply)
		}
	}
}

func TestProfiles(t *testing.T) {
	for _, c := range []struct {
		profile Profile
		version string
		dns     string
	}{
		{Arduino148(), "e0b70106 312e342e3800 ee", "ef00ee00"},
		{Arduino150(), "e0b70106 312e352e3000 ee", "ef00ee00"},
		{Arduino200(), "e0b70106 322e302e3000 ee", "e09e02 04 00000000 04 00000000 ee"},
		{Adafruit177(), "e0b70106 312e372e3700 ee", "ef00ee00"},
		{Adafruit330(), "e0b70106 332e332e3000 ee", "e09e02 04 00000000 04 00000000 ee"},
		{named("2.0.0-rc.0+adafruit"), "e0b70114 322e302e302d72632e302b6164616672756974 00 ee", "e09e02 04 00000000 04 00000000 ee"},
	} {
		h := newHost(t, Config{Profile: c.profile})
		h.expect(askVersion, c.version)
		h.expect("e01e00ee", c.dns)
	}
}

// named is Adafruit's current firmware under another version.
func named(version string) Profile {
	p := Adafruit330()
	p.Version = version
	return p
}

func TestPins(t *testing.T) {
	h := newHost(t, Config{})
	h.expect("e053 01 01 04 ee ffff", "e0d30101 00 ee")
	h.expect("e050 02 01 04 01 02 ee ff", "e0d00101 01 ee") // pull-up
	h.expect("e053 01 01 04 ee ffff", "e0d30101 01 ee")
	h.expect("e051 02 01 04 01 00 ee ff", "e0d10101 01 ee")
	h.expect("e053 01 01 04 ee ffff", "e0d30101 00 ee")
	h.expect("e052 02 01 04 01 ff ee ff", "e0d20101 01 ee")
	h.expect("e053 01 01 04 ee ffff", "e0d30101 01 ee")
	h.expect("e054 01 01 02 ee ffff", "e0d40102 2206 ee")
}
