package ledger

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
	"github.com/ninatrace/ninatrace/traces"
)

// golden makes a trace of a recording of the genuine firmware and library.
func golden(t *testing.T, name string) []byte {
	t.Helper()
	spi, err := os.Open(filepath.Join("../../traces/golden", name+".spi.csv"))
	require.NoError(t, err)
	defer spi.Close()
	pins, err := os.Open(filepath.Join("../../traces/golden", name+".digital.csv"))
	require.NoError(t, err)
	defer pins.Close()
	var out bytes.Buffer
	w, err := capture.NewWriter(&out, 1)
	require.NoError(t, err)
	_, err = logic.ImportSaleae(w, spi, pins, logic.Options{})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

// The sockets of every recording, as the calls of the sketch had them: bytes
// written and read, whom it connected to, what came of it.
var goldenSockets = map[string][]string{
	"ap": nil, "dns": nil, "idle": nil, "idleff_info": nil, "info": nil, "join": nil, "join_fail": nil,
	"lib191_info": nil, "lib191_issue239": nil, "scan": nil, "storage": nil,

	"exhaust": { // 12 clients for 10 slots: c[3].stop() makes room for c[10], which is the last to stop
		"4 tcp 127.0.0.1:21092 0/0 host", "1 tcp 127.0.0.1:21092 0/0 host", "2 tcp 127.0.0.1:21092 0/0 host",
		"3 tcp 127.0.0.1:21092 0/0 host", "5 tcp 127.0.0.1:21092 0/0 host", "6 tcp 127.0.0.1:21092 0/0 host",
		"7 tcp 127.0.0.1:21092 0/0 host", "8 tcp 127.0.0.1:21092 0/0 host", "9 tcp 127.0.0.1:21092 0/0 host",
		"10 tcp 127.0.0.1:21092 0/0 host", "11 tcp 127.0.0.1:21092 0/0 host"},
	"http_get":        {"1 tcp 127.0.0.1:21081 http.test 63/87 peer"},   // print() = 63, slurp() = 87, connected() = 0
	"http_post":       {"1 tcp 127.0.0.1:21081 http.test 2847/84 peer"}, // 44 + 1400 + 1400 + 1 + 2
	"lib191_http_get": {"1 tcp 127.0.0.1:21081 http.test 63/87 peer"},
	"lib191_server_echo": { // 6 and 12 echoed, "bye\n" to all clients; the server is never ended
		"2 accepted 127.0.0.1:44522 at 21090 of 1 18/18 host",
		"1 listener at 21090 4/0 end of trace leaked"},
	"server_accept": { // end() sends a command that the firmware does not have
		"2 accepted 127.0.0.1:37582 at 21090 of 1 18/18 host",
		"1 listener at 21090 0/0 end of trace leaked"},
	"udp_ntp":        {"1 udp 127.0.0.1:21082 ntp.test at 2390 48/48 in 1/1 host"},
	"lib191_udp_ntp": {"1 udp 127.0.0.1:21082 ntp.test at 2390 48/48 in 1/1 host"},
	"lowsock": { // connect to a closed port; "ping!" echoed; "dgram" echoed; ten descriptors and no more
		"1 tcp 127.0.0.1:21100 0/0 failed", "2 tcp 127.0.0.1:21091 5/5 host",
		"3 udp 127.0.0.1:21082 at 2393 5/5 in 1/1 host",
		"4 tcp 0/0 host", "5 tcp 0/0 host", "6 tcp 0/0 host", "7 tcp 0/0 host", "8 tcp 0/0 host",
		"9 tcp 0/0 host", "10 tcp 0/0 host", "11 tcp 0/0 host", "12 tcp 0/0 host", "13 tcp 0/0 host"},
	"malformed": {"1 tcp 127.0.0.1:80 0/0 failed"}, // "0x2d type 9"; the commands on slot 7 open nothing
	"refused":   {"1 tcp 127.0.0.1:21100 0/0 failed", "2 tcp 127.0.0.1:21100 0/0 failed"},
	"tls": { // by name 18 and 32 bytes; by address, by a wrong name and to a closed port: failed
		"1 tls:21083 tls.test 18/32 peer", "2 tls 127.0.0.1:21083 0/0 failed",
		"3 tls:21083 http.test 0/0 failed", "4 tls:21100 tls.test 0/0 failed"},
}

func TestGoldenSockets(t *testing.T) {
	files, err := filepath.Glob("../../traces/golden/*.spi.csv")
	require.NoError(t, err)
	require.Len(t, files, len(goldenSockets), "every recording has an entry")
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".spi.csv")
		t.Run(name, func(t *testing.T) {
			want, ok := goldenSockets[name]
			require.True(t, ok)
			var got []string
			follow(t, golden(t, name), func(ev *Event) {
				switch ev.Kind {
				case EventClosed:
					got = append(got, sum(ev.Conv))
					assert.Equal(t, Seen, ev.Conv.Opening)
				case EventGap:
					assert.Equal(t, "malformed", name)
				}
			})
			assert.Equal(t, want, got)
		})
	}
}

