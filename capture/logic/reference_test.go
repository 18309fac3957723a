package logic

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// The reference for the bytes is sigrok's own SPI decoder. What it read of the
// samples in testdata is in levels.txt, for machines without it.

var update = flag.Bool("update", false, "make the samples in testdata anew, with sigrok-cli")

// grid is the time from sample to sample in the rendered recordings: 40 MHz.
const grid = 25 * time.Nanosecond

// sigrokCLI runs sigrok-cli in a folder and returns what it prints.
func sigrokCLI(t *testing.T, dir string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("sigrok-cli")
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		require.NoError(t, err, "CI must have sigrok-cli")
	default:
		t.Skipf("sigrok-cli is needed to see what sigrok reads: %v", err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	return stdout.String()
}

// sampled has sigrok-cli make its own files of a wave: a.sr and a.vcd.
func sampled(t *testing.T, dir string, w *wave) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "w.vcd"), []byte(w.vcd()), 0o666))
	sigrokCLI(t, dir, "-I", fmt.Sprintf("vcd:downsample=%d", grid), "-i", "w.vcd", "-O", "srzip", "-o", "a.sr")
	sigrokCLI(t, dir, "-i", "a.sr", "-O", "vcd", "-o", "a.vcd")
}

// decodedBySigrok returns the transfers in a.sr, one a line: the samples of
// select and deselect, MOSI, MISO.
func decodedBySigrok(t *testing.T, dir string) string {
	t.Helper()
	read := func(class string) []string {
		out := sigrokCLI(t, dir, "-i", "a.sr", "-P", "spi:cs=CS:clk=CLK:mosi=MOSI:miso=MISO",
			"-A", "spi="+class, "--protocol-decoder-samplenum")
		return strings.Split(strings.TrimSpace(out), "\n")
	}
	mosi, miso := read("mosi-transfer"), read("miso-transfer")
	require.Len(t, miso, len(mosi))
	var all strings.Builder
	for i := range mosi {
		at, out, ok := strings.Cut(mosi[i], " spi-1: ")
		same, in, _ := strings.Cut(miso[i], " spi-1: ")
		require.True(t, ok && at == same, mosi[i])
		fmt.Fprintf(&all, "%s %s / %s\n", at, out, in)
	}
	return all.String()
}

// asSigrok returns windows as decodedBySigrok does. It tells no window without
// a whole byte.
func asSigrok(records []capture.Record) string {
	spaced := func(p []byte) string {
		var words []string
		for _, b := range p {
			words = append(words, strings.ToUpper(hex.EncodeToString([]byte{b})))
		}
		return strings.Join(words, " ")
	}
	var all strings.Builder
	for _, r := range windows(records) {
		if w := &r.Window; len(w.MOSI) > 0 {
			fmt.Fprintf(&all, "%d-%d %s / %s\n", r.Time/grid, w.End(r.Time)/grid, spaced(w.MOSI), spaced(w.MISO))
		}
	}
	return all.String()
}

func TestSigrokReadsTheSame(t *testing.T) {
	corpus(t, "*.nina", func(t *testing.T, records []capture.Record) {
		dir := t.TempDir()
		sampled(t, dir, render(spaced(records[:min(len(records), 60)], grid)))
		requireAsSigrok(t, dir, decodedBySigrok(t, dir))
	})
}

// requireAsSigrok imports a.sr and a.vcd.
func requireAsSigrok(t *testing.T, dir, want string) {
	t.Helper()
	sr, err := os.ReadFile(filepath.Join(dir, "a.sr"))
	require.NoError(t, err)
	got, stats, err := importedSigrok(t, sr, Options{})
	require.NoError(t, err)
	require.Equal(t, want, asSigrok(got))
	vcd, err := os.ReadFile(filepath.Join(dir, "a.vcd"))
	require.NoError(t, err)
	same, other, err := importedVCD(t, string(vcd), Options{})
	require.NoError(t, err)
	require.Equal(t, want, asSigrok(same))
	assert.Equal(t, stats, other)
}

