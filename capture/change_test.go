package capture

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// A changed byte costs the frame it is in, and is told.
func TestEveryChangeOfAByteIsFound(t *testing.T) {
	m := smallTrace(t)
	m.frames, m.per = m.frames[:4], m.per[:4]
	m.requireChangesTold(t)
}

// The start has a frame of its own, so that a trace with one record more is
// still a trace when any of its bytes is changed.
func TestAChangedByteLeavesATrace(t *testing.T) {
	for name, recs := range map[string][]Record{
		"one record":      {{Kind: KindStart}, {Kind: KindPin, Pin: PinReset}},
		"start put first": {{Kind: KindNote, Text: []byte("a remark that looks like console text")}},
	} {
		t.Run(name, func(t *testing.T) {
			sink := &frameSplitter{}
			w, err := NewWriter(sink, us)
			require.NoError(t, err)
			for i := range recs {
				require.NoError(t, w.Write(&recs[i]))
			}
			require.NoError(t, w.Close())
			requireTwoFrames(t, sink.frames)
		})
	}
	t.Run("a recorder", func(t *testing.T) {
		sink := &frameSplitter{}
		link := newFakeBus()
		r, err := NewRecorder(link, sink, nil, Config{Clock: link.clock})
		require.NoError(t, err)
		link.window(r, 0, 0, send(r, "x"))
		require.NoError(t, r.Close())
		requireTwoFrames(t, sink.frames)
	})
}

// requireTwoFrames demands a start, the rest, and that one of them is left
// whatever byte is changed.
func requireTwoFrames(t *testing.T, frames [][]byte) {
	t.Helper()
	require.Len(t, frames, 2)
	all := examine(bytes.Join(frames, nil)).recs
	require.Greater(t, len(all), 1)
	require.Equal(t, KindStart, all[0].Kind)
	m := &multi{frames: frames, recs: all, per: [][]Record{all[:1], all[1:]}}
	m.requireChangesTold(t)
}

// requireChangesTold changes each byte to each other: the frame it is in is
// missing, as is told, and the others are read.
func (m *multi) requireChangesTold(t *testing.T) {
	t.Helper()
	file := m.file()
	bad := make([]byte, len(file))
	for i := range file {
		frame := m.at(i)
		want := m.without(frame)
		missing := uint64(1)
		if frame == len(m.frames)-1 {
			missing = 0 // no number after it tells
		}
		for change := 1; change < 256; change++ {
			copy(bad, file)
			bad[i] ^= byte(change)
			recs, loss, err := compare(bad, want)
			if recs != len(want) || loss.None() || err != io.EOF ||
				loss.Frames != missing || loss.Joined != (frame == 0) {
				requireRecords(t, want, examine(bad).recs)
				require.Failf(t, "not told", "byte %d became %02x: %+v %v", i, bad[i], loss, err)
			}
		}
	}
}

// compare reads a trace and returns how many of its records are those
// expected, -1 if another comes, and what is told to be missing.
func compare(b []byte, want []Record) (n int, loss Loss, err error) {
	var rec Record
	for r := smallReader(b); ; {
		if err = r.Next(&rec); err != nil {
			return n, loss, err
		}
		switch {
		case rec.Kind == KindText:
		case rec.Kind == KindLoss && rec.Loss.Records == 0:
			loss.Frames += rec.Loss.Frames
			loss.Bytes += rec.Loss.Bytes
			loss.Joined = loss.Joined || rec.Loss.Joined
		case n < 0 || n == len(want) || !equal(&rec, &want[n]):
			n = -1
		default:
			n++
		}
	}
}
