package replay

import (
	"bytes"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/traces"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// limit is how long the replay of a small trace may take on a loaded machine.
const limit = 10 * time.Second

// endure replays a trace, which may be any, and sees that it comes to an end.
func endure(t *testing.T, file []byte) {
	trace, err := loadWithin(1<<24, "fuzz", bytes.NewReader(file))
	if err != nil {
		return
	}
	trace.patience = 20 * time.Millisecond
	start := time.Now()
	r := trace.Replay(driver)
	require.Less(t, time.Since(start), limit)
	if r.Divergence != nil {
		require.Nil(t, r.Divergence.Stack, "the driver panics on a reply: %s", r.Divergence.Report())
		require.NotEmpty(t, r.Divergence.Error())
		require.NotEmpty(t, r.Divergence.Report())
	}
	require.Equal(t, r.Damage == nil && r.Divergence == nil, r.OK())
}

// corpus returns the traces of the corpus.
func corpus(t testing.TB) [][]byte {
	t.Helper()
	names, err := fs.Glob(traces.FS, "*.nina")
	require.NoError(t, err)
	var files [][]byte
	for _, name := range names {
		file, err := traces.FS.ReadFile(name)
		require.NoError(t, err)
		files = append(files, file)
	}
	return files
}

// FuzzReplay replays any bytes.
func FuzzReplay(f *testing.F) {
	f.Add([]byte(nil))
	for _, file := range corpus(f) {
		f.Add(file)
	}
	f.Fuzz(endure)
}

// FuzzChangedReplay replays traces of the corpus of which records are changed,
// which random changes of a file can't do for its checksums. Four bytes of
// edits are one: which record, what to do, where, and with what.
func FuzzChangedReplay(f *testing.F) {
	files := corpus(f)
	for i := range files {
		for do := range byte(edits) {
			f.Add(byte(i), []byte{40, do, 4, 1})
		}
	}
	f.Fuzz(func(t *testing.T, which byte, list []byte) {
		all := records(t, files[int(which)%len(files)])
		for list = list[:min(len(list), 64)]; len(list) >= 4 && len(all) > 0; list = list[4:] {
			all = edit(all, int(list[0])*len(all)/256, list[1]%edits, int(list[2]), list[3])
		}
		endure(t, sealed(t, all))
	})
}

// edits is how many kinds of edits there are.
const edits = 11

// edit changes record i.
func edit(all []capture.Record, i int, do byte, at int, with byte) []capture.Record {
	rec := &all[i]
	w := &rec.Window
	switch do {
	case 0:
		return append(all[:i:i], all[i+1:]...)
	case 1:
		return append(all[:i+1:i+1], all[i:]...)
	case 2:
		j := (i + at) % len(all)
		all[i], all[j] = all[j], all[i]
	case 3:
		if at < len(w.MOSI) {
			w.MOSI[at] ^= with
		}
	case 4:
		if at < len(w.MISO) {
			w.MISO[at] ^= with
		}
	case 5:
		n := min(at, len(w.MOSI), len(w.MISO))
		w.MOSI, w.MISO = w.MOSI[:n], w.MISO[:n]
	case 6:
		w.Status ^= capture.Status(with) &^ capture.Incomplete
	case 7:
		w.Call, rec.ID = bus.CallID(with), bus.CallID(with)
	case 8:
		rec.Call.Op = bus.Op(with)
	case 9:
		rec.Call.Size, rec.Call.DataLen, rec.Call.Sock = at<<with%32, at, at
	case 10:
		rec.High, rec.Pin, rec.Time = with%2 == 0, capture.Pin(with%5), rec.Time+time.Duration(at)*time.Millisecond
	}
	return all
}
