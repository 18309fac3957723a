package live

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// A pile keeps the files that Parts makes.
type pile struct {
	files  []*bytes.Buffer
	open   int
	failAt int // of which file next fails, 0: of none
}

type pileFile struct {
	*bytes.Buffer
	of *pile
}

func (f pileFile) Close() error {
	f.of.open--
	return nil
}

func (p *pile) next() (io.WriteCloser, error) {
	if len(p.files)+1 == p.failAt {
		return nil, os.ErrPermission
	}
	p.open++
	p.files = append(p.files, new(bytes.Buffer))
	return pileFile{p.files[len(p.files)-1], p}, nil
}

func corpus(t *testing.T) []byte {
	b, err := os.ReadFile("../../traces/http-get.nina")
	require.NoError(t, err)
	return b
}

// windows returns how many windows a trace has, all of whose frames are whole.
func windows(t *testing.T, trace []byte) int {
	r := capture.NewReader(bytes.NewReader(trace))
	var rec capture.Record
	for n := 0; ; {
		err := r.Next(&rec)
		if err == io.EOF {
			return n
		}
		require.NoError(t, err)
		if rec.Kind == capture.KindLoss {
			require.Zero(t, rec.Loss.Bytes, "a frame was cut")
		}
		if rec.Kind == capture.KindWindow && rec.Window.Status&capture.Incomplete == 0 {
			n++
		}
	}
}

// Each part is a trace, and all of them are the stream, however it comes.
func TestPartsAreTraces(t *testing.T) {
	trace := bytes.Repeat(append([]byte("console text\n"), corpus(t)...), 30)
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int64{1, 100, 3000, 1 << 20} {
		var p pile
		w, err := NewParts(size, p.next)
		require.NoError(t, err)
		for rest := trace; len(rest) > 0; {
			n := 1 + rnd.IntN(min(len(rest), 900))
			k, err := w.Write(rest[:n])
			require.NoError(t, err)
			require.Equal(t, n, k)
			rest = rest[n:]
		}
		require.Equal(t, 1, p.open, "the others are closed")
		require.NoError(t, w.Close())
		require.Zero(t, p.open)

		var all []byte
		sum := 0
		for i, f := range p.files {
			all = append(all, f.Bytes()...)
			if i < len(p.files)-1 {
				require.GreaterOrEqual(t, int64(f.Len()), size)
			}
			if size >= 3000 {
				sum += windows(t, f.Bytes())
			}
		}
		require.Equal(t, trace, all)
		if size < 1<<20 {
			require.Greater(t, len(p.files), 4)
		}
		if size >= 3000 {
			assert.InDelta(t, windows(t, trace), sum, float64(len(p.files)), "only windows of more than one frame are cut")
		}
	}
}

func TestPartsTellOfFilesThatFail(t *testing.T) {
	p := pile{failAt: 1}
	_, err := NewParts(10, p.next)
	assert.Equal(t, os.ErrPermission, err)

	p = pile{failAt: 2}
	w, err := NewParts(10, p.next)
	require.NoError(t, err)
	n, err := w.Write(append(make([]byte, 12), 1))
	assert.Equal(t, os.ErrPermission, err)
	assert.Equal(t, 10, n)
	_, err = w.Write([]byte{1})
	assert.Error(t, err)
	require.NoError(t, w.Close())
	assert.Zero(t, p.open)
}

// unready is a file whose Write fails after some bytes, as on a full disk.
type unready struct{ room int }

func (u *unready) Write(p []byte) (int, error) {
	n := min(len(p), u.room)
	u.room -= n
	if n < len(p) {
		return n, errors.New("no space left on device")
	}
	return n, nil
}
func (*unready) Close() error { return nil }

func TestPartsSayHowMuchWasWritten(t *testing.T) {
	w, err := NewParts(100, func() (io.WriteCloser, error) { return &unready{7}, nil })
	require.NoError(t, err)
	n, err := w.Write(make([]byte, 50))
	assert.EqualError(t, err, "no space left on device")
	assert.Equal(t, 7, n)
}
