package layers

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// board is the package that alone may know TinyGo's machine.
const board = "wifinina/board"

// boardMay is what only board needs beside deviceMay.
var boardMay = map[string]string{
	"machine":                     "TinyGo's pins and peripherals",
	"tinygo.org/x/drivers/netdev": "TinyGo's Netdever, which Probe returns",
}

// On a PC package board is empty, so that its imports are looked at as TinyGo
// sees them. Package machine is missing here, which -e suffers.
func TestOnlyBoardKnowsTheMachine(t *testing.T) {
	b, err := exec.Command("go", "list", "-e", "-tags", "tinygo,ninafw", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	require.NoError(t, err)
	seen := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		name := strings.TrimPrefix(f[0], module)
		for _, dep := range f[1:] {
			if name == board {
				seen[dep] = true
				ours := strings.HasPrefix(dep, module)
				assert.True(t, ours || deviceMay[dep] != "" || boardMay[dep] != "", "%s imports %s", name, dep)
			} else if !strings.HasPrefix(name, "examples/") {
				assert.Empty(t, boardMay[dep], "%s imports %s", name, dep)
			}
		}
	}
	for dep := range boardMay {
		assert.True(t, seen[dep], "%s does not import %s", board, dep)
	}
}
