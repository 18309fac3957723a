package replay

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture/zst"
	"github.com/ninatrace/ninatrace/traces"
)

// A compressed trace is the trace, whatever it is called.
func TestCompressedTracesAreLoaded(t *testing.T) {
	plain, err := fs.ReadFile(traces.FS, "http-get.nina")
	require.NoError(t, err)
	var zip bytes.Buffer
	w := zst.NewWriter(&zip)
	_, err = w.Write(plain)
	require.NoError(t, err)
	require.NoError(t, w.Close())

	want, err := LoadFile(traces.FS, "http-get.nina")
	require.NoError(t, err)
	got, err := LoadFile(fstest.MapFS{"http-get.nina": {Data: zip.Bytes()}}, "http-get.nina")
	require.NoError(t, err)
	assert.Equal(t, want, got)
}
