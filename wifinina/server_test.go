package wifinina

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// freePort returns a port of 127.0.0.1 that nobody listens on.
func freePort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String()).Port()
}

// at is a port of this machine.
func at(port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
}

// listenOn returns a listening descriptor.
func listenOn(t *testing.T, d *Device, port uint16) int {
	t.Helper()
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	require.NoError(t, err)
	require.NoError(t, d.Bind(fd, netip.AddrPortFrom(netip.IPv4Unspecified(), port)))
	require.NoError(t, d.Listen(fd, 1))
	return fd
}

// dialIn connects to the device's server, says hello, and returns both ends.
func dialIn(t *testing.T, d *Device, lfd int, port uint16) (net.Conn, int) {
	t.Helper()
	c, err := net.Dial("tcp4", at(port).String())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	_, err = c.Write([]byte("hello"))
	require.NoError(t, err)
	fd, peer, err := d.Accept(lfd)
	require.NoError(t, err)
	assert.Equal(t, c.LocalAddr().String(), peer.String())
	return c, fd
}

func TestAcceptTwoClients(t *testing.T) {
	d := online(t, emulator.Config{})
	port := freePort(t)
	lfd := listenOn(t, d, port)
	var wg sync.WaitGroup
	for _, word := range []string{"first", "second"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := net.Dial("tcp4", at(port).String())
			if !assert.NoError(t, err) {
				return
			}
			defer c.Close()
			c.Write([]byte(word))
			got := make([]byte, len(word))
			_, err = io.ReadFull(c, got)
			assert.NoError(t, err)
			assert.Equal(t, word, string(got))
		}()
	}
	seen := map[int]netip.AddrPort{}
	for range 2 {
		fd, peer, err := d.Accept(lfd)
		require.NoError(t, err)
		assert.Equal(t, "127.0.0.1", peer.Addr().String())
		assert.NotContains(t, seen, fd)
		seen[fd] = peer
	}
	for fd := range seen {
		buf := make([]byte, 100)
		n, err := d.Recv(fd, buf, 0, soon())
		require.NoError(t, err)
		_, err = d.Send(fd, buf[:n], 0, soon())
		require.NoError(t, err)
		require.NoError(t, d.Close(fd))
	}
	wg.Wait()
}

// The firmware cannot close a listener, so the driver keeps it and gives it to
// the next Listen on the same port (reference §4.0, quirk 3).
func TestAListenerIsClosedAndOpenedAgain(t *testing.T) {
	d := online(t, emulator.Config{})
	port := freePort(t)
	for range 12 {
		lfd := listenOn(t, d, port)
		c, err := net.Dial("tcp4", at(port).String())
		require.NoError(t, err)
		fd, _, err := d.Accept(lfd)
		require.NoError(t, err)
		require.NoError(t, d.Close(fd))
		require.NoError(t, d.Close(lfd))
		c.Close()
	}
	// The parked slot is not given to a client, who could neither read nor write.
	fd := dial(t, d, serve(t, echo))
	_, err := d.Send(fd, []byte("hello"), 0, soon())
	require.NoError(t, err)
	n, err := d.Recv(fd, make([]byte, 10), 0, soon())
	require.NoError(t, err)
	assert.Equal(t, 5, n)
}

func TestListenReportsAPortInUse(t *testing.T) {
	d := online(t, emulator.Config{})
	l, err := net.Listen("tcp4", ":0")
	require.NoError(t, err)
	defer l.Close()
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	assert.ErrorIs(t, d.Listen(fd, 1), netdev.ErrInvalidArgument, "not bound")
	require.NoError(t, d.Bind(fd, at(port)))
	assert.ErrorIs(t, d.Listen(fd, 1), netdev.ErrAddrInUse)
	_, _, err = d.Accept(fd)
	assert.ErrorIs(t, err, netdev.ErrInvalidArgument)
}

// A port that is taken now may be free later: the descriptor is good for
// another try.
func TestAListenThatFailedCanBeTriedAgain(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd, err := l.d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(l, err)
		require.NoError(l, l.d.Bind(fd, at(80)))
		taken, err := l.lan.Node(moduleAddr).Listen(80)
		require.NoError(l, err)
		require.ErrorIs(l, l.d.Listen(fd, 1), netdev.ErrAddrInUse)
		require.NoError(l, taken.Close())
		require.NoError(l, l.d.Listen(fd, 1))
	})
}

// A listener by slots lives on in the firmware when it is closed. Who connects
// meanwhile is not for whoever listens next.
func TestAClosedListenerKeepsNoClients(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		for round := range 3 {
			ctx, cancel := l.timeout()
			defer cancel()
			lfd, err := l.d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
			require.NoError(l, err)
			require.NoError(l, l.d.Bind(lfd, at(80)))
			require.NoError(l, l.d.Listen(lfd, 1))
			c, err := l.peer.Dial(ctx, netip.AddrPortFrom(moduleAddr, 80))
			require.NoError(l, err)
			_, err = c.Write([]byte{byte(round)})
			require.NoError(l, err)
			fd, _, err := l.d.Accept(lfd)
			require.NoError(l, err)
			got := make([]byte, 1)
			_, err = l.d.Recv(fd, got, 0, soon())
			require.NoError(l, err)
			assert.Equal(l, byte(round), got[0])
			require.NoError(l, l.d.Close(fd))
			require.NoError(l, l.d.Close(lfd))
			late, err := l.peer.Dial(ctx, netip.AddrPortFrom(moduleAddr, 80))
			if err == nil {
				_, _ = late.Write([]byte("late"))
			}
			time.Sleep(time.Second)
		}
	})
}

// A fault while a kept listener is taken over leaves it kept, and the
// descriptor good for another try.
func TestAFaultedListenOnAKeptListener(t *testing.T) {
	onSlots(t, emulator.Config{}, func(l *lab) {
		again := func() int {
			fd, err := l.d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
			require.NoError(l, err)
			require.NoError(l, l.d.Bind(fd, at(80)))
			return fd
		}
		first := again()
		require.NoError(l, l.d.Listen(first, 1))
		require.NoError(l, l.d.Close(first))
		fd := again()
		l.bus.forge(wire.AvailDataTCP, 0xE0, 0xAB, 1, 1, 0, 0xEE)
		require.Error(l, l.d.Listen(fd, 1))
		l.bus.heal()
		started := l.bus.requests[wire.StartServerTCP]
		require.NoError(l, l.d.Listen(fd, 1))
		assert.Equal(l, started, l.bus.requests[wire.StartServerTCP], "the listener is the kept one")
	})
}

// A port of our choice that is taken is not the caller's concern.
func TestAPortOfOurChoiceMayBeTaken(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		taken := make([]net.Listener, 2)
		for i := range taken {
			var err error
			taken[i], err = l.lan.Node(moduleAddr).Listen(uint16(49152 + i))
			require.NoError(l, err)
			defer taken[i].Close()
		}
		fd, err := l.d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(l, err)
		require.NoError(l, l.d.Bind(fd, at(0)))
		require.NoError(l, l.d.Listen(fd, 1))
		local, err := l.d.LocalAddr(fd)
		require.NoError(l, err)
		assert.Equal(l, uint16(49154), local.Port())
	})
}
