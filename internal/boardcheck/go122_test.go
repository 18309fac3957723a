package boardcheck

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oldest is the Go of the oldest TinyGo that the device set compiles with.
const oldest = 22

func TestDeviceSetIsLanguageOfGo122(t *testing.T) {
	l := load(t, targets(t)[0].tags)
	l.version = fmt.Sprintf("go1.%d", oldest)
	loadDeviceSet(t, l)
}

// The check above would see what it must see.
func TestNewerLanguageIsRefused(t *testing.T) {
	l := load(t, nil)
	_, err := l.check("newer", "testdata/newer", fmt.Sprintf("go1.%d", oldest), nil)
	assert.ErrorContains(t, err, "requires go1.23")
}

func TestDeviceSetUsesPackagesOfGo122(t *testing.T) {
	newer := newerAPI(t)
	for _, board := range targets(t) {
		l := load(t, board.tags)
		loadDeviceSet(t, l)
		require.NotEmpty(t, l.uses)
		for id, obj := range l.uses {
			if name := apiName(obj); newer[name] != "" {
				t.Errorf("%s: %s is new in %s", files.Position(id.Pos()), name, newer[name])
			}
		}
	}
}

// The check above would see a function, a method, a field and a package.
func TestNewerAPIIsSeen(t *testing.T) {
	newer := newerAPI(t)
	l := load(t, nil)
	_, err := l.check("newer", "testdata/newer", "", l.uses)
	require.NoError(t, err)
	var seen []string
	for _, obj := range l.uses {
		if name := apiName(obj); newer[name] != "" {
			seen = append(seen, name)
		}
	}
	slices.Sort(seen)
	assert.Equal(t, []string{"crypto/tls.Config.EncryptedClientHelloConfigList", "slices.Values", "strings.Lines", "sync.WaitGroup.Go", "unique.Make"},
		slices.Compact(seen))
}

// newerAPI returns what the standard library has since Go 1.22, by name, and
// since when.
func newerAPI(t *testing.T) map[string]string {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	out := map[string]string{}
	for v := oldest + 1; ; v++ {
		version := fmt.Sprintf("go1.%d", v)
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "api", version+".txt"))
		if os.IsNotExist(err) && v > oldest+1 {
			return out
		}
		if err != nil {
			t.Skip("this Go has no lists of its API: ", err)
		}
		for line := range strings.Lines(string(text)) {
			if name := listedName(line); name != "" && out[name] == "" {
				out[name] = version
			}
		}
	}
}

// listedName returns the name in a line of GOROOT/api: "sync.WaitGroup.Go" of
// "pkg sync, method (*WaitGroup) Go(func()) #63796". A line that says what is
// deprecated names nothing new.
func listedName(line string) string {
	line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
	where, what, ok := strings.Cut(strings.TrimPrefix(line, "pkg "), ", ")
	if !ok || strings.HasSuffix(line, "//deprecated") {
		return ""
	}
	path, _, _ := strings.Cut(where, " (") // "syscall (linux-386)"
	kind, rest, _ := strings.Cut(what, " ")
	switch kind {
	case "method":
		receiver, method, _ := strings.Cut(strings.TrimPrefix(rest, "("), ") ")
		return path + "." + word(strings.TrimPrefix(receiver, "*")) + "." + word(method)
	case "type":
		if head, member, ok := strings.Cut(rest, ", "); ok && strings.Count(head, " ") == 1 {
			return path + "." + word(rest) + "." + word(member)
		}
	}
	return path + "." + word(rest)
}

// word returns the identifier s begins with.
func word(s string) string {
	return s[:len(s)-len(strings.TrimLeftFunc(s, func(r rune) bool { return token.IsIdentifier("x" + string(r)) }))]
}

// apiName names an object as listedName does.
func apiName(obj types.Object) string {
	if obj.Pkg() == nil || !obj.Exported() {
		return ""
	}
	name := obj.Pkg().Path() + "."
	if f, ok := obj.(*types.Func); ok && f.Signature().Recv() != nil {
		name += receiver(f.Signature().Recv().Type()) + "."
	}
	if v, ok := obj.(*types.Var); ok && v.IsField() {
		name += owner(v) + "."
	}
	return name + obj.Name()
}

func receiver(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// owner returns the name of the type in its package that has the field.
func owner(field *types.Var) string {
	scope := field.Pkg().Scope()
	for _, name := range scope.Names() {
		s, ok := scope.Lookup(name).Type().Underlying().(*types.Struct)
		for i := 0; ok && i < s.NumFields(); i++ {
			if s.Field(i).Pos() == field.Pos() {
				return name
			}
		}
	}
	return ""
}
