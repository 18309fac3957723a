package live

import (
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// feeding reads a feed and notes what it tells early.
func feeding(t *testing.T, write func(f *Feed)) (stream string, told []string) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		f := NewFeed(func(at int64, text []byte) {
			told = append(told, fmt.Sprintf("%v %d %q", time.Since(start), at, text))
		})
		read := make(chan string)
		go func() {
			all, err := io.ReadAll(f)
			assert.NoError(t, err)
			read <- string(all)
		}()
		write(f)
		require.NoError(t, f.Close())
		stream = <-read
	})
	return stream, told
}

// The last words of a program that has crashed are told.
func TestTextWithoutAnEndIsTold(t *testing.T) {
	stream, told := feeding(t, func(f *Feed) {
		io.WriteString(f, "\x00\x02\x13frame\x00panic: ")
		time.Sleep(time.Second)
		io.WriteString(f, "out of ")
		time.Sleep(50 * time.Millisecond)
		io.WriteString(f, "memory\n")
		time.Sleep(time.Second)
		io.WriteString(f, "\x00again")
		time.Sleep(time.Second)
	})
	assert.Equal(t, "\x00\x02\x13frame\x00panic: out of memory\n\x00again", stream)
	assert.Equal(t, []string{
		`200ms 9 "panic: "`, `1.2s 16 "out of memory\n"`, `2.25s 31 "again"`,
	}, told)
}

// Text that goes on and on has no pause to wait for.
func TestTextWithoutAPauseIsTold(t *testing.T) {
	_, told := feeding(t, func(f *Feed) {
		for range 10 {
			io.WriteString(f, "tick\n")
			time.Sleep(90 * time.Millisecond)
		}
	})
	require.GreaterOrEqual(t, len(told), 3)
	assert.Equal(t, `200ms 0 "tick\ntick\ntick\n"`, told[0])
}

func TestWhatIsNoTextIsNotTold(t *testing.T) {
	_, told := feeding(t, func(f *Feed) {
		for _, s := range []string{"\x00", "a", "\x00\x00\x22\x13\x01", "\x00\x00text, then\x01", "\x00text that ends\x00"} {
			io.WriteString(f, s)
			if s != "\x00" {
				time.Sleep(time.Second)
			}
		}
	})
	assert.Empty(t, told)
}

// Memory is bounded, whatever comes.
func TestAFeedOfNothingButText(t *testing.T) {
	sum := 0
	f := NewFeed(func(_ int64, text []byte) { sum += len(text) })
	go func() {
		p := make([]byte, 1000)
		for i := range p {
			p[i] = 'x'
		}
		for range 1000 {
			f.Write(p)
		}
		f.Close()
	}()
	_, err := io.Copy(io.Discard, f)
	require.NoError(t, err)
	assert.LessOrEqual(t, cap(f.tail), 1<<18)
}
