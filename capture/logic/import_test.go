package logic

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// imported imports a recording and reads the trace of it back, whole.
func imported(t *testing.T, spi, pins io.Reader, o Options) ([]capture.Record, Stats, error) {
	t.Helper()
	var file bytes.Buffer
	w, err := capture.NewWriter(&file, time.Nanosecond)
	require.NoError(t, err)
	stats, failed := ImportSaleae(w, spi, pins, o)
	require.NoError(t, w.Close())
	return readTrace(t, &file), stats, failed
}

// readTrace returns the records of a trace that must be whole.
func readTrace(t testing.TB, file io.Reader) []capture.Record {
	t.Helper()
	var all []capture.Record
	for r := capture.NewReader(file); ; {
		var rec capture.Record
		err := r.Next(&rec)
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		require.NotEqual(t, capture.KindLoss, rec.Kind)
		win := &rec.Window
		win.MOSI, win.MISO = bytes.Clone(win.MOSI), bytes.Clone(win.MISO)
		win.Masks = slices.Clone(win.Masks)
		rec.Offset = 0
		all = append(all, rec)
	}
}

// windows returns the windows among records.
func windows(records []capture.Record) []capture.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r capture.Record) bool { return r.Kind != capture.KindWindow })
}

// spiTable makes a data table of lines without the name column and the header.
func spiTable(lines ...string) io.Reader {
	var b strings.Builder
	b.WriteString("name,type,start_time,duration,\"mosi\",\"miso\"\n")
	for _, l := range lines {
		b.WriteString("SPI," + l + "\n")
	}
	return strings.NewReader(b.String())
}

// levels makes a digital export of all channels.
func levels(lines ...string) io.Reader {
	return strings.NewReader("Time [s],CS,READY,RESETN,GPIO0\n" + strings.Join(lines, "\n") + "\n")
}

// win is a window record without bytes.
func win(at, ack, dur time.Duration, status capture.Status) capture.Record {
	return capture.Record{Kind: capture.KindWindow, Time: at,
		Window: capture.Window{Ack: ack, Dur: dur, Status: status}}
}

// holding returns the window with bytes in it.
func holding(r capture.Record, mosi, miso string) capture.Record {
	r.Window.MOSI, r.Window.MISO = []byte(mosi), []byte(miso)
	return r
}

func pin(at time.Duration, p capture.Pin, high bool) capture.Record {
	return capture.Record{Kind: capture.KindPin, Time: at, Pin: p, High: high}
}

// requireRecords compares what follows the start record. Bytes and masks that
// are empty and that are nil are the same.
func requireRecords(t *testing.T, want, got []capture.Record) {
	t.Helper()
	require.NotEmpty(t, got)
	require.Equal(t, capture.KindStart, got[0].Kind)
	tidy := func(all []capture.Record) []capture.Record {
		all = slices.Clone(all)
		for i := range all {
			w := &all[i].Window
			w.MOSI, w.MISO = append([]byte{}, w.MOSI...), append([]byte{}, w.MISO...)
			w.Masks = append([]capture.Span{}, w.Masks...)
		}
		return all
	}
	require.Equal(t, tidy(want), tidy(got[1:]))
}
