package decode

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// shownExchanges counts the exchanges that the lines of a listing stand for.
func shownExchanges(t *testing.T, text string) (n uint64) {
	for line := range strings.Lines(text) {
		number, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if times, ok := strings.CutPrefix(number, "×"); ok {
			many, err := strconv.ParseUint(times, 10, 64)
			require.NoError(t, err, line)
			n += many
		} else if _, err := strconv.ParseUint(number, 10, 64); err == nil {
			n++
		}
	}
	return n
}

// Whatever a file holds, every exchange is shown or counted, and nothing of it
// reaches a terminal as it is.
func FuzzListing(f *testing.F) {
	for _, name := range []string{"udp", "arduino-1.9.1-server-echo"} {
		file, err := os.ReadFile("../traces/" + name + ".nina")
		require.NoError(f, err)
		f.Add(file, true, false)
		f.Add(file, false, true)
	}
	f.Add(trace(f, join(poll(1, 3, 4), poll(2, 3, 4), poll(3, 3, 4))...), false, false)
	f.Fuzz(func(t *testing.T, file []byte, utc, compact bool) {
		l := NewListing(ListingOptions{TextOptions: TextOptions{Payload: 16}, UTC: utc, Compact: compact})
		d := NewDecoder(bytes.NewReader(file))
		var text []byte
		var ev Event
		exchanges, repeats := 0, false
		for d.Next(&ev) == nil {
			text = l.Append(text, &ev)
			exchanges = max(exchanges, ev.Exchange.N)
			repeats = repeats || ev.Record.Kind == capture.KindRepeat
		}
		text = l.Flush(text)
		require.True(t, utf8.Valid(text))
		for _, r := range string(text) {
			require.True(t, r == '\n' || unicode.IsPrint(r), "%q", text)
		}
		if !repeats {
			require.EqualValues(t, exchanges, shownExchanges(t, string(text)), "%s", text)
		}
	})
}
