package layers

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
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
	seen := map[string]bool{}
	for pkg, deps := range imports(t, onBoard...) {
		name := strings.TrimPrefix(pkg, module)
		for _, dep := range deps {
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
