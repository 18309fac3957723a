package pcapng

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

const (
	ask    = "\xE0\x20\x00\xEE"
	answer = "\xE0\xA0\x01\x01\x03\xEE"
)

// documented returns the packets of the example in the package comment.
func documented(t *testing.T) []string {
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, example, ok := strings.Cut(string(text), "The request for the state")
	require.True(t, ok)
	var packets []string
	for _, m := range regexp.MustCompile(`(?m)^//\t((?:[0-9A-F]{2} )*[0-9A-F]{2}) `).FindAllStringSubmatch(example, -1) {
		b, err := hex.DecodeString(strings.ReplaceAll(m[1], " ", ""))
		require.NoError(t, err)
		if len(packets) == 0 || len(packets[len(packets)-1]) > HeaderLen {
			packets = append(packets, "")
		}
		packets[len(packets)-1] += string(b)
	}
	return packets
}

func TestTheDocumentedExample(t *testing.T) {
	want := documented(t)
	require.Len(t, want, 2)
	f, _ := exported(t, exchange(7, 0, ask, answer))
	require.Len(t, f.packets, 2)
	for i := range want {
		assert.Equal(t, hex.EncodeToString([]byte(want[i])), hex.EncodeToString(f.packets[i].data))
	}
}

func TestPackets(t *testing.T) {
	list := []decode.Event{exchange(1, 5, ask, answer), exchange(2, time.Second, ask, ""), exchange(3, 0, "", answer)}
	list[2].Exchange.Request.Bytes = nil // nobody asked
	f, stats := exported(t, list...)
	assert.Equal(t, Stats{Packets: 4, Bytes: 20}, stats)
	want := []struct {
		at        uint64
		direction uint64
		frame     string
		comment   bool
	}{
		{5, 2, ask, true},
		{2e6 + 5, 1, answer, false},
		{1e9, 2, ask, true},
		{2e6, 1, answer, true},
	}
	require.Len(t, f.packets, len(want))
	for i, w := range want {
		p := f.packets[i]
		assert.Equal(t, w.at, p.at)
		assert.Equal(t, w.direction, p.number(t, 2))
		assert.Equal(t, w.frame, string(p.data[HeaderLen:]))
		assert.Equal(t, w.comment, len(p.options[1]) == 1)
		assert.Empty(t, p.options[4])
	}
	assert.Equal(t, string(bytes.TrimSpace(decode.AppendText(nil, &list[0], decode.TextOptions{}))), f.packets[0].comments()[0])
	assert.EqualValues(t, 4, f.statistics.number(t, 4))
	assert.EqualValues(t, 0, f.statistics.number(t, 5))
	assert.EqualValues(t, 5, halves(f.statistics.options[2][0]))
	assert.EqualValues(t, 2e6, halves(f.statistics.options[3][0]))
}

func TestEveryFrameLengthIsPadded(t *testing.T) {
	for n := range 9 {
		f, _ := exported(t, exchange(1, 0, strings.Repeat("x", n), ""))
		assert.Len(t, f.packets[0].data, HeaderLen+n)
	}
}

func TestHeaderFields(t *testing.T) {
	ev := exchange(0x01020304, 0, ask, answer)
	ex := &ev.Exchange
	ex.Status = decode.Malformed
	ex.Family = wire.Adafruit
	ex.Findings = []string{decode.FindCut}
	ex.Wait = time.Duration(math.MaxInt64)
	ex.Request.Window.Status = capture.HasMasks
	ex.Reply.Window = capture.Window{Call: 0xA1A2A3A4, Status: capture.Incomplete | capture.WaitTimedOut}
	f, _ := exported(t, ev)
	assert.Equal(t, "01001710"+"01020304"+"00000000"+"00000001", hex.EncodeToString(f.packets[0].data[:16]))
	assert.Equal(t, "01011721"+"01020304"+"ffffffff"+"a1a2a3a4", hex.EncodeToString(f.packets[1].data[:16]))
}

