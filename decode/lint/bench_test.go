package lint

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/traces"
)

// Reader, decoder and all rules together, on a session in order.
func BenchmarkLint(b *testing.B) {
	trace, err := traces.FS.ReadFile("tcp-echo-server.nina")
	require.NoError(b, err)
	trace = bytes.Repeat(trace, 1000)
	b.SetBytes(int64(len(trace)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		l := New(Rules(), func(f *Finding) { b.Fatal(f.Text) })
		d := decode.NewDecoder(bytes.NewReader(trace))
		var ev decode.Event
		for {
			err := d.Next(&ev)
			if err == io.EOF {
				break
			}
			require.NoError(b, err)
			l.Add(&ev)
			if ev.Exchange.N != 0 {
				n++
			}
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "exchanges/s")
}
