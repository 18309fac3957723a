package capture

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// longReply is a window that needs many of the smallest frames.
var longReply = func() []byte {
	p := make([]byte, 600)
	for i := range p {
		p[i] = byte(i*11 + i/256)
	}
	return p
}()

// splitTrace records a short window, a long one and a short one in small
// frames, and returns the frames: the start; the first window and a piece of
// the long one; three with the rest of that; the last window.
func splitTrace(t *testing.T) [][]byte {
	t.Helper()
	sink := &frameSplitter{}
	link := newFakeBus()
	r, err := NewRecorder(link, sink, nil, Config{Clock: link.clock, Buffer: make([]byte, MinBuffer)})
	require.NoError(t, err)
	link.window(r, 0, 0, send(r, "before"))
	r.Acquire(9, time.Time{})
	link.reply = longReply
	link.window(r, 5*us, 0, receive(r, 600))
	r.Release(9)
	link.window(r, 0, 0, send(r, "after"))
	require.NoError(t, r.Close())
	require.Len(t, sink.frames, 6)
	return sink.frames
}

// Wherever frames of a window are lost, what is left of it is never taken for
// a whole one, and its neighbours are not harmed.
func TestAWindowWithFramesMissing(t *testing.T) {
	frames := splitTrace(t)
	n := len(frames)
	for from := 2; from < n-1; from++ {
		for to := from + 1; to < n; to++ {
			got := examine(bytes.Join(slices.Concat(frames[:from], frames[to:]), nil))
			require.Equal(t, uint64(to-from), got.loss.Frames)
			recs := got.recs[1:]
			last := len(recs) - 1
			parts := 2
			if to == n-1 { // the end of the window is lost too
				parts = 1
			}
			require.Len(t, recs, 1+parts+1, "before, the parts, after")
			require.Equal(t, "before", string(recs[0].Window.MOSI))
			require.Equal(t, "after", string(recs[last].Window.MOSI))
			require.Zero(t, recs[0].Window.Status|recs[last].Window.Status)
			require.Equal(t, recs[0].Window.End(recs[0].Time), recs[1].Time, "the last time that is known")
			requireParts(t, recs[1:last])
		}
	}
}

// requireParts demands the head of the long window, and its tail if there are
// two records, but not all of it.
func requireParts(t *testing.T, parts []Record) {
	t.Helper()
	size := 0
	for _, rec := range parts {
		w := rec.Window
		require.Equal(t, Incomplete, w.Status)
		require.Equal(t, strings.Repeat("\xFF", len(w.MISO)), string(w.MOSI))
		require.Equal(t, bus.CallID(9), w.Call)
		size += len(w.MISO)
	}
	require.Less(t, size, 600)
	head := parts[0].Window
	require.NotEmpty(t, head.MISO)
	require.True(t, bytes.HasPrefix(longReply, head.MISO))
	if len(parts) == 1 {
		require.Zero(t, head.Wait|head.Ack|head.Dur, "nobody knows")
		return
	}
	tail := parts[1].Window
	require.True(t, bytes.HasSuffix(longReply, tail.MISO))
	require.Equal(t, 5*us, tail.Wait)
	require.Equal(t, 601*us, tail.Dur, "with the 0.7 µs of the deselect")
}

// The part of a window comes before the loss that tore it.
func TestThePartOfAWindowComesBeforeTheLoss(t *testing.T) {
	frames := splitTrace(t)
	all, err := readAll(bytes.Join(slices.Delete(slices.Clone(frames), 2, 3), nil))
	require.Equal(t, io.EOF, err)
	var kinds []Kind
	for _, rec := range all {
		kinds = append(kinds, rec.Kind)
	}
	assert.Equal(t, []Kind{KindStart, KindWindow, KindWindow, KindLoss, KindWindow, KindWindow}, kinds)
	assert.Less(t, all[2].Offset, all[3].Offset)
}

