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
