package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// noiseFrames is how many damaged frames TestNoDamagedFrameIsTaken reads: a
// fast number, or what the environment says, as make noise does.
func noiseFrames(t *testing.T) int {
	text := os.Getenv("NINATRACE_NOISE_FRAMES")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// A hail is an endless stream of small frames of which all but one in eight are
// damaged.
type hail struct {
	*rand.Rand
	frames  [][]byte // the window of each has its index in it, twice
	buf     []byte
	damaged int
	whole   uint64 // how many were whole, which are frames[0], frames[1], …
}

const hailFrames = 1 << 12

func newHail(seed uint64) *hail {
	h := &hail{Rand: rand.New(rand.NewPCG(seed, seed))}
	for i := range hailFrames {
		h.frames = append(h.frames, craft(uint64(i), uint64(i), fmt.Sprintf("82 00 00 %02X 08 07 %X %02X", i&0x77, hailBytes(i), byte(i)*7)))
	}
	return h
}

// hailBytes are the MOSI bytes of a frame's window.
func hailBytes(i int) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(i)<<48|uint64(i)*0x9E3779B97F4A7C15>>16)
}

// Read implements io.Reader.
func (h *hail) Read(p []byte) (int, error) {
	h.buf = h.buf[:0]
	for len(h.buf) < 4096 {
		if h.Uint32()%8 == 0 {
			h.buf = append(h.buf, h.frames[h.whole%hailFrames]...)
			h.whole++
			continue
		}
		h.damaged++
		frame, at := h.frames[h.Uint32()%hailFrames], len(h.buf)
		for bytes.Equal(h.buf[at:], frame) || len(h.buf) == at {
			h.buf = h.damage(h.buf[:at], frame)
		}
	}
	return copy(p, h.buf), nil
}

// damage appends a frame with damage.
func (h *hail) damage(dst, f []byte) []byte {
	at, n := h.IntN(len(f)), 1+h.IntN(4)
	from := len(dst)
	switch h.Uint32() % 5 {
	case 0: // flipped bits
		dst = append(dst, f...)
		for range n {
			dst[from+h.IntN(len(f))] ^= 1 << (h.Uint32() % 8)
		}
	case 1: // a burst
		dst = append(dst, f...)
		for i := at; i < min(at+n, len(f)); i++ {
			dst[from+i] = byte(h.Uint32())
		}
	case 2: // bytes that are dropped
		dst = append(append(dst, f[:at]...), f[min(at+n, len(f)):]...)
	case 3: // bytes that are inserted
		dst = append(dst, f[:at]...)
		for range n {
			dst = append(dst, byte(h.Uint32()))
		}
		dst = append(dst, f[at:]...)
	case 4: // an end that is missing
		dst = append(dst, f[:at]...)
	}
	return dst
}

// Of damaged frames none is taken that says anything else than what was sent,
// and of the whole ones between them each is read. docs/capture.md has the
// arithmetic.
func TestNoDamagedFrameIsTaken(t *testing.T) {
	want := noiseFrames(t)
	h := newHail(uint64(want))
	start := time.Now()
	r := NewReader(h)
	var rec Record
	whole, taken := uint64(0), 0
	for h.damaged < want {
		if err := r.Next(&rec); err != nil {
			t.Fatal(err)
		}
		if rec.Kind == KindLoss || rec.Kind == KindText {
			continue
		}
		i := hailIndex(&rec)
		if i < 0 {
			t.Fatalf("a record that was never sent: %+v", rec)
		}
		if uint64(i) == whole%hailFrames {
			whole++
		} else {
			taken++ // only its zeros were touched
		}
	}
	require.LessOrEqual(t, h.whole-whole, uint64(2*MaxFrame/16), "but for what the reader has not come to")
	require.Greater(t, whole, uint64(want/8))
	t.Logf("%d damaged frames, %d of them by their zeros alone, %d whole ones: %.1f million/s",
		h.damaged, taken, whole, float64(h.damaged+int(whole))/1e6/time.Since(start).Seconds())
}

// hailIndex returns of which frame a record is, -1 if of none.
func hailIndex(rec *Record) int {
	w := &rec.Window
	if rec.Kind != KindWindow || len(w.MOSI) != 8 || len(w.MISO) != 8 || w.Status != 0 || w.Call != 0 || w.Wait != 0 {
		return -1
	}
	i := int(binary.BigEndian.Uint16(w.MOSI))
	ack, dur := time.Duration(i&0x77>>4)*us, time.Duration(i&0x77&15)*us
	if i >= hailFrames || !bytes.Equal(w.MOSI, hailBytes(i)) || !isFill(w.MISO) || w.MISO[0] != byte(i)*7 || w.Ack != ack || w.Dur != dur {
		return -1
	}
	return i
}

// A sent frame is one that a board has sent, and its records.
type sentFrame struct {
	bytes   []byte
	records []Record
	touched bool
}

