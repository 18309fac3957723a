package boardcheck

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// deviceSet is loaded with all that it imports, which is the device set.
var deviceSet = []string{"wifinina/board", "wifinina/bus/link", "capture"}

func loadDeviceSet(t *testing.T, l *loader) {
	for _, name := range deviceSet {
		_, err := l.Import(module + name)
		assert.Empty(t, l.errors)
		require.NoError(t, err)
	}
	for _, name := range []string{"wifinina", "wifinina/bus", "wifinina/wire", "netdev", "internal/cobs"} {
		require.Contains(t, l.done, module+name)
	}
}

func TestDeviceSetCompilesForEveryBoard(t *testing.T) {
	for _, board := range targets(t) {
		t.Run(board.name, func(t *testing.T) {
			l := load(t, board.tags)
			loadDeviceSet(t, l)
			_, err := l.check("sketch", "testdata/sketch", "", nil)
			assert.NoError(t, err)
		})
	}
}

// Every sketch in examples compiles for every board.
func TestExamplesCompileForEveryBoard(t *testing.T) {
	sketches, err := filepath.Glob(filepath.Join(root, "examples/*/main.go"))
	require.NoError(t, err)
	require.NotEmpty(t, sketches)
	for _, board := range targets(t) {
		for _, main := range sketches {
			dir := filepath.Dir(main)
			t.Run(board.name+"/"+filepath.Base(dir), func(t *testing.T) {
				l := load(t, board.tags)
				pkg, err := l.check("example", dir, "", nil)
				assert.Empty(t, l.errors)
				require.NoError(t, err)
				assert.NotNil(t, pkg.Scope().Lookup("main"))
			})
		}
	}
}

// A board without a coprocessor of its own has the wiring of a breakout, and a
// sketch that wants the board's own one does not compile.
func TestAnyBoardTakesABreakout(t *testing.T) {
	l := load(t, []string{"tinygo", "rp2040"})
	pkg, err := l.Import(module + "wifinina/board")
	require.NoError(t, err)
	assert.NotNil(t, pkg.Scope().Lookup("AirLift"))
	assert.Nil(t, pkg.Scope().Lookup("Config"))
}

// TinyGo's package netdev can't be compiled for a PC, because of its linkname;
// it can be type-checked.
func TestDeviceIsTinyGosNetdeverAndNetlinker(t *testing.T) {
	l := load(t, targets(t)[0].tags)
	loadDeviceSet(t, l)
	device := types.NewPointer(lookup(t, l, module+"wifinina", "Device").Type())
	for path, name := range map[string]string{
		"tinygo.org/x/drivers/netdev":  "Netdever",
		"tinygo.org/x/drivers/netlink": "Netlinker",
	} {
		want := lookup(t, l, path, name).Type().Underlying().(*types.Interface)
		require.NotZero(t, want.NumMethods())
		missing, wrong := types.MissingMethod(device, want, true)
		assert.Nil(t, missing, "%s.%s: wrong type: %t", path, name, wrong)
	}
}

func TestProbeHasTheSignatureOfTinyGos(t *testing.T) {
	for _, board := range targets(t) {
		l := load(t, board.tags)
		ours := lookup(t, l, module+"wifinina/board", "Probe")
		theirs := lookup(t, l, "tinygo.org/x/drivers/netlink/probe", "Probe")
		assert.True(t, types.Identical(ours.Type(), theirs.Type()), "%s: %s, %s", board.name, ours, theirs)
	}
}

func lookup(t *testing.T, l *loader, path, name string) types.Object {
	pkg, err := l.Import(path)
	if path != "tinygo.org/x/drivers/netlink/probe" {
		require.NoError(t, err) // that one imports TinyGo's driver, with a machine larger than ours
	}
	obj := pkg.Scope().Lookup(name)
	require.NotNil(t, obj, "%s.%s", path, name)
	return obj
}

// The programs of TinyGo's examples/net that need only the drivers and the standard
// library (ntpclient sets TinyGo's clock, others need more modules) compile
// with this driver when one import is exchanged.
func TestExamplesOfTinyGoTakeOurProbe(t *testing.T) {
	drivers, err := driversDir()
	require.NoError(t, err)
	for _, name := range []string{
		"http-get", "http-head", "http-post", "http-postform", "socket",
		"tcpclient", "tcpecho", "tlsclient", "webclient", "webserver",
	} {
		t.Run(name, func(t *testing.T) {
			l := load(t, targets(t)[1].tags)
			swapped := 0
			syntax, err := l.parse(filepath.Join(drivers, "examples/net", name), func(f *ast.File) { swapped += swapProbe(f) })
			require.NoError(t, err)
			require.Equal(t, 1, swapped)
			_, err = l.checkFiles("example", syntax, "", nil)
			assert.Empty(t, l.errors)
			assert.NoError(t, err)
			assert.Contains(t, l.done, module+"wifinina/board")
		})
	}
}

// swapProbe does what package board's documentation says.
func swapProbe(f *ast.File) (swapped int) {
	for _, imp := range f.Imports {
		if imp.Path.Value == `"tinygo.org/x/drivers/netlink/probe"` {
			imp.Path.Value = strconv.Quote(module + "wifinina/board")
			imp.Name = ast.NewIdent("probe")
			swapped++
		}
	}
	return swapped
}
