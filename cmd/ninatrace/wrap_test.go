package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLongLinesAreWrapped(t *testing.T) {
	for _, c := range []struct {
		name, line, want string
		width, indent    int
	}{
		{"short", "one two", "one two", 30, 4},
		{"at a space", "   1  alpha beta gamma delta epsilon", "   1  alpha beta gamma delta\n      epsilon", 30, 6},
		{"twice", "   1  alpha beta gamma delta epsilon zeta eta theta iota kappa", "   1  alpha beta gamma delta\n      epsilon zeta eta theta\n      iota kappa", 30, 6},
		{"without a space", "   1  " + strings.Repeat("x", 60), "   1  " + strings.Repeat("x", 24) + "\n      " + strings.Repeat("x", 24) + "\n      " + strings.Repeat("x", 12), 30, 6},
		{"not in the columns", "   1  " + strings.Repeat("x", 25), "   1  " + strings.Repeat("x", 24) + "\n      x", 30, 6},
		{"colours take no room", "\x1b[36m   1  alpha\x1b[0m beta gamma delta", "\x1b[36m   1  alpha\x1b[0m beta gamma delta", 28, 6},
		{"characters of many bytes", "   1  → µµµµ → µµµµ → µµµµ →", "   1  → µµµµ → µµµµ → µµµµ →", 29, 6},
		{"no room", "   1  alpha beta gamma delta epsilon", "   1  alpha beta gamma delta epsilon", 25, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want+"\nnext\n", string(wrap(nil, []byte(c.line+"\nnext\n"), c.width, c.indent)))
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add([]byte("   1  alpha \x1b[36mbeta\x1b[0m gamma µ\n"), uint8(40), uint8(6))
	f.Fuzz(func(t *testing.T, lines []byte, width, indent uint8) {
		got := wrap(nil, lines, int(width), int(indent))
		strip := func(p []byte) string { return strings.NewReplacer(" ", "", "\n", "").Replace(string(p)) }
		assert.Equal(t, strip(lines), strip(got), "nothing but blanks comes or goes")
		if int(width) < int(indent)+minWrap {
			return
		}
		for line := range bytes.Lines(got) {
			assert.LessOrEqual(t, columns(line), int(width))
		}
	})
}
