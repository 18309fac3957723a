package fidelity

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// TestCorpus plays the traces of our own driver: they are of other firmware
// too, and use commands the genuine library does not.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../../traces/*.nina")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			trace, err := os.Open(file)
			require.NoError(t, err)
			defer trace.Close()
			r := &Recording{Name: file}
			require.NoError(t, r.take(capture.NewReader(trace)))
			result := played(t, r)
			require.Zero(t, Report(os.Stdout, []Result{result}))
		})
	}
}
