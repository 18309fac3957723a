// Package jsondoc holds docs/json.md against what the verbs print, in tests.
package jsondoc

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// row is a row of a table that has a key in its first column.
var row = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")

// Keys returns the keys of the table below a heading of docs/json.md, in order.
// root is the way to the root of the module.
func Keys(t testing.TB, root, heading string) (keys []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "json.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## "+heading+"\n")
	require.True(t, found, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	for _, m := range row.FindAllStringSubmatch(section, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

// KeysOf returns the keys of what v is in JSON, an object, in order.
func KeysOf(t testing.TB, v any) (keys []string) {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &object))
	for key := range object {
		keys = append(keys, key)
	}
	place := func(key string) int { return strings.Index(string(text), `"`+key+`":`) }
	slices.SortFunc(keys, func(a, b string) int { return place(a) - place(b) })
	return keys
}
