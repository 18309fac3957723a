package logic

import (
	"archive/zip"
	"bytes"
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

// A dump and a session of hundreds of MB take no more memory than a small one.
func TestMemoryDoesNotGrowWithTheLevels(t *testing.T) {
	head, _, _ := strings.Cut(render(fake(1)).vcd(), "#0")
	grown := growth(t, func() {
		dump := io.MultiReader(strings.NewReader(head), &repeated{text: "#5 1! 0! " + strings.Repeat("1! 0! ", 100), left: 30_000})
		_, err := ImportVCD(writer(t), dump, Options{})
		require.NoError(t, err)
	})
	assert.Less(t, grown, uint64(8<<20), "of 18 MB")

	var unit [1 << 16]byte
	copy(unit[:], "\x01\x00\x02\x00\x02\x01")
	session := zippedStream(t, &repeated{text: string(unit[:]), left: 1 << 10})
	grown = growth(t, func() {
		stats, err := ImportSigrok(writer(t), bytes.NewReader(session), int64(len(session)), Options{})
		require.NoError(t, err)
		require.Greater(t, stats.Windows, 1000)
	})
	assert.Less(t, grown, uint64(8<<20), "of 64 MB")
}

// growth returns by how much the heap was larger during f than before.
func growth(t *testing.T, f func()) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return max(after.HeapSys, before.HeapSys) - before.HeapSys
}

// zippedStream returns a session with the samples.
func zippedStream(t *testing.T, samples io.Reader) []byte {
	t.Helper()
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, m := range []struct {
		name string
		data io.Reader
	}{{"version", strings.NewReader("2")}, {"metadata", strings.NewReader(goodMeta)}, {"logic-1-1", samples}} {
		f, err := z.Create(m.name)
		require.NoError(t, err)
		_, err = io.Copy(f, m.data)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return file.Bytes()
}
