package endpoint

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNamesWithABaudRate(t *testing.T) {
	for name, want := range map[string]string{
		"/dev/ttyACM0":          "serial:///dev/ttyACM0?baud=9600",
		"COM3":                  "serial://COM3?baud=9600",
		"serial:///dev/ttyUSB0": "serial:///dev/ttyUSB0?baud=9600",
	} {
		got, err := WithBaud(name, 9600)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		a, err := parse(got)
		require.NoError(t, err)
		assert.Equal(t, 9600, a.baud)
		before, err := parse(name)
		require.NoError(t, err)
		assert.Equal(t, before.name, a.name)
	}
	for name, why := range map[string]string{
		"tcp://localhost:1": "only a serial port", "serial:///dev/x?baud=3": "already", "x": "not an endpoint",
	} {
		_, err := WithBaud(name, 9600)
		assert.ErrorContains(t, err, why)
	}
}

func TestBoardsAreKnownByTheirUSBIdentity(t *testing.T) {
	for id := range boards {
		assert.Regexp(t, `^[0-9A-F]{4}:[0-9A-F]{4}$`, id)
		assert.NotEmpty(t, vendors[id[:4]], "whose board it is")
	}
	p := Port{VID: "239a", PID: "80c9"}
	assert.Equal(t, "Adafruit Matrix Portal M4", p.Board())
	assert.Equal(t, "Adafruit", p.Vendor())
	assert.Empty(t, (&Port{}).Board())
	assert.Empty(t, (&Port{}).Vendor())
}
