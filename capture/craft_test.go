package capture

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/internal/cobs"
)

// pinRecord is RESETN going high, 1 tick later.
const pinRecord = "02 04 01 01 01 00"

// unhex returns the bytes of pairs of hex digits.
func unhex(s string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return string(b)
}

// seal makes a frame of raw bytes: checksum, stuffing, zeros.
func seal(raw []byte) []byte {
	raw = binary.LittleEndian.AppendUint32(bytes.Clone(raw), crc32.ChecksumIEEE(raw))
	out := make([]byte, 2+len(raw)+cobs.Overhead(len(raw)))
	return out[:2+cobs.Encode(out[1:], raw)]
}

// craft makes a frame of records given in hex, with ticks of 1 µs.
func craft(seq, base uint64, records ...string) []byte {
	raw := binary.AppendUvarint([]byte{Version<<versionShift | 3}, seq)
	raw = binary.AppendUvarint(raw, base)
	for _, r := range records {
		raw = append(raw, unhex(r)...)
	}
	return seal(raw)
}

const huge = "FF FF FF FF FF FF FF FF FF 01" // 2^64-1

// Records that no writer writes: the records before them stay, the rest of the
// frame is told as lost, and the next frame is read.
func TestRecordsThatAreNotAsSpecified(t *testing.T) {
	for name, record := range map[string]string{
		"a tag alone":                     "02",
		"an exchange of nothing":          "50 00 00 00 00 00",
		"an unknown exchange":             "40 00 00 00 00",
		"half an exchange":                "80 00 00 00 00 50 00 00 00 00",
		"an exchange of one window":       "80 00 00 00 00 50 01 00 00 00 00",
		"an endless difference":           "80 00 00 00 00 50 00 FF FF FF FF FF FF FF FF 00 00",
		"a difference of 33 bits":         "80 00 00 00 00 50 00 88 88 88 88 88 04 00 00 00 00",
		"a body that is not there":        "02 50 00 01",
		"an endless length":               "02 80 80 80 80 80 80 80 80 80 80 80 01 00",
		"a huge length":                   "07 " + huge + " 00",
		"a body without a time":           "07 00",
		"a time beyond the end":           "02 0C " + huge + " 01 01",
		"a start of many labels":          "01 0B 00 0000000000000000 11 00",
		"a start of missing labels":       "01 0B 00 0000000000000000 02 00",
		"a pin without a level":           "02 02 00 01",
		"a pin without a call":            "02 03 00 01 01",
		"a time that does not count":      "02 04 88 27 01 01",
		"a drop without a number":         "05 01 00",
		"a wait of forever":               "06 0D 00 01 01 " + huge,
		"a call without arguments":        "03 03 00 01 08",
		"a name longer than its body":     "03 05 00 01 04 09 41",
		"a secret of a gigabyte too much": "03 0B 00 01 01 01 41 81 80 80 80 04",
		"a result that is cut":            "04 06 00 01 0C 00 02 05",
		"an endless gap":                  "80 FF FF FF FF FF FF FF FF FF FF FF",
		"a window without bytes":          "80 00 00 00",
		"a window that ends before 0":     "80 03 00 00 00",
		"a window that begins before 0":   "80 FD 03 00 F0 FF 01 00",
		"a window beyond the end":         "80 00 00 0F " + huge + " 00",
		"a window that ends too late":     "80 8080D0B1D2FE9A0E 00 0F 8080E898A9BF8D07 00",
		"a window of 65537 bytes":         "80 00 00 00 81 80 04 00 00",
		"a window of 2^64-1 bytes":        "80 00 00 00 " + huge + " 00 00",
		"a fill without its byte":         "80 00 00 00 04 00",
		"bytes that are not there":        "82 00 00 00 04 04 41 42",
		"more bytes than there are":       "82 00 00 00 04 05 41 42 43 44 45 00 00",
		"a reference to nothing":          "C0 00 00 00",
		"a reference too far back":        "80 00 00 00 00 C1 00 00 00",
		"a reference to a masked window":  "92 10 00 00 00 04 01 01 01 41 42 43 00 C0 00 00 00",
		"a mask beyond the bytes":         "9A 10 04 01 02 03 41 42 00",
		"an empty mask":                   "9A 10 04 01 02 00 41 42 43 44 00",
		"masks that touch":                "9A 10 04 02 00 01 00 01 41 42 00",
		"masks without end":               "9A 10 04 " + huge + " 00 01 01 01",
		"a piece too much":                "88 80 80 04 00 00 8C 01 00 00",
	} {
		t.Run(name, func(t *testing.T) {
			bad := craft(0, 0, pinRecord, record, pinRecord)
			got := examine(append(bad, craft(1, 900, pinRecord)...))
			require.Equal(t, io.EOF, got.err)
			require.NotZero(t, got.loss.Bytes)
			require.Equal(t, 1, got.tells)
			require.False(t, got.loss.Joined)
			assert.Equal(t, KindPin, got.recs[0].Kind)
			assert.Equal(t, 901*us, got.recs[len(got.recs)-1].Time)
			for _, rec := range got.recs[1 : len(got.recs)-1] {
				assert.Equal(t, KindWindow, rec.Kind, "only windows that were whole, or what was read of one")
				assert.Equal(t, len(rec.Window.MOSI), len(rec.Window.MISO))
			}
		})
	}
}

