package lint

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
	"github.com/ninatrace/ninatrace/traces"
)

// serious returns the names of the rules found as a warning or an error.
func serious(list []*Finding) []string {
	names := []string{}
	for _, f := range list {
		if f.Severity >= Warning {
			names = append(names, f.Rule.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// aboutFailures is what the sessions of the corpus that are about failures show.
// Nothing serious is found in the others.
var aboutFailures = map[string][]string{
	"join-failed.nina":           {"network-not-found", "wrong-passphrase"},
	"refused.nina":               {"connect-failed", "lookup-failed"},
	"arduino-2.1.0-storage.nina": {"unaligned-request"},
}

func TestTheCorpusIsInOrder(t *testing.T) {
	files, err := fs.Glob(traces.FS, "*.nina")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 12)
	for _, name := range files {
		trace, err := traces.FS.ReadFile(name)
		require.NoError(t, err)
		got := findings(t, Rules(), trace)
		assert.ElementsMatch(t, aboutFailures[name], serious(got), "%s:\n%s", name, lines(got))
	}
}

// genuine is what is found in the recordings of the genuine firmware and
// library, warnings and errors.
var genuine = map[string][]string{
	"ap":                 {"access-point-refused"}, // the passphrase is too short
	"dns":                {"lookup-failed"},
	"exhaust":            {"no-free-slot"},
	"http_get":           {},
	"http_post":          {},
	"idle":               {},
	"idleff_info":        {"unaligned-request"}, // the library counts SET_PIN_MODE and its like wrong
	"info":               {"unaligned-request"},
	"join":               {},
	"join_fail":          {"join-loop", "network-not-found", "wrong-passphrase"},
	"lib191_http_get":    {},
	"lib191_info":        {"unaligned-request"},
	"lib191_issue239":    {"lost-parameter-bytes", "unaligned-request"},
	"lib191_server_echo": {},
	"lib191_udp_ntp":     {},
	"lowsock":            {"connect-failed", "no-free-slot"},
	"malformed": {"connect-failed", "lost-parameter-bytes", "parameter-count", "reply-idle", "request-command", "request-end",
		"request-short", "request-start", "unaligned-request", "unknown-command"},
	"refused":       {"connect-failed", "lookup-failed"},
	"scan":          {},
	"server_accept": {"listener-never-closed", "lost-parameter-bytes", "unaligned-request", "unreleased-command"},
	"storage":       {"unaligned-request"},
	"tls":           {"tls-by-address", "tls-failed"},
	"udp_ntp":       {},
}

func TestGenuineTraffic(t *testing.T) {
	const dir = "../../traces/golden"
	files, err := filepath.Glob(dir + "/*.spi.csv")
	require.NoError(t, err)
	require.Len(t, files, len(genuine))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".spi.csv")
		t.Run(name, func(t *testing.T) {
			got := findings(t, Rules(), imported(t, strings.TrimSuffix(file, ".spi.csv")))
			want, ok := genuine[name]
			require.True(t, ok)
			assert.Equal(t, want, serious(got), lines(got))
		})
	}
}

// imported makes a trace of a logic analyser's files.
func imported(t *testing.T, path string) []byte {
	bus, err := os.Open(path + ".spi.csv")
	require.NoError(t, err)
	defer bus.Close()
	pins, err := os.Open(path + ".digital.csv")
	require.NoError(t, err)
	defer pins.Close()
	var buf bytes.Buffer
	w, err := capture.NewWriter(&buf, 1)
	require.NoError(t, err)
	_, err = logic.ImportSaleae(w, bus, pins, logic.Options{})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return buf.Bytes()
}
