package layers

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// onBoard are the flags that make the go command see what a board compiles.
// Packages of TinyGo's, which it can't find, are no matter.
var onBoard = []string{"-e", "-tags", "tinygo,ninafw"}

// goList returns what go list prints.
func goList(t *testing.T, format string, args ...string) []string {
	b, err := exec.Command("go", append([]string{"list", "-f", format}, args...)...).CombinedOutput()
	require.NoError(t, err, "%s", b)
	return slices.Collect(strings.Lines(string(b)))
}

// sources returns the Go files of a package that a board compiles, by name,
// without its tests.
func sources(t *testing.T, pkg string) map[string]string {
	out := map[string]string{}
	for _, line := range goList(t, `{{range .GoFiles}}{{println .}}{{end}}`, append(onBoard, module+pkg)...) {
		file := strings.TrimSpace(line)
		if file == "" {
			continue
		}
		b, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(pkg), file))
		require.NoError(t, err)
		out[file] = string(b)
	}
	require.NotEmpty(t, out, pkg)
	return out
}

var comment = regexp.MustCompile(`//.*`)

// code returns Go text without its line comments.
func code(text string) string { return comment.ReplaceAllString(text, "") }

var name = regexp.MustCompile(`^[A-Za-z]+`)

// usesOf returns the names that stand behind a prefix.
func usesOf(text, prefix string) []string {
	var out []string
	for _, part := range strings.Split(text, prefix)[1:] {
		out = append(out, name.FindString(part))
	}
	return out
}
