package netdev_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/netdev/netdevtest"
)

// dial returns a connection of dev's and its other end, which is the system's.
func dial(t *testing.T, dev netdev.Netdever) (*netdev.TCPConn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	d := netdev.Dialer{Device: dev}
	c, err := d.DialContext(context.Background(), "tcp", l.Addr().String())
	require.NoError(t, err)
	peer, err := l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { c.Close(); peer.Close() })
	return c.(*netdev.TCPConn), peer
}

// within returns the error of a call that must return soon.
func within(t *testing.T, call func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(10 * time.Second):
		require.Fail(t, "the call did not return")
		return nil
	}
}

func read(c net.Conn) func() error {
	return func() error {
		_, err := c.Read(make([]byte, 1))
		return err
	}
}

// opError returns the error as package net's, and checks its outside.
func opError(t *testing.T, op string, err error) *net.OpError {
	t.Helper()
	var oe *net.OpError
	require.ErrorAs(t, err, &oe)
	assert.Same(t, oe, err, "it is the outermost")
	assert.Equal(t, op, oe.Op)
	return oe
}

func TestADeadlineThatIsSetLaterWakesWhoWaits(t *testing.T) {
	c, _ := dial(t, netdevtest.Host())
	time.AfterFunc(50*time.Millisecond, func() { assert.NoError(t, c.SetReadDeadline(time.Now())) })
	err := within(t, read(c))
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	oe := opError(t, "read", err)
	assert.True(t, oe.Timeout())
	assert.Equal(t, c.RemoteAddr(), oe.Addr)
	assert.Equal(t, c.LocalAddr(), oe.Source)
	assert.Equal(t, "tcp", oe.Net)
}

func TestADeadlineThatIsMovedBackIsNotMet(t *testing.T) {
	c, peer := dial(t, netdevtest.Host())
	require.NoError(t, c.SetReadDeadline(time.Now().Add(80*time.Millisecond)))
	time.AfterFunc(30*time.Millisecond, func() { assert.NoError(t, c.SetReadDeadline(time.Time{})) })
	time.AfterFunc(200*time.Millisecond, func() { peer.Write([]byte("x")) })
	assert.NoError(t, within(t, read(c)))
}

func TestCloseWakesWhoWaits(t *testing.T) {
	c, _ := dial(t, netdevtest.Host())
	time.AfterFunc(50*time.Millisecond, func() { assert.NoError(t, c.Close()) })
	assert.ErrorIs(t, opError(t, "read", within(t, read(c))), net.ErrClosed)
	_, err := c.Read(nil)
	assert.ErrorIs(t, opError(t, "read", err), net.ErrClosed)
	_, err = c.Write([]byte("x"))
	assert.ErrorIs(t, opError(t, "write", err), net.ErrClosed)
	assert.ErrorIs(t, opError(t, "set", c.SetDeadline(time.Time{})), net.ErrClosed)
	assert.ErrorIs(t, opError(t, "close", c.Close()), net.ErrClosed)
	assert.ErrorIs(t, opError(t, "close", c.CloseWrite()), net.ErrClosed)
	assert.ErrorIs(t, opError(t, "set", c.SetNoDelay(true)), net.ErrClosed)
}

func TestEndOfFileAgainAndAgain(t *testing.T) {
	c, peer := dial(t, netdevtest.Host())
	peer.Write([]byte("last words"))
	peer.Close()
	got, err := io.ReadAll(c)
	require.NoError(t, err)
	assert.Equal(t, "last words", string(got))
	for range 3 {
		assert.Equal(t, io.EOF, within(t, read(c)))
	}
}

func TestNothingIsReadAndWrittenAtOnce(t *testing.T) {
	c, _ := dial(t, netdevtest.Host())
	for _, none := range [][]byte{nil, {}} {
		n, err := c.Read(none)
		assert.Zero(t, n)
		assert.NoError(t, err)
		n, err = c.Write(none)
		assert.Zero(t, n)
		assert.NoError(t, err)
	}
}

// sips is a device that sends little at a time, and says that it had no time
// for more.
type sips struct{ netdev.Netdever }

func (s sips) Send(fd int, b []byte, flags int, deadline time.Time) (int, error) {
	n, err := s.Netdever.Send(fd, b[:min(len(b), 7)], flags, deadline)
	if err == nil && n < len(b) {
		err = netdev.ErrTimeout
	}
	return n, err
}

func TestWritesDoNotMix(t *testing.T) {
	c, peer := dial(t, sips{netdevtest.Host()})
	const writers, size = 8, 1000
	var wg sync.WaitGroup
	for i := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			n, err := c.Write(bytes.Repeat([]byte{'a' + byte(i)}, size))
			assert.NoError(t, err)
			assert.Equal(t, size, n)
		}()
	}
	got := make([]byte, writers*size)
	_, err := io.ReadFull(peer, got)
	require.NoError(t, err)
	wg.Wait()
	for i := 0; i < len(got); i += size {
		assert.Equal(t, bytes.Repeat(got[i:i+1], size), got[i:i+size])
	}
}

// options is a device that keeps what SetSockOpt gets.
type options struct {
	netdev.Netdever
	got *[]any
	err error
}

func (o options) SetSockOpt(fd, level, opt int, value any) error {
	*o.got = append(*o.got, [3]any{level, opt, value})
	return o.err
}

func TestOptionsGoToTheDevice(t *testing.T) {
	var got []any
	c, _ := dial(t, options{netdevtest.Host(), &got, nil})
	assert.NoError(t, c.SetKeepAlive(true))
	assert.NoError(t, c.SetKeepAlivePeriod(90*time.Second))
	assert.NoError(t, c.SetLinger(5))
	assert.NoError(t, c.SetNoDelay(false))
	assert.Equal(t, []any{[3]any{1, 9, true}, [3]any{6, 5, 180.0}, [3]any{1, 13, 5}, [3]any{6, 1, false}}, got)
	broken := errors.New("broken")
	c, _ = dial(t, options{netdevtest.Host(), &got, broken})
	assert.ErrorIs(t, opError(t, "set", c.SetNoDelay(true)), broken)
	assert.ErrorIs(t, opError(t, "close", c.CloseWrite()), netdev.ErrNotSupported)
}
