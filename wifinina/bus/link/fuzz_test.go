package link_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Whatever a host sends, Serve returns, and answers no more than was asked for.
func FuzzServe(f *testing.F) {
	f.Add([]byte("RGLHnNIQ"))
	f.Add([]byte("LT\x00\x04\xE0\x37\x00\xEEHW\x00\x00\x00\x00\x01LT\x00\x0C\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFH"))
	f.Add([]byte("T\xFF\xFFabc"))
	f.Add([]byte("g\x03"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		b := &scriptedBus{}
		s := pieces(string(sent))
		err := link.Serve(s, b, "fuzz")
		assert.Contains(t, []error{nil, io.EOF, link.ErrUnknown}, err)
		assert.LessOrEqual(t, len(s.out), 6*len(sent)+1) // I has the longest answer
		assert.LessOrEqual(t, len(b.did), 2*len(sent))
	})
}

// A loop is one exchange that a host sends again and again.
type loop struct {
	piece []byte
	left  int
	wrote int
}

func (l *loop) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	l.left--
	return copy(p, l.piece), nil
}

func (l *loop) Write(p []byte) (int, error) {
	l.wrote += len(p)
	return len(p), nil
}

func anExchange() []byte {
	req := wire.AppendRequest(nil, wire.GetConnStatus)
	p := append([]byte("RLRT\x00\x04"), req...)
	return append(p, "HRLRT\x00\x06\xFF\xFF\xFF\xFF\xFF\xFFH"...)
}

func TestServeAllocatesNothingForAnExchange(t *testing.T) {
	chip := emulator.New(emulator.Config{BootTime: -1})
	defer chip.Close()
	const answers = 3 + 4 + 1 + 3 + 6 + 1 // bytes an exchange is answered with
	l := &loop{piece: anExchange()}
	run := func(n int) float64 {
		l.wrote = 0
		allocs := testing.AllocsPerRun(19, func() {
			l.left = n
			_ = link.Serve(l, chip, "")
		})
		require.Equal(t, 20*n*answers, l.wrote)
		return allocs
	}
	assert.Equal(t, run(1), run(200), "exchanges more cost nothing more")
}

func BenchmarkServe(b *testing.B) {
	chip := emulator.New(emulator.Config{BootTime: -1})
	defer chip.Close()
	b.ReportAllocs()
	if err := link.Serve(&loop{piece: anExchange(), left: b.N}, chip, ""); err != io.EOF {
		b.Fatal(err)
	}
}
