package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheRegisterIsInOrder(t *testing.T) {
	var ids, names []string
	for _, r := range Rules() {
		ids, names = append(ids, r.ID), append(names, r.Name)
		assert.Regexp(t, `^NT[1-9]\d\d$`, r.ID)
		assert.Regexp(t, `^[a-z]+(-[a-z]+)*$`, r.Name)
		for _, s := range []string{r.Why, r.Do} {
			assert.Regexp(t, regexp.MustCompile(`^[A-Z0-9][^\n]*\.$`), s, r.ID)
		}
		assert.NotEmpty(t, r.Title, r.ID)
		assert.NotEmpty(t, r.Source, r.ID)
	}
	assert.True(t, slices.IsSorted(ids))
	for _, list := range [][]string{ids, names} {
		sorted := slices.Sorted(slices.Values(list))
		assert.Len(t, slices.Compact(sorted), len(list), "none is given twice")
	}
	assert.GreaterOrEqual(t, len(ids), 25)
}

// What a rule refers to is there.
func TestSourcesExist(t *testing.T) {
	quirks, protocol := document(t, "quirks.md"), document(t, "nina-protocol.md")
	for _, r := range Rules() {
		for _, m := range regexp.MustCompile("`([a-z0-9-]+)`").FindAllStringSubmatch(r.Source, -1) {
			assert.Contains(t, quirks, "\n| `"+m[1]+"` |", r.ID)
		}
		for _, m := range regexp.MustCompile(`§(\d+(?:\.\d+)*)`).FindAllStringSubmatch(r.Source, -1) {
			assert.Regexp(t, `(?m)^#+ `+regexp.QuoteMeta(m[1])+`\.? `, protocol, r.ID)
		}
		for _, m := range regexp.MustCompile(`T-(\d+)`).FindAllString(r.Source, -1) {
			assert.Contains(t, protocol, "\n| "+m+" |", r.ID)
		}
	}
}

func document(t *testing.T, name string) string {
	text, err := os.ReadFile("../../docs/" + name)
	require.NoError(t, err)
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// What decode finds and what lint has rules for is the same, one to one.
func TestEveryFindingOfDecodeIsARule(t *testing.T) {
	var titles []string
	for _, r := range Rules() {
		if r.check == nil {
			titles = append(titles, r.Title)
		}
	}
	assert.ElementsMatch(t, decodeFinds(t), titles)
}

// decodeFinds returns the values of decode's constants Find….
func decodeFinds(t *testing.T) (list []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "../finding.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Find") {
			s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			list = append(list, s)
		}
		return true
	})
	return list
}

func TestFind(t *testing.T) {
	byID, err := Find("NT301")
	require.NoError(t, err)
	byName, err := Find("no-free-slot")
	require.NoError(t, err)
	assert.Same(t, byID, byName)
	_, err = Find("NT000")
	assert.ErrorContains(t, err, `no rule is called "NT000"`)
}

func TestSeverities(t *testing.T) {
	for i, name := range Severities() {
		s, err := ParseSeverity(name)
		require.NoError(t, err)
		assert.Equal(t, Severity(i), s)
		assert.Equal(t, name, s.String())
	}
	_, err := ParseSeverity("fatal")
	assert.Error(t, err)
}
