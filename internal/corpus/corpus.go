// Package corpus gives tests every trace of this repository.
package corpus

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
	"github.com/ninatrace/ninatrace/traces"
)

// All returns the traces of package traces and the golden recordings below
// root, which is the way to the top of the repository, imported. They are named
// as their files.
func All(t testing.TB, root string) map[string][]byte {
	all := map[string][]byte{}
	files, err := fs.Glob(traces.FS, "*.nina")
	require.NoError(t, err)
	for _, name := range files {
		all[name], err = traces.FS.ReadFile(name)
		require.NoError(t, err)
	}
	recordings, err := filepath.Glob(filepath.Join(root, "traces", "golden", "*.spi.csv"))
	require.NoError(t, err)
	require.NotEmpty(t, recordings)
	for _, name := range recordings {
		all[filepath.Base(name)] = imported(t, name)
	}
	return all
}

// imported makes a trace of a recording.
func imported(t testing.TB, name string) []byte {
	spi, err := os.Open(name)
	require.NoError(t, err)
	defer spi.Close()
	pins, err := os.Open(strings.TrimSuffix(name, "spi.csv") + "digital.csv")
	require.NoError(t, err)
	defer pins.Close()
	var out bytes.Buffer
	w, err := capture.NewWriter(&out, 1)
	require.NoError(t, err)
	_, err = logic.ImportSaleae(w, spi, pins, logic.Options{})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}
