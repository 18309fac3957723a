package replay

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/traces"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// imported returns the records of the traces that were imported.
func imported(t *testing.T) map[string][]capture.Record {
	t.Helper()
	names, err := fs.Glob(traces.FS, "arduino-*.nina")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	all := map[string][]capture.Record{}
	for _, name := range names {
		file, err := traces.FS.ReadFile(name)
		require.NoError(t, err)
		all[strings.TrimSuffix(path.Base(name), ".nina")] = records(t, file)
	}
	return all
}

// What frames an exchange of an imported trace counts. Values do not: a trace
// without calls has nothing else to hold them against.
func TestImportedTracesThatAreChanged(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *script)
		what   string
		at     int
	}{
		"a start byte":           {func(s *script) { s.all[s.request(wire.GetConnStatus)].Window.MOSI[0] = 0xE1 }, "the recorded request is damaged: no start byte", 0},
		"a parameter count":      {func(s *script) { s.all[s.request(wire.GetConnStatus)].Window.MOSI[2]++ }, "the recorded request is damaged: wrong number of parameters", 2},
		"an end byte":            {func(s *script) { s.all[s.request(wire.GetConnStatus)].Window.MOSI[3]++ }, "the recorded request is damaged: no end byte after the parameters", 3},
		"a reply's command":      {func(s *script) { s.all[s.reply(wire.GetConnStatus)].Window.MISO[1]++ }, "the recorded reply is damaged: not the command asked for", 1},
		"a reply's length":       {func(s *script) { s.all[s.reply(wire.GetConnStatus)].Window.MISO[3]-- }, "the recorded reply is damaged: wrong length of a parameter", 3},
		"a reply nobody reads":   {func(s *script) { s.remove(s.request(wire.GetConnStatus), 1) }, "the recording has a reply that nobody asked for", -1},
		"a reply read twice":     {func(s *script) { i := s.reply(wire.GetConnStatus); s.all = slices.Insert(s.all, i, s.all[i]) }, "the recording has a reply that nobody asked for", -1},
		"bytes without a select": {func(s *script) { s.all[s.request(wire.GetConnStatus)].Window.Status |= capture.Unselected }, "the recording has bytes that were clocked with nothing selected", -1},
		"wrong padding": {func(s *script) {
			w := &s.all[s.request(wire.GetConnStatus)].Window
			w.MOSI, w.MISO = append(w.MOSI, 0xFF), append(w.MISO, 0)
		}, "the recorded request is damaged: wrong padding after the end byte", 4},
		"a pad byte": {func(s *script) {
			i := s.find(func(rec *capture.Record) bool {
				return rec.Kind == capture.KindWindow && !rec.Window.Reads() && rec.Window.MOSI[len(rec.Window.MOSI)-1] == 0xFF
			})
			w := s.all[i].Window.MOSI
			w[len(w)-1] = 0
		}, "the request is encoded in another way", 31},
	} {
		for _, trace := range []string{"arduino-1.9.1-server-echo", "arduino-2.1.0-http-get"} {
			t.Run(name+"/"+trace, func(t *testing.T) {
				s := &script{t: t, all: imported(t)[trace]}
				c.change(s)
				r := replayed(t, sealed(t, s.all))
				require.NotNil(t, r.Divergence)
				assert.Contains(t, r.Divergence.What, c.what)
				assert.Equal(t, c.at, r.Divergence.At)
				assert.NotZero(t, r.Divergence.Exchange)
			})
		}
	}
}

// The firmware that dies leaves a request without a reply: it is compared, and
// not sent.
func TestAnImportedRequestWithoutAReply(t *testing.T) {
	for _, all := range imported(t) {
		s := &script{t: t, all: all}
		s.remove(s.find(func(rec *capture.Record) bool { return rec.Kind == capture.KindWindow && rec.Window.Reads() }), 1)
		requireOK(t, load(t, sealed(t, s.all)).Replay(driver))
	}
}

// mute is a driver without Exchange.
type mute struct{ netdev.Device }

func TestAnImportedTraceNeedsExchange(t *testing.T) {
	for _, all := range imported(t) {
		r := load(t, sealed(t, all)).Replay(func(b bus.Bus, c bus.Clock) netdev.Device { return mute{driver(b, c)} })
		require.NotNil(t, r.Divergence)
		assert.Contains(t, r.Divergence.What, "the driver has no Exchange method")
	}
}
