package layers

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sources returns the Go files of a package by name, without its tests.
func sources(t *testing.T, pkg string) map[string]string {
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pkg), "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, pkg)
	out := map[string]string{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		out[filepath.Base(f)] = string(b)
	}
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
