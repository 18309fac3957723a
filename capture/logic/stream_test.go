package logic

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// repeated gives a text over and over.
type repeated struct {
	text string
	left int
	rest string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.left--
		r.rest = r.text
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// windowRows is a window of 30 bytes.
var windowRows = "\"SPI\",\"enable\",1.736370977,0.000000004,,\n" +
	strings.Repeat("\"SPI\",\"result\",1.736370977,0.000015984,0xFF,0x00\n", 30) +
	"\"SPI\",\"disable\",1.736370977,0.000000004,,\n"

const tableHeader = "name,type,start_time,duration,\"mosi\",\"miso\"\n"

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	const n = 4000
	var heap []uint64
	measure := func() {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		heap = append(heap, m.HeapAlloc)
	}
	w, err := capture.NewWriter(io.Discard, time.Nanosecond)
	require.NoError(t, err)
	spi := io.MultiReader(strings.NewReader(tableHeader),
		&repeated{text: windowRows, left: 1}, once(measure),
		&repeated{text: windowRows, left: n - 1}, once(measure))
	pins := io.MultiReader(strings.NewReader("Time [s],READY\n"), &repeated{text: "0,0\n0,1\n", left: 10 * n})
	stats, err := ImportSaleae(w, spi, pins, Options{})
	require.NoError(t, err)
	require.Equal(t, n, stats.Windows)
	require.Equal(t, 20*n, stats.Pins)
	assert.Less(t, heap[1], heap[0]+1<<20, "the files have %d MB", n*len(windowRows)>>20)
}

// once is a Reader of nothing that calls itself when it is reached.
type once func()

func (f once) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

func BenchmarkImportSaleae(b *testing.B) {
	const n = 1000
	b.ReportAllocs()
	for range b.N {
		w, err := capture.NewWriter(io.Discard, time.Nanosecond)
		require.NoError(b, err)
		spi := io.MultiReader(strings.NewReader(tableHeader), &repeated{text: windowRows, left: n})
		_, err = ImportSaleae(w, spi, nil, Options{})
		require.NoError(b, err)
	}
	b.ReportMetric(float64(32*n*b.N)/b.Elapsed().Seconds(), "rows/s")
}