func TestWallClock(t *testing.T) {
	wall := time.Date(2024, 2, 29, 12, 0, 0, 123456789, time.UTC)
	f, _ := exported(t,
		exchange(1, time.Second, ask, ""), // before any start
		record(capture.Record{Kind: capture.KindStart, Time: 2 * time.Second, Wall: wall}),
		exchange(2, 3*time.Second, ask, ""),
		record(capture.Record{Kind: capture.KindStart, Time: 10 * time.Second}), // a recorder that does not know
		exchange(3, 11*time.Second, ask, ""),
		record(capture.Record{Kind: capture.KindStart, Time: 20 * time.Second, Wall: time.Unix(0, math.MaxInt64)}),
		exchange(4, 21*time.Second, ask, ""),
		record(capture.Record{Kind: capture.KindStart, Time: 30 * time.Second, Wall: time.Unix(0, 1).Add(-time.Hour)}),
		exchange(5, 31*time.Second, ask, ""),
		record(capture.Record{Kind: capture.KindStart, Time: 40 * time.Second, Wall: time.Unix(0, math.MinInt64)}),
		exchange(6, 39*time.Second, ask, ""),
	)
	want := []uint64{1e9, uint64(wall.Add(time.Second).UnixNano()), uint64(wall.Add(9 * time.Second).UnixNano()), math.MaxInt64, 0, 0}
	require.Len(t, f.packets, len(want))
	for i, p := range f.packets {
		assert.Equal(t, want[i], p.at, "packet %d", i)
	}
}

func TestWhatIsMissingIsTold(t *testing.T) {
	ms := time.Millisecond
	f, stats := exported(t,
		record(capture.Record{Kind: capture.KindLoss, Time: 1 * ms, Loss: capture.Loss{Frames: 2, Records: 3}}),
		record(capture.Record{Kind: capture.KindLoss, Time: 11 * ms, Loss: capture.Loss{Bytes: 77}}), // before the reply
		exchange(1, 10*ms, ask, answer),
		exchange(2, 20*ms, ask, answer),
		record(capture.Record{Kind: capture.KindLoss, Time: 30 * ms, Loss: capture.Loss{Records: 4, Cut: true}}),
	)
	lost := func(p packet) bool { return p.data[2]&0x08 != 0 }
	assert.True(t, lost(f.packets[0]))
	assert.EqualValues(t, 5, f.packets[0].number(t, 4))
	require.Len(t, f.packets[0].comments(), 2)
	assert.Contains(t, f.packets[0].comments()[1], "2 frames lost 3 records dropped")
	assert.True(t, lost(f.packets[1]))
	assert.Empty(t, f.packets[1].options[4], "of damaged bytes nobody knows how many records")
	require.Len(t, f.packets[1].comments(), 1)
	assert.Contains(t, f.packets[1].comments()[0], "77 bytes damaged")
	assert.False(t, lost(f.packets[2]))
	require.Len(t, f.statistics.comments(), 1)
	assert.Contains(t, f.statistics.comments()[0], "4 records dropped by the recorder ends inside a frame")
	assert.EqualValues(t, 9, f.statistics.number(t, 5))
	assert.Equal(t, Stats{Packets: 4, Bytes: 20, Remarks: 3, Losses: 3, Missing: 9}, stats)
}

func TestRemarks(t *testing.T) {
	f, stats := exported(t,
		record(capture.Record{Kind: capture.KindStart, Labels: []capture.Label{{Key: "board", Value: "nano33"}}}),
		record(capture.Record{Kind: capture.KindPin, Pin: capture.PinReset}),
		record(capture.Record{Kind: capture.KindPin, Pin: capture.PinReady}),
		record(capture.Record{Kind: capture.KindText, Text: []byte("panic: x")}),
		record(capture.Record{Kind: capture.KindNote, Text: []byte("plugged in")}),
		exchange(1, 0, ask, ""),
		exchange(2, 1, ask, ""),
	)
	c := f.packets[0].comments()
	require.Len(t, c, 4)
	assert.Contains(t, c[1], "board=\"nano33\"")
	assert.Contains(t, c[2], "RESETN low")
	assert.Contains(t, c[3], "plugged in")
	assert.Len(t, f.packets[1].comments(), 1)
	assert.Equal(t, Stats{Packets: 2, Bytes: 8, Remarks: 3, LeftOut: 2}, stats)
}

func TestRemarksAreBounded(t *testing.T) {
	var list []decode.Event
	for range 1000 {
		list = append(list, record(capture.Record{Kind: capture.KindNote, Text: []byte("again")}))
	}
	list = append(list, record(capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 6}}))
	f, stats := exported(t, append(list, exchange(1, 0, ask, ""), exchange(2, 0, ask, ""))...)
	c := f.packets[0].comments()
	require.Len(t, c, 1+maxRemarks+1)
	assert.Equal(t, "remarks left out: 969", c[len(c)-1])
	assert.EqualValues(t, 6, f.packets[0].number(t, 4), "a loss counts even where there is no room for its text")
	assert.Len(t, f.packets[1].comments(), 1)
	assert.Equal(t, 1001, stats.Remarks)
}

func TestLongCommentsAreCut(t *testing.T) {
	for _, shift := range []string{"", "x", "xx"} {
		note := capture.Record{Kind: capture.KindNote, Text: []byte(shift + strings.Repeat("€", 40000))}
		f, _ := exported(t, record(note), exchange(1, 0, ask, ""))
		c := f.packets[0].comments()[1]
		assert.Greater(t, len(c), maxOption-3)
		assert.True(t, utf8.ValidString(c))
	}
}

