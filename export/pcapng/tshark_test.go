package pcapng

import (
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// tshark runs tshark on a file and returns what it prints and what it
// complains about.
func tshark(t *testing.T, file string, args ...string) (out, complaints string) {
	t.Helper()
	path, err := exec.LookPath("tshark")
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		require.NoError(t, err, "CI must have tshark")
	default:
		t.Skipf("tshark is needed to see what Wireshark makes of the file: %v", err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(path, append([]string{"-r", file}, args...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	return stdout.String(), stderr.String()
}

// session is a trace of a start, four exchanges of all kinds and a loss.
func session(t *testing.T, wall time.Time) *bytes.Buffer {
	t.Helper()
	var trace bytes.Buffer
	w, err := capture.NewWriter(&trace, time.Nanosecond)
	require.NoError(t, err)
	idle := func(n int) string { return strings.Repeat("\xFF", n) }
	nothing := func(n int) string { return strings.Repeat("\x00", n) }
	at := time.Duration(0)
	window := func(mosi, miso string, masks ...capture.Span) capture.Record {
		at += 1_000_001
		return capture.Record{Kind: capture.KindWindow, Time: at, Window: capture.Window{
			Call: 3, Dur: 500, MOSI: []byte(mosi), MISO: []byte(miso), Masks: masks}}
	}
	long := "\xE0\x44\x02\x00\x01\x00\x05\xDC" + strings.Repeat("data", 375) + "\xEE\xFF\xFF\xFF"
	for _, rec := range []capture.Record{
		{Kind: capture.KindStart, Wall: wall, Labels: []capture.Label{{Key: "board", Value: "nano33"}}},
		window(ask, nothing(4)),
		window(idle(6), answer),
		window("\xE0\x11\x02\x03lab\x06secretxx\xEE", nothing(17), capture.Span{Off: 8, Len: 6}),
		window(idle(2), "\xEF\x00"),
		window("\xE0\x37\x00\xEE", nothing(4)), // without a reply
		window(long, nothing(len(long))),
		window(idle(7), "\xE0\xC4\x01\x02\xDC\x05\xEE"),
		{Kind: capture.KindLoss, Time: at, Loss: capture.Loss{Records: 2}},
		window(ask, nothing(4)),
	} {
		require.NoError(t, w.Write(&rec))
	}
	require.NoError(t, w.Close())
	return &trace
}

func TestTsharkReadsTheFile(t *testing.T) {
	wall := time.Date(2024, 2, 29, 12, 0, 0, 999_000_000, time.UTC)
	path := filepath.Join(t.TempDir(), "session.pcapng")
	f, err := os.Create(path)
	require.NoError(t, err)
	stats, err := Export(f, decode.NewDecoder(session(t, wall)), Options{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.Equal(t, 8, stats.Packets)

	fields := []string{"frame.number", "frame.time_epoch", "frame.packet_flags_direction", "frame.interface_name",
		"frame.encap_type", "frame.len", "data.data", "frame.comment", "_ws.malformed"}
	args := []string{"-T", "fields", "-E", "separator=|"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	out, complaints := tshark(t, path, args...)
	for _, bad := range []string{"cut short", "damaged", "corrupt", "isn't a capture"} {
		assert.NotContains(t, complaints, bad)
	}
	lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
	require.Len(t, lines, 8)
	in, outward := "0x00000001", "0x00000002"
	want := []struct{ number, at, direction, frame, comment string }{
		{"1", "1709208001.000000001", outward, ask, "GET_CONN_STATUS"},
		{"2", "1709208001.001000002", in, answer, ""},
		{"3", "1709208001.002000003", outward, "\xE0\x11\x02\x03lab\x06******xx\xEE", "SET_PASSPHRASE"},
		{"4", "1709208001.003000004", in, "\xEF\x00", ""},
		{"5", "1709208001.004000005", outward, "\xE0\x37\x00\xEE", "no reply"},
		{"6", "1709208001.005000006", outward, "", "SEND_DATA_TCP"},
		{"7", "1709208001.006000007", in, "\xE0\xC4\x01\x02\xDC\x05\xEE", ""},
		{"8", "1709208001.007000008", outward, ask, "2 records dropped"},
	}
	for i, w := range want {
		got := strings.Split(lines[i], "|")
		require.Len(t, got, len(fields))
		assert.Equal(t, []string{w.number, w.at, w.direction, "nina0", "45"}, got[:5])
		data, err := hex.DecodeString(got[6])
		require.NoError(t, err)
		if w.frame != "" {
			assert.Equal(t, w.frame, string(data[HeaderLen:]), "frame %d", i+1)
		}
		assert.Contains(t, got[7], w.comment)
		assert.Empty(t, got[8], "frame %d is malformed", i+1)
	}
	assert.Contains(t, lines[0], `board="nano33"`)
	assert.Contains(t, lines[5], "|1528|", "16 and 1512 bytes")
}
