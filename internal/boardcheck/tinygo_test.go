package boardcheck

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// size is the last line that `tinygo build -size short` prints: code, data,
// bss, flash, ram.
var size = regexp.MustCompile(`(?m)^\s*\d+\s+\d+\s+\d+\s+\|\s+(\d+)\s+(\d+)\s*$`)

// TestTinyGoBuildsForEveryBoard builds testdata/sketch and says what it takes
// of flash and RAM. `make tinygo` shows it.
func TestTinyGoBuildsForEveryBoard(t *testing.T) {
	if testing.Short() {
		t.Skip("builds for minutes")
	}
	tinygo, err := exec.LookPath("tinygo")
	if err != nil {
		t.Skip("no tinygo on the PATH, and Debian has none to install")
	}
	for _, board := range targets(t) {
		t.Run(board.name, func(t *testing.T) {
			out, err := exec.Command(tinygo, "build", "-size", "short", "-target", board.name,
				"-o", filepath.Join(t.TempDir(), "sketch.elf"), "./testdata/sketch").CombinedOutput()
			require.NoError(t, err, "%s", out)
			m := size.FindSubmatch(out)
			require.NotNil(t, m, "%s", out)
			t.Logf("%s: %s bytes of flash, %s bytes of RAM", board.name, m[1], m[2])
		})
	}
}
