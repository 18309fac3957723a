package logic

import (
	"encoding/csv"
	"encoding/hex"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// The recordings are of the genuine firmware and library. Beside the analyzer
// files there is what the firmware itself saw, in .fw.csv.

// csvRows returns the rows of a file after its header.
func csvRows(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return all[1:]
}

// ns converts seconds by another way than the importer.
func ns(t *testing.T, s string) time.Duration {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	require.True(t, ok, s)
	r.Mul(r, big.NewRat(1e9, 1))
	require.True(t, r.IsInt(), s)
	return time.Duration(r.Num().Int64())
}

func TestGoldenRecordings(t *testing.T) {
	tables, err := filepath.Glob("testdata/*.spi.csv")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(tables), 4)
	for _, path := range tables {
		base := strings.TrimSuffix(path, ".spi.csv")
		t.Run(filepath.Base(base), func(t *testing.T) {
			spi, err := os.Open(path)
			require.NoError(t, err)
			defer spi.Close()
			pins, err := os.Open(base + ".digital.csv")
			require.NoError(t, err)
			defer pins.Close()
			got, stats, err := imported(t, spi, pins, Options{})
			require.NoError(t, err)
			checkBytes(t, csvRows(t, base+".fw.csv"), windows(got))
			checkTimes(t, csvRows(t, path), windows(got))
			checkLines(t, csvRows(t, base+".digital.csv"), got[1:])
			checkOrder(t, got)
			checkStats(t, stats, got)
		})
	}
}

// checkBytes compares windows with what the firmware saw.
func checkBytes(t *testing.T, want [][]string, got []capture.Record) {
	require.Len(t, got, len(want))
	for i, row := range want {
		bytes := got[i].Window.MOSI
		if row[3] == "RSP" {
			bytes = got[i].Window.MISO
		}
		assert.Equal(t, row[7], hex.EncodeToString(bytes), "window %d", i)
		assert.Len(t, got[i].Window.MISO, len(got[i].Window.MOSI))
		assert.Zero(t, got[i].Window.Status, "window %d", i)
	}
}

// checkTimes compares windows with the rows of the analyzer.
func checkTimes(t *testing.T, rows [][]string, got []capture.Record) {
	i := 0
	for _, row := range rows {
		switch row[1] {
		case "enable":
			assert.Equal(t, ns(t, row[2]), got[i].Time)
		case "disable":
			assert.Equal(t, ns(t, row[2]), got[i].Window.End(got[i].Time))
			i++
		}
	}
	assert.Len(t, got, i)
}

// checkLines compares all records with the edges of the digital export: each
// one is a record, a window's Ack, or a select or deselect.
func checkLines(t *testing.T, rows [][]string, got []capture.Record) {
	type change struct {
		at   time.Duration
		line string
		high bool
	}
	have := map[change]bool{}
	for _, r := range got {
		switch w := &r.Window; {
		case r.Kind == capture.KindPin:
			have[change{r.Time, r.Pin.String(), r.High}] = true
		default:
			have[change{r.Time, "CS", false}] = true
			have[change{r.Time + w.Ack, "READY", true}] = true
			have[change{w.End(r.Time), "CS", true}] = true
		}
	}
	want := map[change]bool{}
	last := []string{1: "1", 2: "1", 3: "1", 4: "0"} // at rest
	for _, row := range rows {
		for col, line := range []string{1: "CS", 2: "READY", 3: "RESETN", 4: "GPIO0"} {
			if col > 0 && row[col] != last[col] {
				want[change{ns(t, row[0]), line, row[col] == "1"}] = true
			}
		}
		last = row
	}
	assert.Equal(t, want, have)
}

// checkOrder wants the records in the order of their times.
func checkOrder(t *testing.T, got []capture.Record) {
	var last time.Duration
	for i, r := range got {
		end := r.Window.End(r.Time)
		assert.GreaterOrEqual(t, end, last, "record %d", i)
		last = end
	}
}

func checkStats(t *testing.T, stats Stats, got []capture.Record) {
	want := Stats{Analyzer: "SPI", Windows: len(windows(got)), Channels: []Channel{
		{Line: "ready", Name: "READY"}, {Line: "resetn", Name: "RESETN"}, {Line: "gpio0", Name: "GPIO0"}}}
	want.Pins = len(got) - 1 - want.Windows
	for _, r := range got {
		want.Bytes += int64(len(r.Window.MOSI))
		want.Duration = r.Window.End(r.Time)
	}
	assert.Equal(t, want, stats)
}

// Without chip select and numbers most windows of a genuine host can be told
// by their pauses, and all bytes are there.
func TestGoldenRecordingsByTheirPauses(t *testing.T) {
	all, whole := 0, 0
	for _, name := range []string{"http_get", "info", "lib191_issue239", "malformed"} {
		path := "testdata/" + name + ".spi.csv"
		file := "Time [s],Packet ID,MOSI,MISO\n"
		for _, row := range csvRows(t, path) {
			if row[1] == "result" {
				file += row[2] + ",0," + row[4] + "," + row[5] + "\n"
			}
		}
		got, stats, err := importedCSV(t, file, nil, Options{})
		require.NoError(t, err)
		table, err := os.ReadFile(path)
		require.NoError(t, err)
		want, exact, err := importedCSV(t, string(table), nil, Options{})
		require.NoError(t, err)
		assert.Equal(t, exact.Bytes, stats.Bytes)
		have := map[string]bool{}
		for _, r := range windows(got) {
			have[string(r.Window.MOSI)+string(r.Window.MISO)] = true
		}
		for _, r := range windows(want) {
			all++
			if have[string(r.Window.MOSI)+string(r.Window.MISO)] {
				whole++
			}
		}
	}
	assert.Greater(t, whole*10, all*9, "%d of %d windows", whole, all)
}
