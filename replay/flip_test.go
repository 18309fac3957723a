package replay

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// No byte of a file can change and the trace still replay.
func TestEveryByteOfTheFileCounts(t *testing.T) {
	file := record(t, echoes(t, echoServer(t), "one"))
	for i := range file {
		damaged := bytes.Clone(file)
		damaged[i] ^= 0x10
		trace, err := Load("", bytes.NewReader(damaged))
		if err != nil {
			continue
		}
		r := trace.Replay(driver)
		require.NotNil(t, r.Damage, "byte %d", i)
		require.Nil(t, r.Divergence, "byte %d: what is damaged is not replayed", i)
	}
}

// flipped calls use for each byte that pick chooses of the windows, changed and
// the trace sealed again.
func flipped(t *testing.T, all []capture.Record, pick func(w *capture.Window) []byte, use func(rec, off int, r *Report)) int {
	count := 0
	for i := range all {
		if all[i].Kind != capture.KindWindow {
			continue
		}
		lane := pick(&all[i].Window)
		for off := range lane {
			lane[off] ^= 0x01
			use(i, off, replayed(t, sealed(t, all)))
			lane[off] ^= 0x01
			count++
		}
	}
	return count
}

// No byte of a request can change but those that the recorder withheld.
func TestEveryByteOfARequestCounts(t *testing.T) {
	all := records(t, record(t, echoes(t, echoServer(t), "one")))
	requests := func(w *capture.Window) []byte {
		if w.Reads() {
			return nil
		}
		return w.MOSI
	}
	unseen := 0
	n := flipped(t, all, requests, func(i, off int, r *Report) {
		if masked(&all[i].Window, off) {
			assert.True(t, r.OK(), "withheld byte %d", off)
			unseen++
			return
		}
		require.NotNil(t, r.Divergence, "byte %d of %s", off, describe(&all[i]))
	})
	assert.Equal(t, len("ninatrace"), unseen)
	assert.Greater(t, n, 100)
}

// A byte of a reply may change only where nobody looks. The classes are all
// there are; a driver that looks at more makes the numbers smaller.
func TestWhichBytesOfAReplyCount(t *testing.T) {
	all := records(t, record(t, echoes(t, echoServer(t), "one")))
	replies := func(w *capture.Window) []byte {
		if !w.Reads() {
			return nil
		}
		return w.MISO
	}
	unseen := map[string]int{}
	n := flipped(t, all, replies, func(i, off int, r *Report) {
		require.Nil(t, r.Damage)
		if r.OK() {
			unseen[class(all, i, off)]++
		}
	})
	assert.Greater(t, n, 100)
	for c, count := range unseen {
		t.Logf("unseen of %d: %d %s", n, count, c)
	}
	delete(unseen, "behind the end of the frame: not looked at")
	delete(unseen, "a version that makes no difference")
	delete(unseen, "the status of a join that goes on: any but an end of it is asked again")
	assert.Empty(t, unseen)
}

// class says why nobody looks at a byte of a reply.
func class(all []capture.Record, i, off int) string {
	asked := slices.Clone(all[:i])
	slices.Reverse(asked)
	req := asked[slices.IndexFunc(asked, func(rec capture.Record) bool {
		return rec.Kind == capture.KindWindow && !rec.Window.Reads()
	})]
	_, m := wire.ParseReply(nil, all[i].Window.MISO, wire.Command(req.Window.MOSI[1]), wire.Arduino, 0)
	switch {
	case off >= m.Size:
		return "behind the end of the frame: not looked at"
	case m.Cmd == wire.GetFWVersion && off >= 4 && off < m.Size-1:
		return "a version that makes no difference"
	case m.Cmd == wire.GetConnStatus && off == 4:
		return "the status of a join that goes on: any but an end of it is asked again"
	}
	return "byte of " + m.Cmd.String()
}

// A withheld byte may be anything, but as many of them must come.
func TestASecretOfAnotherLengthDiverges(t *testing.T) {
	all := records(t, record(t, echoes(t, echoServer(t), "one")))
	s := &script{t: t, all: all}
	s.all[s.find(func(rec *capture.Record) bool { return rec.Kind == capture.KindBegin })].Call.SecretLen++
	r := replayed(t, sealed(t, s.all))
	require.NotNil(t, r.Divergence)
	assert.Equal(t, "SET_PASSPHRASE", wire.Command(r.Divergence.Got[1]).String())
	assert.Contains(t, string(r.Divergence.Got), "**********", "a secret is not reported")
	assert.Equal(t, byte(9), r.Divergence.Want[r.Divergence.At])
	assert.Equal(t, byte(10), r.Divergence.Got[r.Divergence.At])
}
