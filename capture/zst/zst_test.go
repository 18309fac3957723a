package zst

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compress returns the bytes compressed.
func compress(t testing.TB, p []byte) []byte {
	var out bytes.Buffer
	w := NewWriter(&out)
	_, err := w.Write(p)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestReadsWhatIsCompressedAndWhatIsNot(t *testing.T) {
	text := []byte(strings.Repeat("trace ", 100000))
	zip := compress(t, text)
	assert.Less(t, len(zip), len(text)/100)
	skip := []byte("\x5A\x2A\x4D\x18\x02\x00\x00\x00hi")
	for name, x := range map[string]struct{ file, want []byte }{
		"plain":          {text, text},
		"empty":          {nil, nil},
		"one byte":       {[]byte("("), []byte("(")},
		"nearly":         {[]byte("(\xB5/\xFC"), []byte("(\xB5/\xFC")},
		"compressed":     {zip, text},
		"nothing":        {compress(t, nil), nil},
		"two":            {append(bytes.Clone(zip), zip...), append(bytes.Clone(text), text...)},
		"to skip before": {append(skip, zip...), text},
	} {
		for _, r := range []io.Reader{bytes.NewReader(x.file), iotest.OneByteReader(bytes.NewReader(x.file))} {
			got, err := io.ReadAll(NewReader(r))
			require.NoError(t, err, name)
			assert.True(t, bytes.Equal(x.want, got), name)
		}
	}
}

// A line that is silent after a few bytes must not hide them.
func TestWaitsForNoMoreThanItNeeds(t *testing.T) {
	in, out := io.Pipe()
	go out.Write([]byte("(h"))
	p := make([]byte, 10)
	n, err := NewReader(in).Read(p)
	require.NoError(t, err)
	assert.NotZero(t, n)
	assert.True(t, strings.HasPrefix("(h", string(p[:n])))
}

func TestDamage(t *testing.T) {
	text := []byte(strings.Repeat("trace and more of it", 20000))
	zip := compress(t, text)
	broken := errors.New("broken line")
	_, err := io.ReadAll(NewReader(io.MultiReader(bytes.NewReader(zip[:20]), iotest.ErrReader(broken))))
	assert.ErrorIs(t, err, broken)
	for n := 4; n < len(zip); n++ {
		_, err := io.ReadAll(NewReader(bytes.NewReader(zip[:n])))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d", n)
	}
	for i := 4; i < len(zip); i++ {
		changed := bytes.Clone(zip)
		changed[i] ^= 0x10
		got, err := io.ReadAll(NewReader(bytes.NewReader(changed)))
		require.True(t, err != nil || bytes.Equal(text, got), "%d", i)
	}
}

// A few bytes may ask for much memory; what they get is bounded.
func TestMemoryIsBounded(t *testing.T) {
	for exponent := byte(10); exponent < 32; exponent++ {
		frame := append([]byte(frameMagic), 0x00, exponent<<3, 0x02|8<<3, 0, 0, 'x')
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := io.Copy(io.Discard, NewReader(bytes.NewReader(frame)))
		runtime.ReadMemStats(&after)
		assert.Error(t, err)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2*maxWindow+1<<20), "window of 2^%d", 10+exponent)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(compress(f, []byte("trace")))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, _ = io.Copy(io.Discard, io.LimitReader(NewReader(bytes.NewReader(file)), 1<<20))
	})
}
