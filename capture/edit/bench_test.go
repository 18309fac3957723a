package edit_test

import (
	"bytes"
	"io"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/edit"
	"github.com/ninatrace/ninatrace/traces"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func BenchmarkMask(b *testing.B) {
	trace, err := fs.ReadFile(traces.FS, "udp.nina")
	require.NoError(b, err)
	b.SetBytes(int64(len(trace)))
	b.ReportAllocs()
	for range b.N {
		w, err := capture.NewWriter(io.Discard, 1)
		require.NoError(b, err)
		require.NoError(b, edit.Copy(edit.Mask(w, wire.Payload|wire.SSIDs), capture.NewReader(bytes.NewReader(trace))))
	}
}
