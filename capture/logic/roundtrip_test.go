package logic

import (
	"bytes"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/traces"
)

// corpus hands each trace of the corpus to a test.
func corpus(t *testing.T, pattern string, test func(t *testing.T, records []capture.Record)) {
	names, err := fs.Glob(traces.FS, pattern)
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			file, err := traces.FS.ReadFile(name)
			require.NoError(t, err)
			test(t, readTrace(t, bytes.NewReader(file)))
		})
	}
}

// What a trace says of the bus, drawn as edges, is read back to the byte and
// the nanosecond.
func TestTheCorpusComesBackFromItsEdges(t *testing.T) {
	corpus(t, "*.nina", func(t *testing.T, records []capture.Record) {
		want := spaced(records, 25)
		require.Greater(t, len(want), 20)
		w := render(want)
		for name, run := range map[string]func() ([]capture.Record, Stats, error){
			"vcd": func() ([]capture.Record, Stats, error) { return importedVCD(t, w.vcd(), Options{}) },
			"csv": func() ([]capture.Record, Stats, error) { return importedCSV(t, w.csv(), nil, Options{}) },
			"sr": func() ([]capture.Record, Stats, error) {
				return importedSigrok(t, w.sigrok(t, 40_000_000, 1, 1<<14), Options{})
			},
			"sr of 16 bits": func() ([]capture.Record, Stats, error) {
				return importedSigrok(t, w.sigrok(t, 40_000_000, 2, 1000), Options{})
			},
			"sr of 24 bits": func() ([]capture.Record, Stats, error) {
				return importedSigrok(t, w.sigrok(t, 40_000_000, 3, 1<<20), Options{})
			},
		} {
			got, stats, err := run()
			require.NoError(t, err, name)
			requireRecords(t, want, got)
			assert.Len(t, stats.Channels, 7)
			if strings.HasPrefix(name, "sr") {
				assert.Equal(t, 4.0, stats.PerBit)
			}
		}
	})
}

// The recordings of genuine hardware have all lines, with the times they had.
func TestGenuineTimesComeBackFromTheirEdges(t *testing.T) {
	corpus(t, "arduino-*.nina", func(t *testing.T, records []capture.Record) {
		want := onBus(records)
		w := render(want)
		vcd, _, err := importedVCD(t, w.vcd(), Options{})
		require.NoError(t, err)
		requireRecords(t, want, vcd)
		csv, _, err := importedCSV(t, w.csv(), nil, Options{})
		require.NoError(t, err)
		assert.Equal(t, vcd, csv)
		assert.Equal(t, decoded(t, records), decoded(t, vcd), "what ninatrace decode prints")
	})
}

// decoded returns what decode makes of records, their labels and masks left
// out.
func decoded(t *testing.T, records []capture.Record) string {
	t.Helper()
	var trace bytes.Buffer
	w, err := capture.NewWriter(&trace, time.Nanosecond)
	require.NoError(t, err)
	for _, r := range records {
		r.Labels, r.Window.Masks = nil, nil
		require.NoError(t, w.Write(&r))
	}
	require.NoError(t, w.Close())
	var text []byte
	d := decode.NewDecoder(&trace)
	for {
		var ev decode.Event
		err := d.Next(&ev)
		if err == io.EOF {
			return string(text)
		}
		require.NoError(t, err)
		text = decode.AppendText(text, &ev, decode.TextOptions{})
	}
}
