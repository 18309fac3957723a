package boardcheck

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/ninatrace/ninatrace/"

// files is of all packages, because the standard library is loaded once.
var files = token.NewFileSet()

// library is the standard library from source, which needs no cgo.
var library = sync.OnceValue(func() types.Importer {
	build.Default.CgoEnabled = false
	return importer.ForCompiler(files, "source", nil)
})

var driversDir = sync.OnceValues(func() (string, error) {
	b, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "tinygo.org/x/drivers").Output()
	return strings.TrimSpace(string(b)), err
})

// A loader type-checks packages as TinyGo would compile them for a target:
// with its tags, and with the stand-in as package machine.
type loader struct {
	context build.Context
	version string // of the language, for packages of ours; "": the newest
	drivers string
	done    map[string]*types.Package
	uses    map[*ast.Ident]types.Object // in packages of ours
	errors  []error
}

func load(t *testing.T, tags []string) *loader {
	drivers, err := driversDir()
	require.NoError(t, err)
	context := build.Default
	context.BuildTags = tags
	context.CgoEnabled = false
	context.GOOS, context.GOARCH = "linux", "arm" // which TinyGo sets for a Cortex-M
	return &loader{context: context, drivers: drivers, done: map[string]*types.Package{}, uses: map[*ast.Ident]types.Object{}}
}

// Import implements types.Importer.
func (l *loader) Import(path string) (*types.Package, error) {
	if pkg := l.done[path]; pkg != nil {
		return pkg, nil
	}
	if rest, ok := strings.CutPrefix(path, module); ok {
		return l.check(path, filepath.Join(root, rest), l.version, l.uses)
	}
	if rest, ok := strings.CutPrefix(path, "tinygo.org/x/drivers/"); ok {
		return l.check(path, filepath.Join(l.drivers, rest), "", nil)
	}
	if path == "machine" {
		return l.check(path, "testdata/machine", "", nil)
	}
	return library().Import(path)
}

// check type-checks the package in dir and keeps it as path.
func (l *loader) check(path, dir, version string, uses map[*ast.Ident]types.Object) (*types.Package, error) {
	syntax, err := l.parse(dir, nil)
	if err != nil {
		return nil, err
	}
	return l.checkFiles(path, syntax, version, uses)
}

func (l *loader) checkFiles(path string, syntax []*ast.File, version string, uses map[*ast.Ident]types.Object) (*types.Package, error) {
	config := types.Config{
		Importer:  l,
		GoVersion: version,
		Sizes:     types.SizesFor("gc", "arm"),
		Error:     func(err error) { l.errors = append(l.errors, err) },
	}
	pkg, err := config.Check(path, files, syntax, &types.Info{Uses: uses})
	l.done[path] = pkg
	return pkg, err
}

// parse returns the files of a package that the tags choose, each edited first.
func (l *loader) parse(dir string, edit func(*ast.File)) ([]*ast.File, error) {
	pkg, err := l.context.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	var out []*ast.File
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(files, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if edit != nil {
			edit(f)
		}
		out = append(out, f)
	}
	return out, nil
}
