package capture

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fuzzSeeds are traces with telling names.
func fuzzSeeds(f *testing.F) map[string][]byte {
	m := smallTrace(f)
	file := m.file()
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	return map[string][]byte{
		"empty":                nil,
		"session":              file,
		"cut":                  file[:len(file)-9],
		"joined":               file[len(file)/2:],
		"twice":                cat(file, file),
		"text":                 cat([]byte("boot\n"), file, []byte("\x1b[1mbye")),
		"frame lost":           cat(m.frames[0], m.frames[2]),
		"another's middle":     cat(m.frames[0], m.frames[1], m.frames[1]),
		"coarse tick":          cat(m.frames[0], seal([]byte{0x16, 1, 0, 2, 4, 1, 1, 1, 0})),
		"references":           craft(0, 0, "82 00 00 11 02 01 41 42 00", "C0 00 00 11", "E0 07 00 00 11"),
		"exchanges":            craft(0, 0, "82 00 00 11 02 01 41 42 00", "81 00 00 11 01 FF 01 43 00", "50 10 0C 00 00 00", "60 07 00 00 00 00"),
		"masks":                craft(0, 0, "9A 10 06 02 01 01 01 02 41 42 43 00", "9C 04 00 00 FF 20 30"),
		"masks of replies":     craft(0, 0, "D8 40 03 41 42 43 01 01 02 44", "84 00 00 00"),
		"both masked":          craft(0, 0, "9A 50 03 01 00 02 41 01 01 02 44", "84 00 00 00"),
		"lost before":          craft(0, 0, "0F 06 07 02 03 04 01 01", pinRecord),
		"sum withheld":         craft(0, 0, "03 0D 00 01 0B 06 89 80 80 80 08 00 00"),
		"mask over two pieces": craft(0, 0, "9A 10 04 01 02 02 41 42 00", "9E 10 04 01 00 02 41 42 00", "84 00 00 00"),
		"window without end":   craft(0, 0, "8A 02 01 41 42 00"),
		"window without begin": craft(0, 0, "84 00 00 00"),
		"window in a window":   craft(0, 0, "8A 02 01 41 42 00", "82 00 00 00 02 01 58 59 00"),
		"negative gap":         craft(0, 0, pinRecord, "80 01 00 00 00", pinRecord),
		"unknown records":      craft(0, 0, "08 03 02 01 02", "7F 81 00 03", pinRecord),
		"late":                 craft(7, 1<<40, pinRecord),
		"later version":        seal([]byte{0x23, 0, 0, 2, 4, 1, 1, 1, 0}),
	}
}

// FuzzReader reads any bytes. What comes out of them can be written, and what
// is then read is the same.
func FuzzReader(f *testing.F) {
	for _, seed := range fuzzSeeds(f) {
		f.Add(seed)
	}
	f.Fuzz(checkReading)
}

// FuzzRecords reads any bytes as the records of a frame, which random changes
// of a file cannot reach for the checksum.
func FuzzRecords(f *testing.F) {
	for _, seed := range fuzzSeeds(f) {
		r := NewReader(bytes.NewReader(seed))
		for r.end == nil {
			r.advance()
			f.Add(byte(3), uint16(len(r.frame.p)/2), bytes.Clone(r.frame.p))
		}
	}
	f.Fuzz(func(t *testing.T, code byte, cut uint16, records []byte) {
		head := func(seq byte) []byte { return []byte{Version<<versionShift | code%(maxTickCode+1), seq, 0} }
		records = records[:min(len(records), 1000)] // nine bytes can stand for 128 kB
		at := min(int(cut), len(records))
		checkReading(t, append(seal(append(head(0), records[:at]...)), seal(append(head(1), records[at:]...))...))
	})
}

// checkReading reads a file, writes what happened on the bus, and reads that.
func checkReading(t *testing.T, file []byte) {
	first := examine(file)
	var text int64
	at := int64(-1)
	all, _ := readAll(file)
	for _, rec := range all {
		w := rec.Window
		require.LessOrEqual(t, rec.Offset, int64(len(file)))
		require.GreaterOrEqual(t, rec.Time, time.Duration(0))
		require.GreaterOrEqual(t, w.End(rec.Time), rec.Time)
		require.Equal(t, len(w.MOSI), len(w.MISO))
		if rec.Kind == KindText {
			text += int64(len(rec.Text))
			require.GreaterOrEqual(t, rec.Offset, at)
			at = rec.Offset + int64(len(rec.Text))
		}
	}
	require.LessOrEqual(t, text, int64(len(file)))

	recs := first.recs
	if len(recs) == 0 {
		return
	}
	if recs[0].Kind != KindStart {
		recs = append([]Record{{Kind: KindStart}}, recs...)
	}
	second := examine(write(t, 1, recs))
	require.True(t, second.loss.None())
	requireRecords(t, recs, second.recs)
}