func TestNothingToExport(t *testing.T) {
	f, stats := exported(t)
	assert.Zero(t, stats)
	assert.Empty(t, f.packets)
	assert.Zero(t, f.statistics.at)
	assert.Empty(t, f.statistics.options[2])
}

// counting fails after some Writes.
type counting struct {
	left   int
	writes [][]byte
	err    error
}

func (c *counting) Write(p []byte) (int, error) {
	if c.left--; c.left < 0 {
		return 0, c.err
	}
	c.writes = append(c.writes, bytes.Clone(p))
	return len(p), nil
}

func TestOneWritePerPacket(t *testing.T) {
	w := &counting{left: 100}
	_, err := Export(w, source(exchange(1, 0, ask, answer), exchange(2, 0, ask, answer)), Options{})
	require.NoError(t, err)
	assert.Len(t, w.writes, 1+4+1, "header, packets, statistics")
}

// endless is a Source of the same exchange over and over.
type endless struct {
	ev   decode.Event
	left int
}

func (s *endless) Next(ev *decode.Event) error {
	if s.left--; s.left < 0 {
		return io.EOF
	}
	*ev = s.ev
	return nil
}

func TestMemoryDoesNotGrowWithTheTrace(t *testing.T) {
	allocs := func(n int) float64 {
		return testing.AllocsPerRun(1, func() {
			stats, err := Export(io.Discard, &endless{exchange(1, 0, ask, answer), n}, Options{})
			require.NoError(t, err)
			require.Equal(t, 2*n, stats.Packets)
		})
	}
	assert.InDelta(t, allocs(10), allocs(10000), 10)
}

func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	for n := range 6 {
		w := &counting{left: n, err: broken}
		stats, err := Export(w, source(exchange(1, 0, ask, answer), exchange(2, 0, ask, answer)), Options{})
		assert.Equal(t, broken, err)
		assert.Equal(t, max(n-1, 0), stats.Packets)
		assert.Negative(t, w.left)
		assert.GreaterOrEqual(t, w.left, -1, "nothing is written after an error")
	}
	var buf bytes.Buffer
	stats, err := Export(&buf, &events{[]decode.Event{exchange(1, 0, ask, answer)}, broken}, Options{})
	assert.Equal(t, broken, err)
	assert.Equal(t, 2, stats.Packets)
	assert.Len(t, read(t, buf.Bytes()).packets, 2, "what came before the error is a file")
}

func TestGopacketReadsTheFile(t *testing.T) {
	wall := time.Date(2024, 2, 29, 12, 0, 0, 123456789, time.UTC)
	var buf bytes.Buffer
	_, err := Export(&buf, source(
		record(capture.Record{Kind: capture.KindStart, Wall: wall}),
		exchange(1, 1, ask, answer), exchange(2, time.Hour, ask, "")), Options{Application: "test 1"})
	require.NoError(t, err)
	r, err := pcapgo.NewNgReader(&buf, pcapgo.NgReaderOptions{ErrorOnMismatchingLinkType: true})
	require.NoError(t, err)
	assert.Equal(t, layers.LinkType(LinkType), r.LinkType())
	assert.Equal(t, "test 1", r.SectionInfo().Application)
	require.Equal(t, 1, r.NInterfaces())
	for i, want := range []struct {
		at    time.Time
		frame string
	}{{wall.Add(1), ask}, {wall.Add(1 + 2*time.Millisecond), answer}, {wall.Add(time.Hour), ask}} {
		data, ci, err := r.ReadPacketData()
		require.NoError(t, err)
		assert.True(t, want.at.Equal(ci.Timestamp), "%d: %v", i, ci.Timestamp)
		assert.Equal(t, want.frame, string(data[HeaderLen:]))
		assert.Equal(t, len(data), ci.CaptureLength)
		assert.Equal(t, len(data), ci.Length)
	}
	_, _, err = r.ReadPacketData()
	assert.Equal(t, io.EOF, err)
	nic, err := r.Interface(0)
	require.NoError(t, err)
	assert.Equal(t, "nina0", nic.Name)
	assert.NotEmpty(t, nic.Description)
	assert.EqualValues(t, 9, nic.TimestampResolution)
	assert.EqualValues(t, 3, nic.Statistics.PacketsReceived)
	assert.True(t, wall.Add(1).Equal(nic.Statistics.StartTime))
	assert.True(t, wall.Add(time.Hour).Equal(nic.Statistics.EndTime))
}
