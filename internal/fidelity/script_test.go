package fidelity

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// script makes a recording of exchanges, one per line, as bytes in hex:
//
//	request -> reply
//
// A reply that is missing was not read; "dead" means that none was armed. A
// line with "zero" is a select without clocks, and one with "=" a single
// window, MOSI and MISO. Spaces do not count.
func script(t *testing.T, name, text string) *Recording {
	t.Helper()
	r := &Recording{Name: name, Steps: []Step{{Edge: true}, {Edge: true, Released: true, Strap: true}}}
	at := time.Second
	window := func(mosi, miso []byte) {
		at += time.Millisecond
		r.Steps = append(r.Steps, Step{At: at, MOSI: mosi, MISO: miso, Armed: true})
	}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		line = strings.Join(strings.Fields(line), "")
		if mosi, miso, raw := strings.Cut(line, "="); raw {
			window(unhex(t, mosi), unhex(t, miso))
			continue
		}
		request, reply, read := strings.Cut(line, "->")
		switch {
		case request == "":
			continue
		case request == "zero":
			window([]byte{}, []byte{})
			continue
		}
		mosi := unhex(t, request)
		window(mosi, make([]byte, len(mosi)))
		switch {
		case reply == "dead":
			r.Steps[len(r.Steps)-1].Armed = false
		case read:
			miso := unhex(t, reply)
			window(bytes.Repeat([]byte{0xFF}, len(miso)), miso)
		}
	}
	return r
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// joined is how a recording on a network begins.
const joined = `
	e011020a676f6c64656e2d6e65740d636f727265637420686f727365eeffffff -> e091010101ee
	e02000ee -> e0a0010101ee
	e02000ee -> e0a0010103ee
`

// requireFaithful requires that the emulator replies as recorded, every time.
func requireFaithful(t *testing.T, r *Recording) {
	t.Helper()
	result := played(t, r)
	var text strings.Builder
	result.details(&text)
	require.Zero(t, result.Count[Different], text.String())
	require.Positive(t, result.Compared())
}

// A scenario is a recording made by hand.
type scenario struct{ name, text string }

// requireAllFaithful does so for each scenario.
func requireAllFaithful(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) { requireFaithful(t, script(t, s.name, s.text)) })
	}
}