// sentFrames is what a board sends that is reset thrice: frames of windows of
// any length, each of which has a number of its own, and text between.
func sentFrames(t *testing.T, rnd *rand.Rand) []*sentFrame {
	var all []*sentFrame
	id := uint32(0)
	for range 4 {
		sink := &frameSplitter{}
		w, err := NewWriter(sink, us)
		require.NoError(t, err)
		require.NoError(t, w.Write(&Record{Kind: KindStart}))
		for at := time.Duration(0); at < 300*time.Millisecond; {
			at += time.Duration(rnd.IntN(900)) * us
			rec := Record{Kind: KindWindow, Time: at}
			rec.Window.MOSI = make([]byte, 5+rnd.IntN(60)*rnd.IntN(10))
			rec.Window.MISO = make([]byte, len(rec.Window.MOSI))
			for i := range rec.Window.MOSI {
				rec.Window.MOSI[i], rec.Window.MISO[i] = byte(rnd.Uint32()), byte(rnd.Uint32())
			}
			rec.Window.MOSI = binary.BigEndian.AppendUint32(rec.Window.MOSI[:len(rec.Window.MOSI)-4], id)
			rec.Window.Ack, rec.Window.Dur = time.Duration(rnd.IntN(99))*us, time.Duration(rnd.IntN(99))*us
			id++
			before := len(sink.frames)
			require.NoError(t, w.Write(&rec))
			at = rec.Window.End(rec.Time)
			require.LessOrEqual(t, len(sink.frames)-before, 1)
			if rnd.IntN(4) == 0 {
				require.NoError(t, w.Flush())
			}
		}
		require.NoError(t, w.Close())
		for _, f := range sink.frames {
			s := &sentFrame{bytes: f}
			for _, rec := range examine(f).recs {
				if rec.Kind == KindWindow {
					s.records = append(s.records, rec)
				}
			}
			all = append(all, s)
			if rnd.IntN(3) == 0 {
				all = append(all, &sentFrame{bytes: []byte("text of the program\r\n")})
			}
		}
		last := all[len(all)-1] // the reset comes in its middle
		last.bytes, last.touched = last.bytes[:len(last.bytes)/2], true
	}
	return all
}

// disturb returns what arrives of frames when each byte has a chance to be hit:
// flipped, dropped, doubled by another, or the first of many that are missing.
func disturb(frames []*sentFrame, rnd *rand.Rand, chance float64) []byte {
	var out []byte
	missing := 0
	for _, f := range frames {
		for _, b := range f.bytes {
			if missing > 0 {
				missing--
				f.touched = true
				continue
			}
			if rnd.Float64() >= chance {
				out = append(out, b)
				continue
			}
			f.touched = true
			switch rnd.IntN(4) {
			case 0:
				out = append(out, b^1<<rnd.IntN(8))
			case 1:
			case 2:
				out = append(out, byte(rnd.Uint32()), b)
			case 3:
				missing = rnd.IntN(300)
			}
		}
	}
	return out
}

// Frames that the noise has not touched are read, all of them; and what is read
// is what was sent. Three resets are in it, and a beginning inside a frame.
func TestNoiseCostsTheFramesItTouches(t *testing.T) {
	for _, chance := range []float64{0, 1e-5, 1e-4, 1e-3, 1e-2} {
		t.Run(strconv.FormatFloat(chance, 'g', -1, 64), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(5, uint64(1/max(chance, 1e-9))))
			frames := sentFrames(t, rnd)
			first := frames[0]
			first.bytes, first.touched = first.bytes[len(first.bytes)/3:], true
			stream := disturb(frames, rnd, chance)

			sent := map[uint32]*Record{}
			untouched := map[uint32]bool{}
			for _, f := range frames {
				for i := range f.records {
					id := windowID(&f.records[i])
					sent[id] = &f.records[i]
					if !f.touched {
						untouched[id] = true
					}
				}
			}
			read := readNoise(t, stream, sent)
			for id := range untouched {
				require.True(t, read[id], "window %d is missing", id)
			}
			t.Logf("%d bytes, %d windows, %d of them in frames untouched, %d read", len(stream), len(sent), len(untouched), len(read))
			require.NotEmpty(t, untouched)
		})
	}
}

// windowID returns the number of a window.
func windowID(rec *Record) uint32 {
	return binary.BigEndian.Uint32(rec.Window.MOSI[len(rec.Window.MOSI)-4:])
}

// readNoise returns the numbers of the windows in a stream, of which each is
// demanded to be as it was sent, and to come once.
func readNoise(t *testing.T, stream []byte, sent map[uint32]*Record) map[uint32]bool {
	read := map[uint32]bool{}
	r := NewReader(bytes.NewReader(stream))
	var rec Record
	for {
		err := r.Next(&rec)
		if err == io.EOF {
			return read
		}
		require.NoError(t, err)
		if rec.Kind != KindWindow {
			continue
		}
		require.GreaterOrEqual(t, len(rec.Window.MOSI), 4)
		id := windowID(&rec)
		want := sent[id]
		require.NotNil(t, want, "no such window was sent")
		require.False(t, read[id])
		require.Equal(t, want.Window, rec.Window)
		read[id] = true
	}
}
