package logic

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// Whatever the files hold: an import ends, and what it wrote is a whole trace
// of as many records as it says, in the order of their times.
func FuzzImportSaleae(f *testing.F) {
	for _, name := range []string{"info", "malformed"} {
		spi, err := os.ReadFile("testdata/" + name + ".spi.csv")
		require.NoError(f, err)
		pins, err := os.ReadFile("testdata/" + name + ".digital.csv")
		require.NoError(f, err)
		f.Add(spi[:500], pins[:300], true)
	}
	f.Add([]byte("name,type,start_time,mosi,miso\n,result,-1,1,\n,disable,1,,\n\"\","), []byte("\uFEFFTime,READY\r\n-2,1\r\n5,0"), false)
	small := spaced(fake(2), grid)
	f.Add([]byte(render(small).csv()), []byte{}, true)
	f.Add([]byte(packetsOf(small, "0")), []byte(render(small).csv()), false)
	f.Add([]byte("Time [s],A,B,MOSI,MISO\n2024-02-29T12:00:00Z,1,0,0,0\n2024-02-29T12:00:01Z,0,1,1,0\n"), []byte{}, false)
	f.Fuzz(func(t *testing.T, spi, pins []byte, mask bool) {
		importsSoundly(t, mask, func(w *capture.Writer, o Options) (Stats, error) {
			if len(pins) == 0 {
				return ImportSaleae(w, bytes.NewReader(spi), nil, o)
			}
			return ImportSaleae(w, bytes.NewReader(spi), bytes.NewReader(pins), o)
		})
	})
}

func FuzzImportVCD(f *testing.F) {
	f.Add([]byte(render(spaced(fake(2), grid)).vcd()), true)
	f.Add([]byte(odd().vcd())[:3000], false)
	f.Add([]byte(dumpHeader+"$comment at 24 MHz $end #0 b0x1 ! 1aa r1.5 # #9 $dumpoff x$ $end"), true)
	f.Fuzz(func(t *testing.T, dump []byte, mask bool) {
		importsSoundly(t, mask, func(w *capture.Writer, o Options) (Stats, error) {
			o.Glitch = time.Duration(len(dump) % 3 * 20)
			return ImportVCD(w, bytes.NewReader(dump), o)
		})
	})
}

func FuzzImportSigrok(f *testing.F) {
	w := render(spaced(fake(2), grid))
	f.Add([]byte(goodMeta), []byte{1, 0, 2, 0, 2, 1}, false)
	f.Add(w.sigrok(f, 40_000_000, 1, 1<<20), []byte{}, true)
	f.Add(w.sigrok(f, 40_000_000, 3, 100), []byte{}, false)
	f.Fuzz(func(t *testing.T, file, samples []byte, mask bool) {
		if len(samples) > 0 { // file is the metadata
			file = zipped(t, map[string][]byte{"version": []byte("2"), "metadata": file, "logic-1-1": samples[:1], "logic-1-2": samples[1:]})
		}
		importsSoundly(t, mask, func(w *capture.Writer, o Options) (Stats, error) {
			return ImportSigrok(w, bytes.NewReader(file), int64(len(file)), o)
		})
	})
}

// importsSoundly imports, and looks at the trace.
func importsSoundly(t *testing.T, mask bool, run func(*capture.Writer, Options) (Stats, error)) {
	t.Helper()
	var o Options
	if mask {
		o.Mask = afterColon
	}
	got, stats, failed := importedFrom(t, func(w *capture.Writer) (Stats, error) { return run(w, o) })
	count := map[capture.Kind]int{}
	var last time.Duration
	for _, r := range got {
		count[r.Kind]++
		end := r.Window.End(r.Time)
		assert.GreaterOrEqual(t, end, last)
		last = end
	}
	assert.Equal(t, stats.Windows, count[capture.KindWindow])
	assert.Equal(t, stats.Pins, count[capture.KindPin])
	assert.LessOrEqual(t, last, stats.Duration)
	if failed != nil {
		assert.NotEmpty(t, failed.Error())
	}
}