// A frame stands for itself: it cannot refer to windows of the one before.
func TestReferencesEndWithTheFrame(t *testing.T) {
	window := "82 00 00 00 02 01 41 42 00"
	got := examine(append(craft(0, 0, window, "C0 00 00 00"), craft(1, 0, "C0 00 00 00")...))
	require.Len(t, got.recs, 2)
	require.NotZero(t, got.loss.Bytes)
}

// What a later writer may add is skipped, and its time counts.
func TestAdditionsAreSkipped(t *testing.T) {
	got := examine(craft(0, 0,
		"02 07 01 01 01 00 AA BB CC", // a pin with fields that we do not know
		"00 01 01", "18 03 02 01 02", "3F 81 00 03",
		"03 05 00 07 C8 01 02", // a call of an op that we do not know
		pinRecord))
	require.Equal(t, io.EOF, got.err)
	require.True(t, got.loss.None())
	require.Len(t, got.recs, 3)
	assert.Equal(t, us, got.recs[0].Time)
	assert.Equal(t, KindBegin, got.recs[1].Kind)
	assert.Equal(t, "call", got.recs[1].Call.Op.String())
	assert.Equal(t, 8*us, got.recs[2].Time)
}

func TestFramesOfAnotherVersion(t *testing.T) {
	frame := func(first byte) []byte { return seal([]byte{first, 0, 0, 2, 4, 1, 1, 1, 0}) }
	for _, c := range []struct {
		first byte
		want  error
	}{{0x13, io.EOF}, {0x23, ErrVersion}, {0xF0, ErrVersion}, {0x03, ErrNotTrace}, {0x17, ErrNotTrace}} {
		assert.Equal(t, c.want, examine(frame(c.first)).err, "%02x", c.first)
	}
	got := examine(append(frame(0x23), frame(0x13)...))
	assert.Equal(t, io.EOF, got.err)
	assert.NotZero(t, got.loss.Bytes)
	assert.Len(t, got.recs, 1)
}

func TestFramesThatAreNone(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":            "",
		"no number":          "13",
		"no time":            "13 00",
		"an endless number":  "13 FF FF FF FF FF FF FF FF FF FF FF 01 00",
		"a time out of time": "13 00 " + huge,
	} {
		assert.Equal(t, ErrNotTrace, examine(seal([]byte(unhex(raw)))).err, name)
	}
	for _, b := range [][]byte{nil, {0}, {0, 0, 0}, []byte("hello\n"), {1, 2, 3}} {
		assert.Equal(t, ErrNotTrace, examine(b).err)
	}
}

// repeating is an endless stream of the same bytes.
type repeating struct {
	p  []byte
	at int
}

func (r *repeating) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k := copy(p[n:], r.p[r.at:])
		n += k
		r.at = (r.at + k) % len(r.p)
	}
	return n, nil
}

// Whatever a stream holds, the reader needs no more memory than for a frame
// and a window.
func TestMemoryIsBounded(t *testing.T) {
	pieces := strings.Repeat("88 81 80 02 00 00 ", 100)
	masks := "9A 10 FF FF 03 FF 7F" + strings.Repeat("01 01", 1000)
	for name, p := range map[string][]byte{
		"no zeros":   bytes.Repeat([]byte{0xA5}, 1000),
		"text":       []byte("text without end, "),
		"zeros":      {0},
		"pieces":     craft(3, 0, pieces),
		"masks":      craft(3, 0, masks),
		"big window": craft(3, 0, strings.Repeat("80 00 00 00 80 80 04 00 00", 20)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := NewReader(io.LimitReader(&repeating{p: p}, 4<<20))
		var rec Record
		for n := 0; n < 1000 && r.Next(&rec) == nil; n++ {
			require.LessOrEqual(t, len(rec.Text), MaxText)
			require.LessOrEqual(t, len(rec.Window.MOSI), MaxWindow)
		}
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20), name)
	}
}
