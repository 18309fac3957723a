package netdevtest

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
)

// patience is longer than anything that works takes.
const patience = 20 * time.Second

func soon() time.Time { return time.Now().Add(patience) }

// serve runs a TCP server on this machine, with a goroutine for each
// connection, and returns its address.
func (s Setup) serve(t *testing.T, handle func(net.Conn)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp4", netip.AddrPortFrom(s.Here, 0).String())
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				handle(c)
			}()
		}
	}()
	return addrPort(l.Addr())
}

// echo sends back what comes.
func echo(c net.Conn) { _, _ = io.Copy(c, c) }

// hold keeps a connection until the peer closes it.
func hold(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }

// handOver returns a handler that gives its connections away, and where to.
func handOver(t *testing.T) (func(net.Conn), <-chan net.Conn) {
	out := make(chan net.Conn)
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	return func(c net.Conn) {
		select {
		case out <- c:
		case <-done:
		}
		<-done
	}, out
}

// packetPeer returns a UDP socket of this machine.
func (s Setup) packetPeer(t *testing.T) *net.UDPConn {
	t.Helper()
	p, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(s.Here, 0)))
	require.NoError(t, err)
	t.Cleanup(func() { p.Close() })
	require.NoError(t, p.SetDeadline(soon()))
	return p
}

// freePort returns a port that is not in use.
func (s Setup) freePort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp4", netip.AddrPortFrom(s.Here, 0).String())
	require.NoError(t, err)
	defer l.Close()
	return addrPort(l.Addr()).Port()
}

// stream returns a TCP descriptor, datagram one of UDP.
func (s Setup) stream(t *testing.T) int   { return s.socket(t, netdev.SOCK_STREAM, netdev.IPPROTO_TCP) }
func (s Setup) datagram(t *testing.T) int { return s.socket(t, netdev.SOCK_DGRAM, netdev.IPPROTO_UDP) }

func (s Setup) socket(t *testing.T, stype, protocol int) int {
	t.Helper()
	fd, err := s.Device.Socket(netdev.AF_INET, stype, protocol)
	require.NoError(t, err)
	return fd
}

// dial returns a connected TCP descriptor.
func (s Setup) dial(t *testing.T, to netip.AddrPort) int {
	t.Helper()
	fd := s.stream(t)
	require.NoError(t, s.Device.Connect(fd, "", to))
	return fd
}

// listen returns a listening descriptor.
func (s Setup) listen(t *testing.T, port uint16) int {
	t.Helper()
	fd := s.stream(t)
	require.NoError(t, s.Device.Bind(fd, anywhere(port)))
	require.NoError(t, s.Device.Listen(fd, 5))
	return fd
}

// anywhere is a port of all addresses of the device.
func anywhere(port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.IPv4Unspecified(), port)
}

// call connects this machine to a server of the device and says something.
func (s Setup) call(t *testing.T, port uint16, words string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp4", netip.AddrPortFrom(s.Reach, port).String())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, c.SetDeadline(soon()))
	_, err = c.Write([]byte(words))
	require.NoError(t, err)
	return c
}

// accept is Accept, which must return.
func (s Setup) accept(t *testing.T, lfd int) (fd int, peer netip.AddrPort, err error) {
	t.Helper()
	err = wait(t, later(func() (err error) {
		fd, peer, err = s.Device.Accept(lfd)
		return err
	}))
	return fd, peer, err
}

// expect receives these words.
func (s Setup) expect(t *testing.T, fd int, words string) {
	t.Helper()
	got := make([]byte, len(words))
	s.recvFull(t, fd, got)
	assert.Equal(t, words, string(got))
}

// recvFull fills buf.
func (s Setup) recvFull(t *testing.T, fd int, buf []byte) {
	t.Helper()
	for n := 0; n < len(buf); {
		m, err := s.Device.Recv(fd, buf[n:], 0, soon())
		require.NoError(t, err)
		n += m
	}
}

// pattern returns n bytes in which a part that is missing or out of order shows.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

// wait returns the error that a call gives within our patience.
func wait(t *testing.T, from <-chan error) error {
	t.Helper()
	select {
	case err := <-from:
		return err
	case <-time.After(patience):
		require.Fail(t, "the call did not return")
		return nil
	}
}

// later runs a call and returns where its error will be.
func later(call func() error) <-chan error {
	out := make(chan error, 1)
	go func() { out <- call() }()
	return out
}

// aWhile is long enough for a call to have begun to wait.
const aWhile = 30 * time.Millisecond
