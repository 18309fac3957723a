package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzParse feeds a frame to every reader of both families. What parses as a
// request is written again: the frame through its end byte and the size of its
// padding come back.
func FuzzParse(f *testing.F) {
	for _, w := range readWorked(f) {
		f.Add(w.clocked(), byte(w.cmd), 0)
	}
	for _, x := range readGolden(f) {
		f.Add(x.request, x.request[1], 0)
		f.Add(x.reply, x.request[1], 16)
	}
	f.Fuzz(func(t *testing.T, frame []byte, cmd byte, written int) {
		for _, fam := range []Family{Arduino, Adafruit} {
			checkRequest(t, frame, fam)
			checkReply(t, frame, Command(cmd), fam, written)
		}
		for _, s := range SecretSpans(nil, frame) {
			require.True(t, s[0] >= 0 && s[1] > 0 && s[0]+s[1] <= len(frame))
		}
	})
}

func checkRequest(t *testing.T, frame []byte, fam Family) {
	vals, m := ParseRequest(nil, frame, fam)
	for i := range vals {
		_ = m.Param(i)
	}
	require.LessOrEqual(t, m.At, len(frame))
	if m.Err != 0 || m.Size > MaxFrame {
		return
	}
	again := AppendRequest(nil, m.Cmd, vals...)
	dummies := 0
	if form := m.Form(); form != nil {
		again = AppendForm(nil, m.Cmd, form, vals...)
		for _, p := range form.Params {
			if p.Type == Filler {
				dummies++
			}
		}
	}
	require.Len(t, again, len(frame))
	if dummies == 0 { // what a dummy holds is not kept
		assert.Equal(t, frame[:m.Size], again[:m.Size])
	}
}

func checkReply(t *testing.T, frame []byte, req Command, fam Family, written int) {
	vals, m := ParseReply(nil, frame, req, fam, written)
	for i := range vals {
		_ = m.Param(i)
	}
	require.LessOrEqual(t, m.At, len(frame))
	require.LessOrEqual(t, m.Size, len(frame))
	for n := 0; n <= len(frame) && n < 64; n++ {
		need, done := ReplySize(frame[:n], req, fam)
		require.GreaterOrEqual(t, need, n)
		require.True(t, done == (need == n))
		require.LessOrEqual(t, need, max(MaxFrame, n))
	}
	if m.Err != 0 || m.ErrorReply || m.Cut || m.Size > MaxFrame || rowOf(req, fam) == unknown {
		return
	}
	again := AppendReply(nil, req, fam, vals...)
	require.GreaterOrEqual(t, len(again), m.Size)
	if m.Count < 0x80 { // a negative count is not kept
		again[m.Size-1-strays(req, fam)] = frame[m.Size-1-strays(req, fam)] // nor what is in the stray byte
		assert.Equal(t, frame[:m.Size], again[:m.Size])
	}
}

func strays(c Command, f Family) int {
	if rowOf(c, f).kind == Stray {
		return 1
	}
	return 0
}
