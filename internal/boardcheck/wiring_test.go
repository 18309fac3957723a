package boardcheck

import (
	"encoding/json"
	"go/constant"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the board package does to the pins, by running it with the stand-in for
// machine, against the table of the reference.
func TestBoardsAreWiredAsInTheReference(t *testing.T) {
	for _, board := range targets(t) {
		t.Run(board.name, func(t *testing.T) {
			got := run(t, board.tags)
			for line, pin := range board.wires {
				assert.Equal(t, number(t, board, pin), got[line], "%s is %s", line, pin)
			}
			assert.Equal(t, strconv.FormatBool(board.high), got["high"])
			on, off := "high", "low"
			if !board.high {
				on, off = off, on
			}
			assert.Equal(t, "CS high; CS output; CS high; READY input, pulled up; RESETN "+off+"; RESETN output; RESETN "+off+"; GPIO0 input; "+
				strings.ToUpper(board.wires["SPI"])+" 8000000 Hz mode 0 lsb false on "+got["SCK"]+" "+got["SDO"]+" "+got["SDI"]+"; CS high",
				got["onboard.setup"])
			assert.Equal(t, "GPIO0 high; GPIO0 output; GPIO0 high; RESETN "+on, got["onboard.asserted"], "boots firmware, not the ROM loader")
			assert.Equal(t, "RESETN "+off, got["onboard.released"])
			assert.Equal(t, "GPIO0 input", got["onboard.booted"], "the line is the firmware's")
			assert.Equal(t, "CS low; CS high", got["onboard.selected"])
		})
	}
}

// A breakout resets at a low level, and lines that are not wired stay alone.
func TestBreakoutIsWiredByItsPins(t *testing.T) {
	got := run(t, targets(t)[0].tags)
	assert.Equal(t, "CS high; CS output; CS high; READY input, pulled up; RESETN high; RESETN output; RESETN high; "+
		"SPI0 8000000 Hz mode 0 lsb false on 0 0 0; CS high", got["airlift.setup"])
	assert.Equal(t, "RESETN low", got["airlift.asserted"])
	assert.Equal(t, "RESETN high", got["airlift.released"])
	assert.Empty(t, got["airlift.booted"])

	assert.Empty(t, got["refused.asserted"])
	assert.Equal(t, "not these pins", got["error"], "what SPI says to its pins is not lost")
}

// The table in the documentation of package board is that of the reference.
func TestDocumentedPinsAreThoseOfTheReference(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(root, "wifinina/board/doc.go"))
	require.NoError(t, err)
	for _, board := range targets(t) {
		_, line, ok := strings.Cut(string(doc), "\n//\t"+board.name+" ")
		require.True(t, ok, board.name)
		line, _, _ = strings.Cut(line, "\n")
		assert.Equal(t, board.high, strings.Contains(line, "↑"), board.name)
		pins := strings.Fields(strings.NewReplacer("/", "", "↑", "").Replace(line))
		require.Len(t, pins, 8, line)
		for i, name := range []string{"CS", "ACK", "GPIO0", "RESETN", "SCK", "SDO", "SDI", "SPI"} {
			assert.Equal(t, number(t, board, board.wires[name]), number(t, board, pins[i]), "%s of %s", name, board.name)
		}
	}
}

// number returns what the stand-in for machine says a pin's number is; SPI1 is
// a name already.
func number(t *testing.T, board target, pin string) string {
	if strings.HasPrefix(pin, "SPI") {
		return pin
	}
	machine, err := load(t, board.tags).Import("machine")
	require.NoError(t, err)
	c, ok := machine.Scope().Lookup(pin).(*types.Const)
	require.True(t, ok, pin)
	return constant.ToInt(c.Val()).ExactString()
}

// run compiles testdata/wiring with the tags, runs it and returns its output
// by the first word of each line. Go's compiler takes the place of TinyGo's:
// the functions that TinyGo's runtime holds are left out.
func run(t *testing.T, tags []string) map[string]string {
	dir := t.TempDir()
	left := map[string]string{}
	for _, name := range []string{"netdev/use_tinygo.go", "wifinina/board/probe.go"} {
		left[absolute(t, filepath.Join(root, name))] = ""
	}
	overlay, err := json.Marshal(map[string]any{"Replace": left})
	require.NoError(t, err)
	write(t, filepath.Join(dir, "overlay.json"), overlay)
	withMachine(t, dir)

	cmd := exec.Command("go", "run", "-modfile", filepath.Join(dir, "go.mod"), "-overlay", filepath.Join(dir, "overlay.json"),
		"-tags", strings.Join(tags, ","), "./testdata/wiring")
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	lines := map[string]string{}
	for line := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		lines[key] = value
	}
	return lines
}

// withMachine writes into dir a go.mod of this module in which package machine
// is the stand-in.
func withMachine(t *testing.T, dir string) {
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		if name == "go.mod" {
			b = append(b, "\nrequire machine v0.0.0\nreplace machine => "+strconv.Quote(absolute(t, "testdata/machine"))+"\n"...)
		}
		write(t, filepath.Join(dir, name), b)
	}
}

func absolute(t *testing.T, name string) string {
	abs, err := filepath.Abs(name)
	require.NoError(t, err)
	return abs
}

func write(t *testing.T, name string, b []byte) {
	require.NoError(t, os.WriteFile(name, b, 0o644))
}
