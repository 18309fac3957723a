package logic

import (
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

const goodMeta = "[global]\nsigrok version=0.5.2\n\n[device 1]\ncapturefile=logic-1\ntotal probes=4\nsamplerate=24 MHz\nprobe1=CS\nprobe2=CLK\nprobe3=MOSI\nprobe4=MISO\nunitsize=1\n"

func TestBadSessions(t *testing.T) {
	good := map[string][]byte{"version": []byte("2"), "metadata": []byte(goodMeta), "logic-1-1": {1, 1, 1}}
	with := func(name, text string) map[string][]byte {
		m := maps.Clone(good)
		if m[name] = []byte(text); text == "" {
			delete(m, name)
		}
		return m
	}
	meta := func(old, new string) map[string][]byte {
		return with("metadata", strings.Replace(goodMeta, old, new, 1))
	}
	_, _, err := importedSigrok(t, zipped(t, good), Options{})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		members map[string][]byte
		want    string
	}{
		"no version":          {with("version", ""), "sigrok file, version: not in the archive"},
		"another version":     {with("version", "3"), `sigrok file, version: "3", where 2 is known`},
		"a long version":      {with("version", strings.Repeat("2", 100)), "sigrok file, version: longer than 16 bytes"},
		"no metadata":         {with("metadata", ""), "sigrok file, metadata: not in the archive"},
		"long metadata":       {with("metadata", strings.Repeat("#", maxMetadata+1)), "sigrok file, metadata: longer than 1048576 bytes"},
		"no samples":          {with("logic-1-1", ""), "sigrok file, logic-1-1: not in the archive"},
		"no rate":             {meta("samplerate=24 MHz\n", ""), `metadata, line 11: "" is not the end of a device with samplerate`},
		"a rate of 0":         {meta("24 MHz", "0"), `metadata, line 7 (samplerate): "0" is not a rate such as 24 MHz`},
		"a rate in furlongs":  {meta("24 MHz", "24 MF"), `metadata, line 7 (samplerate): "24 MF" is not a rate such as 24 MHz`},
		"no unit":             {meta("unitsize=1\n", ""), `metadata, line 11: "" is not the end of a device with unitsize`},
		"a unit of 9":         {meta("unitsize=1", "unitsize=9"), `metadata, line 12 (unitsize): "9" is not 1 to 8 bytes`},
		"too many channels":   {meta("probe4=", "probe9="), `metadata, line 12: "" is not the end of a device with unitsize for 9 channels`},
		"the channel 65":      {meta("probe4=", "probe65="), `metadata, line 11 (probe65): "MISO" is not the name of one of 64 channels`},
		"a file from outside": {meta("capturefile=logic-1", "capturefile=../x"), `metadata, line 5 (capturefile): "../x" is not the name of a member`},
		"only analog":         {meta("capturefile=logic-1\n", ""), `metadata, line 11: "" is not the end of a device with capturefile`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := importedSigrok(t, zipped(t, c.members), Options{})
			require.EqualError(t, err, c.want)
		})
	}
}

// Bytes that are damaged, or are not there, are an error with the sample.
func TestDamagedSessions(t *testing.T) {
	file := render(spaced(fake(20), grid)).sigrok(t, 40_000_000, 1, 1000)
	var archive *ArchiveError
	_, _, err := importedSigrok(t, file[:len(file)/2], Options{})
	require.ErrorAs(t, err, &archive)
	assert.EqualValues(t, -1, archive.Sample)

	at := bytes.Index(file, []byte("logic-1-3")) + 9 + 20
	damaged := bytes.Clone(file)
	damaged[at] ^= 0xFF
	_, stats, err := importedSigrok(t, damaged, Options{})
	require.ErrorAs(t, err, &archive)
	assert.Equal(t, "logic-1-3", archive.Member)
	assert.GreaterOrEqual(t, archive.Sample, int64(2000))
	assert.LessOrEqual(t, archive.Sample, int64(3000))
	assert.NotZero(t, stats.Windows, "what came before is there")

	_, err = ImportSigrok(writer(t), broken{bytes.NewReader(file)}, int64(len(file)), Options{})
	require.ErrorIs(t, err, iotest.ErrTimeout)
}

// broken is a file of which only the end can be read.
type broken struct{ r *bytes.Reader }

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off < b.r.Size()/2 {
		return 0, iotest.ErrTimeout
	}
	return b.r.ReadAt(p, off)
}

func writer(t testing.TB) *capture.Writer {
	t.Helper()
	w, err := capture.NewWriter(io.Discard, time.Nanosecond)
	require.NoError(t, err)
	return w
}

// A zip bomb has many members of the same bytes.
func TestMembersThatShareTheirBytes(t *testing.T) {
	file := zipped(t, map[string][]byte{"version": []byte("2"), "metadata": []byte(goodMeta), "logic-1-1": make([]byte, 1<<20)})
	entry := bytes.Index(file, []byte("PK\x01\x02"))
	end := bytes.LastIndex(file, []byte("PK\x05\x06"))
	at := bytes.LastIndex(file[:end], []byte("logic-1-1")) - 46
	bomb := bytes.Clone(file[:end])
	n := 3
	for i := byte('2'); i <= '9'; i++ {
		again := bytes.Clone(file[at : at+46+9])
		again[46+8] = i
		bomb = append(bomb, again...)
		n++
	}
	tail := bytes.Clone(file[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(bomb)-entry))
	bomb = append(bomb, tail...)
	_, _, err := importedSigrok(t, bomb, Options{})
	var archive *ArchiveError
	require.ErrorAs(t, err, &archive)
	assert.ErrorContains(t, err, "more bytes than the archive has")
}

// A member of a sample that is not whole ends the recording.
func TestASampleThatIsNotWhole(t *testing.T) {
	meta := strings.Replace(goodMeta, "unitsize=1", "unitsize=2", 1)
	got, stats, err := importedSigrok(t, zipped(t, map[string][]byte{"version": []byte("2\n"), "metadata": []byte(meta),
		"logic-1-1": {1, 0, 0}, "logic-1-2": {0, 1, 0, 7}}), Options{Channels: map[string]string{"clk": "CLK"}})
	require.NoError(t, err)
	requireRecords(t, []capture.Record{win(42, 0, 41, 0)}, got)
	assert.True(t, stats.Cut)
}

// Times are those of the samples, to the nanosecond, at rates that do not
// divide a second, however long the recording.
func TestTimesOfSamples(t *testing.T) {
	s := &sigrok{meta: &metadata{rate: 24_000_000}}
	for n, want := range map[int64]time.Duration{0: 0, 1: 42, 2: 83, 3: 125, 24_000_000: time.Second,
		24_000_000*3600*24*30 + 1: 720*time.Hour + 42} {
		got, ok := s.time(n)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	s.meta.rate = 1
	_, ok := s.time(1 << 40)
	assert.False(t, ok)
}

func TestFrequencies(t *testing.T) {
	for text, want := range map[string]uint64{"24 MHz": 24e6, "12.5 kHz": 12500, "1000000": 1e6, "1GHz": 1e9, "33.333333 MHz": 33333333} {
		got, ok := frequency(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "MHz", "0", "1 s", "-1", "1e99 GHz"} {
		_, ok := frequency(text)
		assert.False(t, ok, text)
	}
}
