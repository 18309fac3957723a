package decode

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What is cut out of a recording says in a label whose firmware it was.
func TestFirmwareOfALabel(t *testing.T) {
	for value, want := range map[string]wire.Family{"3.3.0": wire.Adafruit, "2.0.0": wire.Arduino} {
		var file bytes.Buffer
		w, err := capture.NewWriter(&file, 1)
		require.NoError(t, err)
		labels := []capture.Label{{Key: "board", Value: "x"}, {Key: LabelFirmware, Value: value}}
		require.NoError(t, w.Write(&capture.Record{Kind: capture.KindStart, Labels: labels}))
		ask := wire.AppendRequest(nil, wire.GetConnStatus)
		require.NoError(t, w.Write(&capture.Record{Kind: capture.KindWindow, Window: capture.Window{MOSI: ask, MISO: make([]byte, len(ask))}}))
		require.NoError(t, w.Close())
		dec := NewDecoder(&file)
		var ev Event
		for ev.Exchange.N == 0 {
			require.NoError(t, dec.Next(&ev))
		}
		assert.Equal(t, want, ev.Exchange.Family)
		assert.Equal(t, value, ev.Exchange.Firmware.String())
	}
}
