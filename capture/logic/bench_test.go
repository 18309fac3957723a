package logic

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

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

// traffic is a recording of 200 windows on all lines.
func traffic() *wave { return render(spaced(fake(200), grid)) }

func BenchmarkImportDigital(b *testing.B) {
	w := traffic()
	file := w.csv()
	measure(b, len(file), len(w.samples), "rows/s", func() error {
		_, err := ImportSaleae(writer(b), strings.NewReader(file), nil, Options{})
		return err
	})
}

// BenchmarkCSV is encoding/csv on the same file.
func BenchmarkCSV(b *testing.B) {
	w := traffic()
	file := w.csv()
	measure(b, len(file), len(w.samples), "rows/s", func() error {
		r := csv.NewReader(strings.NewReader(file))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
}

func BenchmarkImportVCD(b *testing.B) {
	w := traffic()
	file := w.vcd()
	measure(b, len(file), len(w.samples), "times/s", func() error {
		_, err := ImportVCD(writer(b), strings.NewReader(file), Options{})
		return err
	})
}

// busySession is a session in which the bus is always at work, idleSession one in which it
// never is.
func busySession(b *testing.B) []byte { return traffic().sigrok(b, 40_000_000, 1, 1<<20) }
func idleSession(b *testing.B) []byte {
	w := traffic()
	w.samples = []sample{w.samples[0], {at: 100 * time.Millisecond, levels: w.samples[0].levels}}
	return w.sigrok(b, 40_000_000, 1, 1<<20)
}

func BenchmarkImportSigrokBusy(b *testing.B) { importSession(b, busySession(b)) }
func BenchmarkImportSigrokIdle(b *testing.B) { importSession(b, idleSession(b)) }

func importSession(b *testing.B, file []byte) {
	n := unpacked(b, file)
	measure(b, n, n, "samples/s", func() error {
		_, err := ImportSigrok(writer(b), bytes.NewReader(file), int64(len(file)), Options{})
		return err
	})
}

// BenchmarkUnzipBusy and BenchmarkUnzipIdle read the same members, and do
// nothing with them.
func BenchmarkUnzipBusy(b *testing.B) { unzip(b, busySession(b)) }
func BenchmarkUnzipIdle(b *testing.B) { unzip(b, idleSession(b)) }

func unzip(b *testing.B, file []byte) {
	n := unpacked(b, file)
	measure(b, n, n, "samples/s", func() error {
		unpacked(b, file)
		return nil
	})
}

// unpacked returns how many bytes the members with samples have.
func unpacked(b *testing.B, file []byte) int {
	b.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(b, err)
	var sum int64
	for _, f := range archive.File {
		if strings.HasPrefix(f.Name, "logic") {
			r, err := f.Open()
			require.NoError(b, err)
			n, err := io.Copy(io.Discard, r)
			require.NoError(b, err)
			sum += n
		}
	}
	return int(sum)
}

// measure runs an import of a file of so many bytes and things.
func measure(b *testing.B, size, things int, unit string, run func() error) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, run())
	}
	b.ReportMetric(float64(things)*float64(b.N)/b.Elapsed().Seconds(), unit)
}