// odd is a wave with all that can be wrong with a bus: it begins in a window,
// clocks without a select, has selects without clocks, bytes that are not
// whole, a clock that is high at the select, and ends in a window.
func odd() *wave {
	w := render(spaced(fake(4), grid))
	last := w.samples[len(w.samples)-1].at
	at := func(n int, levels uint64) {
		w.samples = append(w.samples, sample{last + time.Duration(n)*grid, levels | bitReady | bitReset})
	}
	clocks := func(from, n int, idle uint64) int {
		for i := range n {
			at(from+4*i, idle|bitMOSI)
			at(from+4*i+2, idle|bitMOSI|bitCLK|uint64(i%2)*bitMISO)
		}
		at(from+4*n, idle)
		return from + 4*n + 4
	}
	n := clocks(20, 11, bitCS)
	at(n, 0)
	at(n+8, bitCS)
	at(n+16, 0)
	n = clocks(n+20, 13, 0)
	at(n, bitCS)
	at(n+4, bitCS|bitCLK)
	at(n+8, bitCLK)
	n = clocks(n+12, 16, 0)
	at(n, bitCS)
	at(n+8, 0)
	clocks(n+12, 21, 0)
	w.samples = w.samples[len(w.samples)/30:] // into the first window
	return w
}

// sigrok tells windows without a byte, begins the first one with the file, and
// tells none that does not end.
func TestSigrokReadsTheSameOfAnOddBus(t *testing.T) {
	dir := t.TempDir()
	sampled(t, dir, odd())
	sr, err := os.ReadFile(filepath.Join(dir, "a.sr"))
	require.NoError(t, err)
	got, stats, err := importedSigrok(t, sr, Options{})
	require.NoError(t, err)
	ours := strings.Split(strings.TrimSpace(asSigrok(got)), "\n")
	theirs := strings.Split(strings.TrimSpace(decodedBySigrok(t, dir)), "\n")
	theirs = slices.DeleteFunc(theirs, func(line string) bool { return strings.HasSuffix(line, " / ") })
	require.Len(t, ours, 7)
	require.Equal(t, theirs[1:], ours[1:6])
	assert.Equal(t, strings.TrimLeft(theirs[0], "0123456789"), strings.TrimLeft(ours[0], "0123456789"))
	assert.Equal(t, 3, stats.Partial)
	assert.Equal(t, 3, stats.Incomplete, "the first window, that with 13 bits, and the last one")
	assert.Equal(t, 8, stats.Windows)
}

// levels.sr and levels.vcd were written by sigrok-cli, levels.txt is what its
// SPI decoder read of them. levels.csv and packets.csv are the same as Logic 2
// exports it.
func TestSamples(t *testing.T) {
	if *update {
		makeSamples(t)
	}
	want := string(sampleFile(t, "levels.txt"))
	require.Greater(t, strings.Count(want, "\n"), 6)
	pins := func() io.Reader { return bytes.NewReader(sampleFile(t, "levels.csv")) }
	var all []capture.Record
	for name, run := range map[string]func() ([]capture.Record, Stats, error){
		"sr": func() ([]capture.Record, Stats, error) {
			return importedSigrok(t, sampleFile(t, "levels.sr"), Options{})
		},
		"vcd": func() ([]capture.Record, Stats, error) {
			return importedVCD(t, string(sampleFile(t, "levels.vcd")), Options{})
		},
		"csv": func() ([]capture.Record, Stats, error) {
			return importedCSV(t, string(sampleFile(t, "levels.csv")), nil, Options{})
		},
		"packets, selected by the pins": func() ([]capture.Record, Stats, error) {
			return importedCSV(t, string(sampleFile(t, "packets.csv")), pins(), Options{})
		},
	} {
		got, stats, err := run()
		require.NoError(t, err, name)
		require.Equal(t, want, asSigrok(got), name)
		assert.Zero(t, stats.Incomplete)
		assert.Greater(t, stats.Pins, 6)
		if all == nil {
			all = got
		}
		require.Equal(t, all, got, name)
	}
}

// sampleFile reads a file in testdata.
func sampleFile(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return file
}

// makeSamples writes the samples of a part of the corpus.
func makeSamples(t *testing.T) {
	t.Helper()
	var records []capture.Record
	corpus(t, "arduino-2.1.0-http-get.nina", func(_ *testing.T, all []capture.Record) { records = all })
	records = spaced(records[8:26], grid)
	w, dir := render(records), t.TempDir()
	sampled(t, dir, w)
	files := map[string]string{"levels.csv": w.csv(), "packets.csv": packetsOf(records, "0"), "levels.txt": decodedBySigrok(t, dir)}
	for from, to := range map[string]string{"a.sr": "levels.sr", "a.vcd": "levels.vcd"} {
		file, err := os.ReadFile(filepath.Join(dir, from))
		require.NoError(t, err)
		files[to] = string(file)
	}
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join("testdata", name), []byte(text), 0o666))
	}
}
