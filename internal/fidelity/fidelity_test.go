package fidelity

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture/logic"
)

// dir is the folder of recordings, from `make fidelity DIR=folder`.
var dir = flag.String("dir", golden, "folder of recordings")

// golden is where those are that everybody has.
const golden = "../../traces/golden"

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

// TestGolden: of the recordings that everybody has nothing is excused, and the
// genuine library misuses the firmware only where it is made to.
func TestGolden(t *testing.T) {
	recordings, err := Load(golden)
	require.NoError(t, err)
	compared := 0
	for _, r := range recordings {
		result := played(t, r)
		compared += result.Count[Equal]
		assert.Equal(t, result.Compared(), result.Count[Equal], r.Name)
		if r.Name != "malformed" {
			assert.Empty(t, result.Misuses, r.Name)
		}
	}
	assert.Equal(t, 675, compared)
}

// TestRepeatable: the same recording gives the same report.
func TestRepeatable(t *testing.T) {
	recordings, err := Load(golden)
	require.NoError(t, err)
	for _, r := range recordings {
		assert.Equal(t, played(t, r), played(t, r), r.Name)
	}
}

// TestNoRecordings: a folder without any is an error that says what was looked
// for.
func TestNoRecordings(t *testing.T) {
	empty := t.TempDir()
	_, err := Load(empty)
	require.ErrorContains(t, err, "NAME.spi.csv and NAME.digital.csv")
	require.NoError(t, os.WriteFile(filepath.Join(empty, "a.spi.csv"), []byte("what is this?\n"), 0o600))
	_, err = Load(empty)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(filepath.Join(empty, "a.digital.csv"), nil, 0o600))
	_, err = Load(empty)
	var row *logic.RowError
	require.ErrorAs(t, err, &row)
}
