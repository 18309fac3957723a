package logic

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// afterColon marks what follows a colon.
func afterColon(spans [][2]int, mosi []byte) [][2]int {
	if i := bytes.IndexByte(mosi, ':'); i >= 0 {
		spans = append(spans, [2]int{i + 1, len(mosi) - i - 1})
	}
	return spans
}

func TestSecretsAreWithheld(t *testing.T) {
	got, stats, err := imported(t, spiTable(
		"result,0.000001,0,0x73,0", // the beginning is missing: who knows what it is
		"enable,0.000010,0,,",
		"result,0.000011,0,0x61,1", "result,0.000012,0,0x3A,2",
		"result,0.000013,0,0x73,3", "result,0.000014,0,0x74,4",
		"disable,0.000020,0,,",
		"enable,0.000030,0,,", "result,0.000031,0,0x61,1", "disable,0.000040,0,,",
	), nil, Options{Mask: afterColon})
	require.NoError(t, err)
	lost := holding(win(us, 0, 9*us, capture.Incomplete|capture.HasMasks), "*", "\x00")
	lost.Window.Masks = []capture.Span{{Off: 0, Len: 1}}
	secret := holding(win(10*us, 0, 10*us, capture.HasMasks), "a:**", "\x01\x02\x03\x04")
	secret.Window.Masks = []capture.Span{{Off: 2, Len: 2}}
	requireRecords(t, []capture.Record{lost, secret, holding(win(30*us, 0, 10*us, 0), "a", "\x01")}, got)
	assert.Equal(t, 2, stats.Masked)
}

func TestSecretsAreBlankedBeforeTheyAreWritten(t *testing.T) {
	a := assembler{mask: afterColon, stats: &Stats{}}
	w := capture.Window{MOSI: []byte("a:bc")}
	a.withhold(&w)
	assert.Equal(t, "a:**", string(w.MOSI))
}

func TestMaskersMayBeWrong(t *testing.T) {
	for _, spans := range [][][2]int{{{-5, 3}}, {{2, 100}}, {{1, -1}}, {{100, 1}}, {{2, 1}, {0, 2}}, {{0, 3}, {1, 1}}} {
		got, _, err := imported(t, spiTable("enable,0,0,,", "result,0,0,0x61,0", "result,0,0,0x62,0",
			"result,0,0,0x63,0", "disable,1,0,,"), nil,
			Options{Mask: func(out [][2]int, _ []byte) [][2]int { return append(out, spans...) }})
		require.NoError(t, err)
		require.Len(t, got, 2)
		for _, s := range spans {
			for i := max(s[0], 0); i < min(s[0]+s[1], 3); i++ {
				assert.EqualValues(t, '*', got[1].Window.MOSI[i], "%v", spans)
			}
		}
	}
}
