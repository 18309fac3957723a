package cobs

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func seq(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i%255 + 1)
	}
	return b
}

func encode(src []byte) []byte {
	dst := make([]byte, len(src)+Overhead(len(src)))
	return dst[:Encode(dst, src)]
}

func TestKnownStrings(t *testing.T) {
	for _, c := range []struct{ raw, enc []byte }{
		{nil, []byte{1}},
		{[]byte{0}, []byte{1, 1}},
		{[]byte{0, 0}, []byte{1, 1, 1}},
		{[]byte{0, 0x11, 0}, []byte{1, 2, 0x11, 1}},
		{[]byte{0x11, 0x22, 0, 0x33}, []byte{3, 0x11, 0x22, 2, 0x33}},
		{[]byte{0x11, 0, 0, 0}, []byte{2, 0x11, 1, 1, 1}},
		{seq(254), append([]byte{255}, seq(254)...)},
		{append([]byte{0}, seq(254)...), append([]byte{1, 255}, seq(254)...)},
		{seq(255), append(append([]byte{255}, seq(254)...), 2, 255)},
	} {
		assert.Equal(t, c.enc, encode(c.raw))
		got, ok := Decode(nil, c.enc)
		require.True(t, ok)
		assert.Equal(t, c.raw, got)
	}
}

func TestRefusesWhatIsNotAnEncoding(t *testing.T) {
	for _, enc := range [][]byte{{0}, {2}, {5, 1, 2}, {3, 1, 0}, {2, 1, 0}} {
		_, ok := Decode(nil, enc)
		assert.Falsef(t, ok, "% x", enc)
	}
}

// The writers of frames encode in place, to need one buffer instead of two.
func TestInPlace(t *testing.T) {
	for _, n := range []int{0, 1, 253, 254, 255, 508, 509, 4000} {
		for _, zeroes := range []int{0, 1, 3, 200} {
			raw := seq(n)
			for i := zeroes; zeroes > 0 && i < n; i += zeroes {
				raw[i] = 0
			}
			want := encode(raw)
			buf := make([]byte, Overhead(n)+n)
			copy(buf[Overhead(n):], raw)
			m := Encode(buf, buf[Overhead(n):])
			require.Equal(t, want, buf[:m])
			back, ok := Decode(buf[:0], buf[:m])
			require.True(t, ok)
			require.True(t, bytes.Equal(raw, back))
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0})
	f.Add(seq(600))
	f.Fuzz(func(t *testing.T, b []byte) {
		enc := encode(b)
		require.NotContains(t, string(enc), "\x00")
		require.LessOrEqual(t, len(enc), len(b)+Overhead(len(b)))
		got, ok := Decode(nil, enc)
		require.True(t, ok)
		require.True(t, bytes.Equal(b, got))

		if raw, ok := Decode(nil, b); ok && len(b) > 0 {
			again, ok := Decode(nil, encode(raw))
			require.True(t, ok)
			require.True(t, bytes.Equal(raw, again))
		}
	})
}