// streams returns what each conversation sent and received.
func streams(t *testing.T, file []byte) map[string]string {
	got := map[string]string{}
	follow(t, file, func(ev *Event) {
		if ev.Kind == EventData {
			got[fmt.Sprintf("%d %s", ev.Conv.ID, ev.Data.From)] += string(ev.Data.Bytes)
		}
	})
	return got
}

func TestGoldenStreams(t *testing.T) {
	get := streams(t, golden(t, "http_get"))
	assert.Equal(t, "GET /hello.txt HTTP/1.0\r\nHost: http.test\r\nConnection: close\r\n\r\n", get["1 host"])
	assert.Regexp(t, "^HTTP/1.0 200 OK\r\n(.|\r|\n)*\r\n\r\n", get["1 peer"])
	post := streams(t, golden(t, "http_post"))
	assert.True(t, strings.HasPrefix(post["1 host"], "POST /len HTTP/1.0\r\nContent-Length: 2803\r\n\r\n"))
	assert.Equal(t, map[string]string{
		"1 host": "bye\n", "2 host": "hello\nsecond line\n", "2 peer": "hello\nsecond line\n",
	}, streams(t, golden(t, "lib191_server_echo")))
	assert.Equal(t, map[string]string{
		"2 host": "ping!", "2 peer": "ping!", "3 host": "dgram", "3 peer": "dgram",
	}, streams(t, golden(t, "lowsock")))
}

// The link of the recordings that are about it, as their calls had it.
func TestGoldenLink(t *testing.T) {
	for name, want := range map[string][]string{
		"join": {`link joining "golden-net" NONE`, `link up "golden-net" NONE`, `link down "golden-net" NONE`,
			`link down "golden-net" ASSOC_LEAVE`},
		"join_fail": {`link joining "golden-net" NONE`, `link failed "golden-net" NONE`, `link failed "golden-net" AUTH_FAIL`,
			`link joining "no-such-network" NONE`, `link failed "no-such-network" NONE`, `link failed "no-such-network" NO_AP_FOUND`,
			`link joining "golden-net" NONE`, `link failed "golden-net" NONE`, `link failed "golden-net" NO_AP_FOUND`,
			`link joining "golden-net" NONE`, `link up "golden-net" NONE`},
		"ap": {`link ap starting "bench-ap" NONE`, `link ap up "bench-ap" NONE`, `link ap starting "bench-open" NONE`,
			`link ap up "bench-open" NONE`, `link ap failed "bench-short" NONE`},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			follow(t, golden(t, name), func(ev *Event) {
				if _, line, _ := strings.Cut(describe(ev), " "); len(got) == 0 || got[len(got)-1] != line {
					got = append(got, line) // the status changes within a state, too
				}
			})
			assert.Equal(t, want, got)
		})
	}
}

// The corpus, whose ports differ each time it is recorded.
func TestCorpus(t *testing.T) {
	echo := []string{"2 accepted fd seen 19/19 host", "3 accepted fd seen 14/14 host", "1 listener fd seen 0/0 host"}
	want := map[string][]string{
		"http-get":                  {"1 tcp fd seen 63/129 peer"},
		"http-get-1.4.8":            {"1 tcp slot seen 63/129 peer"},
		"tls-get":                   {"1 tls slot seen 62/129 peer"},
		"refused":                   {"1 tcp fd seen 0/0 failed", "2 tcp fd seen 63/129 peer"},
		"join-failed":               nil,
		"tcp-echo-server":           echo,
		"tcp-echo-server-3.3.0":     echo,
		"udp":                       {"1 udp fd seen 2957/2957 host"},
		"udp-1.4.8":                 {"1 udp slot seen 2957/2957 host"},
		"arduino-2.1.0-http-get":    {"1 tcp slot seen 63/87 peer"},
		"arduino-2.1.0-storage":     nil,
		"arduino-1.9.1-server-echo": {"2 accepted slot seen 18/18 host", "1 listener slot seen 4/0 end of trace"},
	}
	entries, err := traces.FS.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, entries, len(want))
	for _, e := range entries {
		file, err := traces.FS.ReadFile(e.Name())
		require.NoError(t, err)
		var got []string
		follow(t, file, func(ev *Event) {
			if c := ev.Conv; ev.Kind == EventClosed {
				got = append(got, fmt.Sprintf("%d %s %s %s %d/%d %s", c.ID, c.Kind, c.Engine, c.Opening, c.Sent, c.Received, c.Cause))
			}
		})
		assert.Equal(t, want[strings.TrimSuffix(e.Name(), ".nina")], got, e.Name())
	}
}
