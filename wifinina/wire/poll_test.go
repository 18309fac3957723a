package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A poll asks. What takes payload along changes something.
func TestPollsCarryNoPayload(t *testing.T) {
	n := 0
	for c := Command(0); c < commandCount; c++ {
		if !c.Poll() {
			continue
		}
		n++
		for _, form := range Lookup(c, Arduino).Forms {
			for _, p := range form.Params {
				assert.True(t, p.Type.Number() || p.Type == Filler, "%s: %s", c, p.Name)
			}
		}
	}
	assert.Equal(t, 20, n)
	assert.False(t, SendDataTCP.Poll())
	assert.False(t, StopClientTCP.Poll())
}
