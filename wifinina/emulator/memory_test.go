package emulator

import (
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/nettest"
)

var (
	moduleAddr = netip.MustParseAddr("192.168.1.23")
	peerAddr   = netip.MustParseAddr("192.168.1.99")
	otherAddr  = netip.MustParseAddr("192.168.1.100")
)

const (
	webPort = 80
	latency = 30 * time.Millisecond
)

// inBubble runs a test in virtual time on a network of its own.
func inBubble(t *testing.T, cfg MemoryConfig, test func(t *testing.T, lan *Memory)) {
	synctest.Test(t, func(t *testing.T) { test(t, NewMemory(cfg)) })
}

// memoryPair returns a connection from the module's node to the peer's.
func memoryPair(t *testing.T, lan *Memory) (near, far net.Conn) {
	t.Helper()
	ln, err := lan.Node(peerAddr).Listen(0)
	require.NoError(t, err)
	defer ln.Close()
	near, err = lan.Node(moduleAddr).Dial(t.Context(), addrPort(ln.Addr()))
	require.NoError(t, err)
	far, err = ln.Accept()
	require.NoError(t, err)
	return near, far
}

func TestMemoryConnIsANetConn(t *testing.T) {
	for name, cfg := range map[string]MemoryConfig{
		"at once":      {},
		"small window": {Window: 500},
		"slow":         {Latency: 50 * time.Microsecond, Jitter: 50 * time.Microsecond},
	} {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				c1, c2 = memoryPair(t, NewMemory(cfg))
				return c1, c2, func() { c1.Close(); c2.Close() }, nil
			})
		})
	}
}

func TestMemoryTakesItsLatency(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		start := time.Now()
		near, far := memoryPair(t, lan)
		assert.Equal(t, 2*latency, time.Since(start), "SYN and its answer")
		assert.Equal(t, near.LocalAddr(), far.RemoteAddr())
		assert.Equal(t, near.RemoteAddr(), far.LocalAddr())

		start = time.Now()
		_, err := near.Write([]byte("ping"))
		require.NoError(t, err)
		require.NoError(t, near.(interface{ CloseWrite() error }).CloseWrite())
		assert.Zero(t, time.Since(start))
		got, err := io.ReadAll(far)
		require.NoError(t, err)
		assert.Equal(t, "ping", string(got), "data before the FIN")
		assert.Equal(t, latency, time.Since(start))

		_, err = near.Write([]byte("x"))
		require.ErrorIs(t, err, syscall.EPIPE)
		_, err = far.Write([]byte("pong"))
		require.NoError(t, err, "the other direction is open")
		require.NoError(t, far.Close())
		got, err = io.ReadAll(near)
		require.NoError(t, err)
		assert.Equal(t, "pong", string(got))
	})
}

func TestMemoryWriteWaitsForTheWindow(t *testing.T) {
	inBubble(t, MemoryConfig{Window: 100}, func(t *testing.T, lan *Memory) {
		near, far := memoryPair(t, lan)
		require.NoError(t, near.SetWriteDeadline(time.Now().Add(time.Minute)))
		n, err := near.Write(make([]byte, 150))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		assert.Equal(t, 100, n)

		require.NoError(t, near.SetWriteDeadline(time.Time{}))
		time.AfterFunc(time.Second, func() { io.ReadFull(far, make([]byte, 60)) })
		start := time.Now()
		n, err = near.Write(make([]byte, 50))
		require.NoError(t, err)
		assert.Equal(t, 50, n)
		assert.Equal(t, time.Second, time.Since(start))
	})
}

func TestMemoryResets(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		near, far := memoryPair(t, lan)
		kept, _ := memoryPair(t, lan)
		far.Write([]byte("arrives"))
		time.Sleep(latency)
		far.Write([]byte("is lost"))
		lan.Reset(addrPort(near.LocalAddr()))
		got, err := io.ReadAll(near)
		require.ErrorIs(t, err, syscall.ECONNRESET)
		assert.Equal(t, "arrives", string(got))
		_, err = far.Write([]byte("x"))
		require.ErrorIs(t, err, syscall.ECONNRESET)
		_, err = kept.Write([]byte("x"))
		require.NoError(t, err)
		lan.Reset(netip.AddrPort{})
		_, err = kept.Write([]byte("x"))
		require.ErrorIs(t, err, syscall.ECONNRESET)
	})
}

