package boardcheck

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the module's folder, seen from here.
const root = "../.."

// A target is a board of the table in reference §1.4.
type target struct {
	name  string            // TinyGo's -target
	tags  []string          // what TinyGo then builds with, as far as we look at it
	wires map[string]string // by the name of a line, the pin
	high  bool              // a high level resets
}

// chips says which chip a board has, as TinyGo's tag for it (targets/*.json).
var chips = map[string]string{
	"arduino-mkrwifi1010": "sam",
	"arduino-nano33":      "sam",
	"nano-rp2040":         "rp2040",
	"pyportal":            "sam",
	"metro-m4-airlift":    "sam",
	"matrixportal-m4":     "sam",
	"pybadge":             "sam",
}

var row = regexp.MustCompile(`(?m)^\|[^|]*\((?:TinyGo target |)([a-z0-9-]+)\) \|(.*)\|$`)

// targets reads the table of boards in the reference.
func targets(t *testing.T) []target {
	text, err := os.ReadFile(filepath.Join(root, "docs/nina-protocol.md"))
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "### 1.4 Boards")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\n---")
	var out []target
	for _, m := range row.FindAllStringSubmatch(section, -1) {
		chip, ok := chips[m[1]]
		if !ok {
			continue
		}
		cells := strings.Split(m[2], "|")
		require.Len(t, cells, 7, m[1])
		out = append(out, parse(m[1], chip, cells))
	}
	require.Len(t, out, len(chips), "boards in the table")
	return out
}

// parse reads "D8=PB14", "PA15 / PA12 / PA13", "SPI1" and "**true**".
func parse(name, chip string, cells []string) target {
	for i, c := range cells {
		cells[i] = strings.Trim(c, " *")
	}
	spi := strings.Split(cells[4], " / ")
	lines := []string{cells[0], cells[1], cells[2], cells[3], spi[0], spi[1], spi[2], cells[5]}
	wires := map[string]string{}
	for i, line := range []string{"CS", "ACK", "GPIO0", "RESETN", "SCK", "SDO", "SDI", "SPI"} {
		if _, pin, ok := strings.Cut(lines[i], "="); ok {
			lines[i] = pin
		}
		wires[line] = lines[i]
	}
	return target{
		name:  name,
		tags:  []string{"tinygo", "baremetal", "ninafw", chip, strings.ReplaceAll(name, "-", "_")},
		wires: wires,
		high:  cells[6] == "true",
	}
}
