package emulator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProfilesAreFoundByName(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Profiles() {
		require.False(t, seen[p.Name()], p.Name())
		seen[p.Name()] = true
		found, ok := ProfileNamed(p.Name())
		assert.True(t, ok)
		assert.Equal(t, p, found)
	}
	assert.True(t, seen["arduino-1.4.8"] && seen["adafruit-3.3.0"])
	_, ok := ProfileNamed("arduino-9.9.9")
	assert.False(t, ok)
}

func TestAProfileTellsItsChanges(t *testing.T) {
	p := Arduino148()
	assert.Equal(t, "arduino-1.4.8", p.String())
	p.Quirks = p.Quirks.With(AcceptFlag).Without(ReversedMAC, LostTail)
	assert.Equal(t, "arduino-1.4.8 with accept-flag without lost-tail, reversed-mac", p.String())
	p.Version = "1.4.9"
	assert.Equal(t, "arduino-1.4.9", p.String(), "nothing to compare it with")
}
