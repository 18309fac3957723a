package live

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A port is a line that is plugged in: what is written to board comes out of it.
type port struct {
	*io.PipeReader
	board *io.PipeWriter
}

func newPort() *port {
	r, w := io.Pipe()
	return &port{r, w}
}

// unplug makes the next Read fail.
func (p *port) unplug() { p.board.CloseWithError(errors.New("input/output error")) }

// sockets gives ports one after the other; nil stands for one that can't be
// opened, as often as there is another.
type sockets struct {
	ports []*port
	tries int
}

func (s *sockets) open(context.Context) (io.ReadCloser, error) {
	s.tries++
	p := s.ports[0]
	if len(s.ports) > 1 {
		s.ports = s.ports[1:]
	}
	if p == nil {
		return nil, os.ErrNotExist
	}
	return p, nil
}

// opened returns a line in a bubble, whose ports must be of the bubble too.
func opened(t *testing.T, cfg Config) *Line {
	l, err := Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	return l
}

// next reads what comes next.
func next(t *testing.T, l *Line) string {
	p := make([]byte, 100)
	n, err := l.Read(p)
	require.NoError(t, err)
	return string(p[:n])
}

func TestALineGoesOnAfterItWasUnplugged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newPort(), newPort()
		s := &sockets{ports: []*port{first, nil, nil, nil, second}}
		var lost error
		var at time.Time
		l := opened(t, Config{
			Open: s.open,
			Lost: func(err error) { lost, at = err, time.Now() },
			Back: func(since time.Time) []byte {
				assert.Equal(t, at, since)
				return []byte("(" + time.Since(since).String() + ")")
			},
		})
		first.board.Write([]byte("before"))
		assert.Equal(t, "before", next(t, l))
		first.unplug()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.EqualError(t, lost, "input/output error")
		assert.Equal(t, 5, s.tries, "one, three that failed, and the one that works")
		second.board.Write([]byte("after"))
		assert.Equal(t, "(10s)", next(t, l), "it is back when bytes come")
		assert.Equal(t, "after", next(t, l))
	})
}

// A port that is there and fails at once is lost once, not every time.
func TestALineThatFlaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead, good := newPort(), newPort()
		dead.unplug()
		told := 0
		s := &sockets{ports: []*port{dead, dead, dead, good}}
		l := opened(t, Config{Open: s.open, Lost: func(error) { told++ }})
		good.board.Write([]byte("x"))
		assert.Equal(t, "x", next(t, l))
		assert.Equal(t, 1, told)
	})
}

func TestTheEndOfAStreamThatIsOpenedOnce(t *testing.T) {
	for name, end := range map[string]error{"end": io.EOF, "error": os.ErrPermission} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPort()
				s := &sockets{ports: []*port{p}}
				l := opened(t, Config{Open: s.open, Once: true})
				p.board.Write([]byte("all of it"))
				p.board.CloseWithError(end)
				assert.Equal(t, "all of it", next(t, l))
				for range 2 {
					_, err := l.Read(make([]byte, 1))
					assert.Equal(t, end, err)
				}
				assert.Equal(t, 1, s.tries)
			})
		})
	}
}

// What came before the end of the context is read.
func TestTheContextEndsTheStream(t *testing.T) {
	for name, back := range map[string]bool{"silent": true, "lost": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				first, second := newPort(), newPort()
				if !back {
					second = nil
				}
				s := &sockets{ports: []*port{first, second}}
				l, err := Open(ctx, Config{Open: s.open})
				require.NoError(t, err)
				first.board.Write([]byte("before"))
				first.unplug()
				time.Sleep(time.Minute)
				stop()
				synctest.Wait()
				assert.Equal(t, "before", next(t, l))
				_, err = l.Read(make([]byte, 1))
				assert.Equal(t, io.EOF, err)
			})
		})
	}
}

// The line is read while nobody reads the stream: what a disk holds up is not
// lost.
func TestALineIsReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPort()
		s := &sockets{ports: []*port{p}}
		l := opened(t, Config{Open: s.open})
		for range queue {
			p.board.Write([]byte("0123456789"))
		}
		got := make([]byte, queue*10)
		_, err := io.ReadFull(l, got)
		require.NoError(t, err)
		assert.Equal(t, strings.Repeat("0123456789", queue), string(got))
	})
}

func TestALineThatCannotBeOpened(t *testing.T) {
	s := &sockets{ports: []*port{nil}}
	_, err := Open(t.Context(), Config{Open: s.open})
	assert.Equal(t, os.ErrNotExist, err)
}
