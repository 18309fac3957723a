package netdev_test

import (
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/netdev/netdevtest"
)

func listen(t *testing.T, dev netdev.Netdever) *netdev.TCPListener {
	t.Helper()
	lc := netdev.ListenConfig{Device: dev}
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l.(*netdev.TCPListener)
}

func call(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp4", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
	return c
}

func accept(l net.Listener) func() error {
	return func() error {
		_, err := l.Accept()
		return err
	}
}

func TestAcceptHasADeadline(t *testing.T) {
	l := listen(t, netdevtest.Host())
	time.AfterFunc(50*time.Millisecond, func() { assert.NoError(t, l.SetDeadline(time.Now())) })
	err := within(t, accept(l))
	assert.ErrorIs(t, opError(t, "accept", err), os.ErrDeadlineExceeded)
	require.NoError(t, l.SetDeadline(time.Time{}))
	c := call(t, l)
	a, err := l.Accept()
	require.NoError(t, err, "who comes after the deadline is for the next Accept")
	defer a.Close()
	assert.Equal(t, c.LocalAddr().String(), a.RemoteAddr().String())
	assert.Equal(t, c.RemoteAddr().String(), a.LocalAddr().String())
}

func TestCloseEndsAccept(t *testing.T) {
	l := listen(t, netdevtest.Host())
	time.AfterFunc(50*time.Millisecond, func() { assert.NoError(t, l.Close()) })
	assert.ErrorIs(t, opError(t, "accept", within(t, accept(l))), net.ErrClosed)
	assert.ErrorIs(t, opError(t, "accept", within(t, accept(l))), net.ErrClosed)
	assert.ErrorIs(t, opError(t, "close", l.Close()), net.ErrClosed)
	assert.ErrorIs(t, opError(t, "set", l.SetDeadline(time.Time{})), net.ErrClosed)
}

// A connection that the device has accepted and nobody took is closed with the
// listener.
func TestCloseEndsConnectionsNobodyTook(t *testing.T) {
	dev := netdevtest.Host()
	l := listen(t, dev)
	require.NoError(t, l.SetDeadline(time.Now().Add(30*time.Millisecond)))
	assert.ErrorIs(t, within(t, accept(l)), os.ErrDeadlineExceeded)
	c := call(t, l)
	time.Sleep(50 * time.Millisecond)
	require.NoError(t, l.Close())
	_, err := c.Read(make([]byte, 1))
	assert.Error(t, err)
	for range 10 {
		_, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(t, err, "all descriptors are free")
	}
}

func TestSeveralGoroutinesAccept(t *testing.T) {
	l := listen(t, netdevtest.Host())
	const n = 4
	peers := make(chan string, n)
	for range n {
		go func() {
			c, err := l.Accept()
			if assert.NoError(t, err) {
				defer c.Close()
				peers <- c.RemoteAddr().String()
			}
		}()
	}
	var want, got []string
	for range n {
		want = append(want, call(t, l).LocalAddr().String())
	}
	for range n {
		select {
		case p := <-peers:
			got = append(got, p)
		case <-time.After(10 * time.Second):
			require.Fail(t, "an Accept was forgotten")
		}
	}
	assert.ElementsMatch(t, want, got)
}

func TestListenErrors(t *testing.T) {
	lc := netdev.ListenConfig{Device: netdevtest.Host()}
	ctx := context.Background()
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for range 12 { // more than there are descriptors
		_, err = lc.Listen(ctx, "tcp", taken.Addr().String())
		assert.ErrorIs(t, opError(t, "listen", err), netdev.ErrAddrInUse)
	}
	_, err = lc.Listen(ctx, "unix", "/tmp/x")
	assert.ErrorIs(t, opError(t, "listen", err), net.UnknownNetworkError("unix"))
	_, err = lc.Listen(ctx, "tcp", "example.com:80")
	opError(t, "listen", err)
	_, err = lc.ListenPacket(ctx, "tcp", ":0")
	assert.ErrorIs(t, opError(t, "listen", err), net.UnknownNetworkError("tcp"))
}
