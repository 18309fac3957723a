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
	f.Fuzz(func(t *testing.T, spi, pins []byte, mask bool) {
		var o Options
		if mask {
			o.Mask = afterColon
		}
		var file bytes.Buffer
		w, err := capture.NewWriter(&file, time.Nanosecond)
		require.NoError(t, err)
		stats, failed := ImportSaleae(w, bytes.NewReader(spi), bytes.NewReader(pins), o)
		require.NoError(t, w.Close())
		got := readTrace(t, &file)
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
	})
}
