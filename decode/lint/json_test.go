package lint

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documented returns the keys of the table below a heading of docs/json.md.
func documented(t *testing.T, heading string) (keys []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/json.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "\n## "+heading+"\n")
	require.True(t, ok, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(section, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

// keysOf returns the keys of something as JSON.
func keysOf(t *testing.T, v any) []string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	m := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &m))
	return slices.Collect(maps.Keys(m))
}

func TestTheKeysAreDocumented(t *testing.T) {
	f := Finding{Rule: &register[0], Exchanges: []int{1}, Again: 1}
	assert.ElementsMatch(t, documented(t, "lint --json"), keysOf(t, &f))
	assert.ElementsMatch(t, documented(t, "lint --rules --json"), keysOf(t, &register[0]))
}
