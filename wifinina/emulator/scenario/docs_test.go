package scenario

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheDocumentTellsAll: docs/scenarios.md has every fault and every when, and
// what it shows can be read.
func TestTheDocumentTellsAll(t *testing.T) {
	b, err := os.ReadFile("../../../docs/scenarios.md")
	require.NoError(t, err)
	doc := string(b)
	for _, name := range names() {
		assert.Regexp(t, "\n\\| `"+name+"[` ]", doc)
	}
	for _, when := range words(whens) {
		assert.Regexp(t, "\n\\| `"+when+"[` ]", doc)
	}
	files := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(doc, -1)
	require.NotEmpty(t, files)
	for _, f := range files {
		_, err := Read(strings.NewReader(f[1]))
		assert.NoError(t, err)
	}
	_, lines, _ := strings.Cut(doc, "connected at the moment:\n\n")
	lines, _, _ = strings.Cut(lines, "\n\n")
	require.NotEmpty(t, lines)
	for line := range strings.Lines(lines) {
		_, err := Tell(line)
		assert.NoError(t, err, line)
	}
}
