package decode

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// schema is a table of docs/json.md: whether a key is always there.
type schema map[string]bool

// schemas returns the tables of the section about decode.
func schemas(t *testing.T) (list []schema) {
	t.Helper()
	text, err := os.ReadFile("../docs/json.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "\n## decode --json\n")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\n## ")
	row := regexp.MustCompile("^\\| `([a-z_]+)` \\| (.*) \\|$")
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if line == "| key | |" {
			list = append(list, schema{})
		}
		if m := row.FindStringSubmatch(line); m != nil {
			list[len(list)-1][m[1]] = strings.HasSuffix(m[2], "Always there")
		}
	}
	return list
}

// holds checks that an object has the keys that are always there and none that
// is not documented, and notes those that it has.
func (s schema) holds(t *testing.T, object map[string]any, seen map[string]bool) {
	t.Helper()
	for key, always := range s {
		if always {
			assert.Contains(t, object, key)
		}
	}
	for key := range object {
		assert.Contains(t, s, key, "%v", object)
		seen[key] = true
	}
}

// of returns the schema of a record: a repeat has other keys than the rest.
func (s schema) of(kind any) schema {
	own := maps.Clone(s)
	for _, key := range []string{"n", "times", "span_us"} {
		if kind != "repeat" {
			delete(own, key)
		}
	}
	if kind == "repeat" {
		delete(own, "text")
	}
	return own
}

// documented decodes a trace and compares every object with the tables.
func documented(t *testing.T, tables []schema, trace []byte, seen [3]map[string]bool) {
	n := 0
	each(t, trace, func(ev *Event) {
		line := AppendRecordJSON(nil, ev, n)
		if n = max(n, ev.Exchange.N); ev.Exchange.N != 0 {
			line = AppendJSON(nil, &ev.Exchange, 8)
		}
		var object map[string]any
		require.NoError(t, json.Unmarshal(line, &object), "%s", line)
		if ev.Exchange.N == 0 {
			tables[2].of(object["kind"]).holds(t, object, seen[2])
			return
		}
		tables[0].holds(t, object, seen[0])
		for _, params := range []string{"args", "reply"} {
			for _, v := range object[params].(map[string]any) {
				if bytes, ok := v.(map[string]any); ok {
					tables[1].holds(t, bytes, seen[1])
				}
			}
		}
	})
}

// docs/json.md has every key there is, and none that there is not.
func TestTheDocumentedSchema(t *testing.T) {
	tables := schemas(t)
	require.Len(t, tables, 3)
	seen := [3]map[string]bool{{}, {}, {}}
	files, err := filepath.Glob("../traces/*.nina")
	require.NoError(t, err)
	for _, name := range files {
		file, err := os.ReadFile(name)
		require.NoError(t, err)
		documented(t, tables, file, seen)
	}
	cut := sent("E04402 000100 0005")
	cut.Window.Omitted = 9
	documented(t, tables, trace(t, cut, sent("E02000EE"), read("E0A0010103EE"),
		capture.Record{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: 3}}), seen)
	for i, table := range tables {
		for key := range table {
			assert.True(t, seen[i][key], "%s is documented and never there", key)
		}
	}
}
