package capture

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// between is a Masker: what stands between < and > is secret.
func between(spans [][2]int, mosi []byte) [][2]int {
	from := -1
	for i, b := range mosi {
		switch {
		case b == '<':
			from = i + 1
		case b == '>' && from >= 0:
			spans = append(spans, [2]int{from, i - from})
			from = -1
		}
	}
	return spans
}

func TestSecretsAreWithheld(t *testing.T) {
	long := strings.Repeat("s3cr3t", 500)
	for _, request := range []string{
		"<>", "<a>", "join <hunter22> end", "<" + long + ">", strings.Repeat("fill", 300) + "<" + long + ">tail",
		strings.Repeat("<s3cr3t>", 30), strings.Repeat("x<"+long+">y", 12),
	} {
		for _, size := range []int{MinBuffer, 512, 4096} {
			tp := newTape(t, between, Config{Buffer: make([]byte, size)})
			tp.window(0, 0, send(tp, request))
			require.Equal(t, request, string(tp.link.sent), "the coprocessor gets the truth")
			w := tp.windows(t)[0]

			want, spans := []byte(request), between(nil, []byte(request))
			var masks []Span
			for _, s := range spans {
				if s[1] > 0 {
					copy(want[s[0]:], bytes.Repeat([]byte{'*'}, s[1]))
					masks = append(masks, Span{s[0], s[1]})
				}
			}
			require.Equal(t, string(want), string(w.MOSI))
			require.Equal(t, masks, w.Masks)
			require.Equal(t, len(masks) > 0, w.Status&HasMasks != 0)
			require.NotContains(t, tp.file.String(), "s3cr3t")
			require.NotContains(t, tp.file.String(), "hunter22")
		}
	}
}

// In the second transfer of a window no request begins.
func TestOnlyTheFirstTransferIsSearched(t *testing.T) {
	tp := newTape(t, between, Config{})
	tp.window(0, 0, send(tp, "one"), send(tp, "<two>"), send(tp, strings.Repeat("<three>", 100)))
	tp.window(0, 0, send(tp, strings.Repeat("long", 200)), send(tp, "<two>"))
	tp.window(0, 0, send(tp, "<one>"))
	got := tp.windows(t)
	assert.Equal(t, "one<two>"+strings.Repeat("<three>", 100), string(got[0].MOSI))
	assert.Equal(t, strings.Repeat("long", 200)+"<two>", string(got[1].MOSI))
	assert.Equal(t, "<***>", string(got[2].MOSI))
}

// A window with a secret is not taken for another of the same length.
func TestMaskedWindowsAreNotRemembered(t *testing.T) {
	tp := newTape(t, between, Config{})
	for _, s := range []string{"<ab>", "<**>", "<cd>", "<**>", "plain", "plain"} {
		tp.window(0, 0, send(tp, s))
	}
	var got []string
	for _, w := range tp.windows(t) {
		got = append(got, string(w.MOSI))
	}
	assert.Equal(t, []string{"<**>", "<**>", "<**>", "<**>", "plain", "plain"}, got)
	assert.NotContains(t, tp.file.String(), "ab")
	assert.NotContains(t, tp.file.String(), "cd")
}
