package text

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// What a recorder was told to count or to leave out, and how long it dropped.
func TestChoicesOfTheRecorderSurvive(t *testing.T) {
	const us = time.Microsecond
	for want, rec := range map[string]capture.Record{
		" repeat 0.000009000 n=3 span=4000\n": {
			Kind: capture.KindRepeat, Time: 9 * us, Repeat: capture.Repeat{N: 3, Span: 4 * us}},
		" loss 0.000001000 records=2 span=1000\n": {
			Kind: capture.KindLoss, Time: us, Loss: capture.Loss{Records: 2, Span: us}},
		" window 0.000001000 wait=0 ack=0 dur=0 mosi <41> miso <00> omitted=1436\n": {
			Kind: capture.KindWindow, Time: us, Window: capture.Window{MOSI: []byte("A"), MISO: []byte{0}, Omitted: 1436}},
	} {
		var out bytes.Buffer
		require.NoError(t, NewWriter(&out).Write(&rec))
		assert.Contains(t, " "+lastLine(out.String()), want)
		var got capture.Record
		require.NoError(t, NewReader(&out).Next(&got))
		got.Offset = 0
		assert.Equal(t, rec.Repeat, got.Repeat)
		assert.Equal(t, rec.Loss, got.Loss)
		assert.Equal(t, rec.Window.Omitted, got.Window.Omitted)
	}
}

func lastLine(s string) string {
	lines := bytes.SplitAfter([]byte(s), []byte("\n"))
	return string(lines[len(lines)-2])
}