// TestMemoryClosedEnd: a close with data unread is a RST, and so is the answer
// to data for an end that is closed.
func TestMemoryClosedEnd(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		near, far := memoryPair(t, lan)
		far.Write([]byte("unread"))
		time.Sleep(latency)
		require.NoError(t, near.Close())
		start := time.Now()
		_, err := far.Read(make([]byte, 1))
		require.ErrorIs(t, err, syscall.ECONNRESET)
		assert.Equal(t, latency, time.Since(start))

		near, far = memoryPair(t, lan)
		require.NoError(t, near.Close())
		_, err = far.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		_, err = far.Write([]byte("nobody"))
		require.NoError(t, err, "not known yet")
		time.Sleep(2 * latency)
		_, err = far.Write([]byte("x"))
		require.ErrorIs(t, err, syscall.ECONNRESET)
		require.ErrorIs(t, near.Close(), net.ErrClosed)
	})
}

func TestMemoryDialFails(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		lan.Node(peerAddr)
		lan.SetReach(otherAddr, BlackHole)
		for _, c := range []struct {
			to   netip.Addr
			err  error
			took time.Duration
		}{
			{peerAddr, syscall.ECONNREFUSED, 2 * latency},
			{netip.MustParseAddr("10.0.0.1"), syscall.EHOSTUNREACH, 2 * latency},
			{otherAddr, context.DeadlineExceeded, time.Minute},
		} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			start := time.Now()
			_, err := lan.Node(moduleAddr).Dial(ctx, netip.AddrPortFrom(c.to, webPort))
			require.ErrorIs(t, err, c.err)
			assert.Equal(t, c.took, time.Since(start), "%v", c.err)
			cancel()
		}
	})
}

func TestMemoryBacklog(t *testing.T) {
	inBubble(t, MemoryConfig{}, func(t *testing.T, lan *Memory) {
		ln, err := lan.Node(peerAddr).Listen(webPort)
		require.NoError(t, err)
		_, err = lan.Node(peerAddr).Listen(webPort)
		require.ErrorIs(t, err, syscall.EADDRINUSE)
		dial := func() (net.Conn, error) {
			return lan.Node(moduleAddr).Dial(t.Context(), addrPort(ln.Addr()))
		}
		waiting, err := dial()
		require.NoError(t, err)
		for range backlog - 1 {
			_, err := dial()
			require.NoError(t, err)
		}
		time.AfterFunc(5*time.Second/2, func() { ln.Accept() })
		start := time.Now()
		_, err = dial()
		require.NoError(t, err)
		assert.Equal(t, 3*synInterval, time.Since(start), "SYNs are lost until there is room")

		last, err := dialUntil(t, lan, ln.Addr())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Nil(t, last)
		require.NoError(t, ln.Close())
		_, err = ln.Accept()
		require.ErrorIs(t, err, net.ErrClosed)
		require.ErrorIs(t, ln.Close(), net.ErrClosed)
		_, err = dial()
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		_, err = waiting.Write([]byte("accepted before"))
		require.NoError(t, err)
	})
}

func dialUntil(t *testing.T, lan *Memory, to net.Addr) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return lan.Node(moduleAddr).Dial(ctx, addrPort(to))
}

// TestMemoryOutage: what is on its way while a node is out of reach arrives
// when it is back.
func TestMemoryOutage(t *testing.T) {
	inBubble(t, MemoryConfig{Latency: latency}, func(t *testing.T, lan *Memory) {
		near, far := memoryPair(t, lan)
		lan.SetReach(peerAddr, BlackHole)
		near.Write([]byte("late"))
		time.AfterFunc(time.Minute, func() { lan.SetReach(peerAddr, Reachable) })
		start := time.Now()
		b := make([]byte, 10)
		n, err := far.Read(b)
		require.NoError(t, err)
		assert.Equal(t, "late", string(b[:n]))
		assert.Equal(t, time.Minute, time.Since(start))
	})
}

func TestMemoryNames(t *testing.T) {
	names := map[string]netip.Addr{"Peer.test": peerAddr, "silent.test": {}}
	inBubble(t, MemoryConfig{Latency: latency, Names: names}, func(t *testing.T, lan *Memory) {
		n := lan.Node(moduleAddr)
		start := time.Now()
		addr, err := n.Lookup(t.Context(), "peer.TEST")
		require.NoError(t, err)
		assert.Equal(t, peerAddr, addr)
		assert.Equal(t, 2*latency, time.Since(start))
		var dnsErr *net.DNSError
		_, err = n.Lookup(t.Context(), "nobody.test")
		require.ErrorAs(t, err, &dnsErr)
		assert.True(t, dnsErr.IsNotFound)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_, err = n.Lookup(ctx, "silent.test")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
