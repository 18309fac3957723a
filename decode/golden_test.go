package decode

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

var update = flag.Bool("update", false, "write the golden files of the text form")

// recording makes a trace of testdata/name.txt, see testdata/README.md, and
// returns the waits that are in it.
func recording(t *testing.T, name string) (file []byte, waits []time.Duration) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	require.NoError(t, err)
	var recs []capture.Record
	for line := range strings.Lines(string(text)) {
		var at, dur, ready, gap, replyDur time.Duration
		var request, reply string
		_, err := fmt.Sscan(line, &at, &dur, &ready, &gap, &replyDur, &request, &reply)
		require.NoError(t, err, line)
		q, edge, r := sent(request), pin(capture.PinReady, false), read(reply)
		q.Time, q.Window.Ack, q.Window.Dur = at, 0, dur
		edge.Time = at + dur + ready
		r.Time, r.Window.Ack, r.Window.Dur = at+dur+gap, 0, replyDur
		recs = append(recs, q, edge, r)
		waits = append(waits, ready)
	}
	return trace(t, recs...), waits
}

// recordings are the names of all recordings.
func recordings(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.Len(t, files, 23)
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".txt"))
	}
	return names
}

// Genuine traffic decodes: every exchange has a name, a reply, and nothing in
// it is malformed. The recording "malformed" is the one made to be.
func TestGenuineTraffic(t *testing.T) {
	for _, name := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			file, waits := recording(t, name)
			n := 0
			each(t, file, func(ev *Event) {
				ex := &ev.Exchange
				require.Equal(t, n+1, ex.N, "nothing but exchanges")
				assert.Equal(t, waits[n], ex.Wait)
				n++
				if name == "malformed" {
					return
				}
				assert.Contains(t, []Status{OK, Error}, ex.Status, "exchange %d", n)
				assert.NotContains(t, ex.Name(), "0x", "exchange %d", n)
				assert.NotContains(t, ex.Findings, FindUnknown)
			})
			assert.Len(t, waits, n)
		})
	}
}

// The text form of some recordings is kept, for people to review.
func TestGoldenText(t *testing.T) {
	for _, name := range []string{"http_get", "malformed", "scan", "storage", "lowsock", "udp_ntp"} {
		t.Run(name, func(t *testing.T) {
			file, _ := recording(t, name)
			var got []byte
			each(t, file, func(ev *Event) { got = AppendText(got, ev, TextOptions{Payload: 24}) })
			path := filepath.Join("testdata", name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(path, got, 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))), string(got))
		})
	}
}
