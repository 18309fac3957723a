package fidelity

import (
	"flag"
	"os"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// dir is the folder of recordings, from `make fidelity DIR=folder`.
var dir = flag.String("dir", "../../traces/golden", "folder of recordings")

// TestFidelity holds the emulator against all recordings of a folder.
func TestFidelity(t *testing.T) {
	recordings, err := Load(*dir)
	require.NoError(t, err)
	var results []Result
	for _, r := range recordings {
		results = append(results, played(t, r))
	}
	require.Zero(t, Report(os.Stdout, results), "replies are different")
}

// played plays a recording in a bubble of its own.
func played(t *testing.T, r *Recording) (result Result) {
	t.Helper()
	synctest.Test(t, func(*testing.T) { result = Play(r) })
	return result
}
