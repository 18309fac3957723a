package stats

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/json.md describes every key.
func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/json.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## stats --json\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	seen := keys(reflect.TypeFor[Stats]())
	require.Greater(t, len(seen), 30)
	for _, key := range seen {
		assert.Regexp(t, "[`.]"+key+"[`.]", section)
	}
}

// keys returns the names of a struct's fields as JSON has them.
func keys(typ reflect.Type) (list []string) {
	switch typ.Kind() {
	case reflect.Slice:
		return keys(typ.Elem())
	case reflect.Struct:
		for i := range typ.NumField() {
			f := typ.Field(i)
			list = append(append(list, f.Tag.Get("json")), keys(f.Type)...)
		}
	}
	return list
}
