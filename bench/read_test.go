package bench

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ninatrace/ninatrace/capture"
)

// trace returns a trace of n windows made by window, one a millisecond.
func trace(b *testing.B, n int, window func(i int) capture.Window) []byte {
	b.Helper()
	var file bytes.Buffer
	w, err := capture.NewWriter(&file, time.Microsecond)
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		rec := capture.Record{
			Kind:   capture.KindWindow,
			Time:   time.Duration(i) * time.Millisecond,
			Window: window(i),
		}
		if err := w.Write(&rec); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// read reads a trace b.N times.
func read(b *testing.B, file []byte, windows int) {
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		r := capture.NewReader(bytes.NewReader(file))
		var rec capture.Record
		n := 0
		for r.Next(&rec) == nil {
			if rec.Kind == capture.KindWindow {
				n++
			}
		}
		if n != windows {
			b.Fatalf("%d windows, want %d: %v", n, windows, r.Next(&rec))
		}
	}
	b.ReportMetric(float64(b.N)*float64(windows)/b.Elapsed().Seconds(), "windows/s")
}

var fill = bytes.Repeat([]byte{0xFF}, 8)

// BenchmarkReadPolls reads requests and replies that are the same all the time.
func BenchmarkReadPolls(b *testing.B) {
	const windows = 100_000
	rng := rand.New(rand.NewPCG(1, 2))
	reply := []byte{0xE0, 0xAF, 0x01, 0x01, 0x04, 0xEE, 0x00, 0x00}
	file := trace(b, windows, func(i int) capture.Window {
		w := capture.Window{
			Ack: time.Duration(5+rng.IntN(15)) * time.Microsecond, Dur: 9 * time.Microsecond,
			MOSI: request, MISO: make([]byte, 8),
		}
		if i%2 == 1 {
			w.Wait = time.Duration(100+rng.IntN(200)) * time.Microsecond
			w.MOSI, w.MISO = fill, reply
		}
		return w
	})
	read(b, file, windows)
}

// BenchmarkReadBulk reads requests with 1436 bytes of payload.
func BenchmarkReadBulk(b *testing.B) {
	const windows = 2_000
	rng := rand.New(rand.NewPCG(3, 4))
	idle := make([]byte, 1448)
	file := trace(b, windows, func(int) capture.Window {
		w := capture.Window{Dur: 1448 * time.Microsecond, MOSI: make([]byte, 1448), MISO: idle}
		for i := range w.MOSI {
			w.MOSI[i] = byte(rng.Uint32())
		}
		return w
	})
	read(b, file, windows)
}
