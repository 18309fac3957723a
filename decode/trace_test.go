package decode

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

const us = time.Microsecond

// unhex reads hexadecimal with spaces.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// sent is the window of a request, 10 µs long.
func sent(frame string) capture.Record {
	b := unhex(frame)
	return window(b, make([]byte, len(b)))
}

// read is the window of a reply.
func read(frame string) capture.Record {
	b := unhex(frame)
	return window(bytes.Repeat([]byte{0xFF}, len(b)), b)
}

func window(mosi, miso []byte) capture.Record {
	return capture.Record{Kind: capture.KindWindow, Window: capture.Window{Ack: 4 * us, Dur: 6 * us, MOSI: mosi, MISO: miso}}
}

func pin(p capture.Pin, high bool) capture.Record {
	return capture.Record{Kind: capture.KindPin, Pin: p, High: high}
}

// trace writes the records, each 100 µs after the one before where it has no
// time of its own.
func trace(t testing.TB, recs ...capture.Record) []byte {
	var buf bytes.Buffer
	w, err := capture.NewWriter(&buf, 1)
	require.NoError(t, err)
	at := time.Duration(0)
	for i := range recs {
		if recs[i].Time == 0 {
			recs[i].Time = at
		}
		at = recs[i].Time + 100*us
		require.NoError(t, w.Write(&recs[i]))
	}
	require.NoError(t, w.Close())
	return buf.Bytes()
}

// each decodes a trace and calls f for every event but the start that a writer
// adds.
func each(t testing.TB, file []byte, f func(*Event)) {
	d := NewDecoder(bytes.NewReader(file))
	var ev Event
	for n := 0; ; n++ {
		err := d.Next(&ev)
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		if n > 0 || ev.Exchange.N != 0 || ev.Record.Kind != capture.KindStart {
			f(&ev)
		}
	}
}

// exchanges shows the exchanges of a trace as JSON.
func exchanges(t testing.TB, payload int, recs ...capture.Record) (lines []string) {
	each(t, trace(t, recs...), func(ev *Event) {
		if ev.Exchange.N != 0 {
			lines = append(lines, string(AppendJSON(nil, &ev.Exchange, payload)))
		}
	})
	return lines
}

// lines shows the events of a trace as text, without the columns of number
// and time.
func lines(t testing.TB, o TextOptions, recs ...capture.Record) (lines []string) {
	each(t, trace(t, recs...), func(ev *Event) {
		for line := range strings.Lines(string(AppendText(nil, ev, o))) {
			lines = append(lines, strings.TrimSpace(line[numberWidth+timeWidth+4:]))
		}
	})
	return lines
}