// A board that hangs or is reset in the middle of a window leaves what it had.
func TestAWindowThatDoesNotEnd(t *testing.T) {
	frames := splitTrace(t)
	for n := 2; n < len(frames)-1; n++ {
		head := bytes.Join(frames[:n], nil)
		for name, rest := range map[string][]byte{
			"end of file":   nil,
			"cut frame":     frames[n][:20],
			"new recording": bytes.Join(frames, nil),
		} {
			got := examine(append(bytes.Clone(head), rest...))
			require.Equal(t, io.EOF, got.err)
			w := got.recs[2].Window
			require.Equal(t, Incomplete, w.Status, name)
			require.True(t, bytes.HasPrefix(longReply, w.MISO))
			require.NotEmpty(t, w.MISO)
			if name == "new recording" {
				require.Len(t, got.recs, 3+4)
				require.Equal(t, longReply, got.recs[5].Window.MISO)
			} else {
				require.Len(t, got.recs, 3)
			}
		}
	}
}

// The last frame of a file may lack its closing zero.
func TestAWindowInAFileWithoutTheLastZero(t *testing.T) {
	file := bytes.Join(splitTrace(t), nil)
	got := examine(file[:len(file)-1])
	require.Len(t, got.recs, 4)
	assert.Equal(t, longReply, got.recs[2].Window.MISO)
	assert.True(t, got.loss.None())
}

// Damage inside a frame of right checksum ends the window too.
func TestAPieceBeforeDamage(t *testing.T) {
	got := examine(append(
		craft(0, 0, "8A 04 03 41 42 43 44 00", "8E 04 03 45 46 47 48 00", "84 FD 7F 00 00", pinRecord),
		craft(1, 0, "84 00 00 00", pinRecord)...))
	require.Len(t, got.recs, 3)
	assert.Equal(t, "ABCDEFGH", string(got.recs[0].Window.MOSI))
	assert.Equal(t, Incomplete, got.recs[0].Window.Status)
	assert.Empty(t, got.recs[1].Window.MOSI)
	assert.Equal(t, Incomplete, got.recs[1].Window.Status)
}

// A piece that is damaged itself leaves the ones before.
func TestADamagedPiece(t *testing.T) {
	for _, bad := range []string{"8E 04 03 45 46 47 48", "8F 04 03 45 46 47 48 05 00", "9E 10 04 01 00 02 47 48", "9E 10 02 01 00 03"} {
		got := examine(craft(0, 0, "9A 10 04 01 02 02 41 42 00", bad))
		require.Len(t, got.recs, 1, bad)
		w := got.recs[0].Window
		assert.Equal(t, "AB**", string(w.MOSI))
		assert.Len(t, w.MISO, 4)
		assert.Equal(t, []Span{{2, 2}}, w.Masks)
		assert.Equal(t, Incomplete|HasMasks, w.Status)
	}
}

// A window that begins while another is not over.
func TestAWindowInsideAWindow(t *testing.T) {
	for _, second := range []string{"82 00 00 00 02 01 58 59 00", "8A 02 01 58 59 00 84 00 00 00"} {
		got := examine(craft(0, 0, "8A 02 01 41 42 00", second))
		require.Len(t, got.recs, 2)
		assert.Equal(t, "AB", string(got.recs[0].Window.MOSI))
		assert.Equal(t, Incomplete, got.recs[0].Window.Status)
		assert.Equal(t, "XY", string(got.recs[1].Window.MOSI))
		assert.Zero(t, got.recs[1].Window.Status)
		assert.True(t, got.loss.None())
	}
}

// Calls and remarks between the pieces of a window stand before it.
func TestRecordsBetweenPieces(t *testing.T) {
	tp := newTape(t, nil, Config{})
	tp.link.reply = longReply
	tp.window(3*us, 2*us, receive(tp, 100), func() {
		tp.Begin(bus.Call{Op: bus.OpClose})
		tp.Note("meanwhile")
	}, receive(tp, 500))
	got := tp.records(t)
	require.Len(t, got, 3)
	assert.Equal(t, KindBegin, got[0].Kind)
	assert.Equal(t, 105*us, got[0].Time)
	assert.Equal(t, KindNote, got[1].Kind)
	assert.Equal(t, 3*us, got[2].Time, "the select, which was before")
	assert.Equal(t, longReply, got[2].Window.MISO)
	assert.Equal(t, Window{Wait: 3 * us, Ack: 2 * us, Dur: 600 * us},
		Window{Wait: got[2].Window.Wait, Ack: got[2].Window.Ack, Dur: got[2].Window.Dur})

	// And all of it can be written again as it is.
	again := read(t, write(t, us, read(t, tp.file.Bytes())))[1:]
	for i := range got {
		sameRecord(t, got[i], again[i])
	}
}
