package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/decode"
)

func TestCleanTextIsOneLineWithoutControls(t *testing.T) {
	for in, want := range map[string]string{
		"plain — größe":      "plain — größe",
		"a\x1b[31mb\nc\td":   "a\uFFFD[31mb\uFFFDc\uFFFDd",
		"\u009b31m\u202eabc": "\uFFFD31m\uFFFDabc",
		"cut \xff":           "cut \uFFFD",
	} {
		assert.Equal(t, want, clean(in), "%q", in)
	}
}

func TestLinesAreCutToAWidth(t *testing.T) {
	const red, none = "\x1b[31m", "\x1b[0m"
	for in, want := range map[string]string{
		"1234567890\n":                       "1234567890\n",
		"12345678901\n":                      "123456789…\n",
		"→→→→→→→→→→→\n":                      "→→→→→→→→→…\n",
		red + "1234567890" + none + "\n":     red + "1234567890" + none + "\n",
		red + "12345678901" + none + "234\n": red + "123456789…" + none + "\n",
		"1234567890" + red + "x" + none:      "123456789…" + red + none,
	} {
		assert.Equal(t, want, string(cut([]byte(in), 10)), "%q", in)
	}
}

func TestLabelsReachNoTerminalRaw(t *testing.T) {
	sum := &decode.Summary{Labels: map[string]string{"k\x1b\u009b": "v\x1b\u009b\x7f\nx"}}
	var text, json bytes.Buffer
	require.NoError(t, printInfo(&text, sum))
	require.NoError(t, printJSON(&json, sum))
	for _, out := range []string{text.String(), json.String()} {
		assert.NotContains(t, out, "\x1b")
		assert.NotContains(t, out, "\u009b")
		assert.NotContains(t, out, "\x7f")
		assert.NotContains(t, out, "\nx")
	}
	assert.Contains(t, json.String(), `v\u001b\u009b\u007f\nx`)
}

func TestEverythingMissingIsListed(t *testing.T) {
	assert.Equal(t, "the beginning, 2 frames, 1 record, 3 unreadable bytes, the end",
		lostParts(&decode.Lost{Frames: 2, Bytes: 3, Records: 1, Joined: true, Cut: true}))
}
