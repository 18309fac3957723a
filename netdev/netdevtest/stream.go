package netdevtest

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
)

var streamTests = []test{
	{"Echo", testEcho},
	{"RecvReturnsWhatThereIs", testRecvReturnsWhatThereIs},
	{"SendReturnsHowMuchItSent", testPartialSend},
	{"EndOfFileOnceEverythingIsRead", testEndOfFile},
	{"RecvTimesOut", testRecvTimesOut},
	{"ZeroLengths", testZeroLengths},
	{"BindThenConnect", testBindThenConnect},
	{"RefusedConnection", testRefused},
	{"WrongOrder", testWrongOrder},
}

func testEcho(t *testing.T, s Setup) {
	fd := s.dial(t, s.serve(t, echo))
	msg := pattern(50_000)
	sending := later(func() error {
		n, err := s.Device.Send(fd, msg, 0, soon())
		if err == nil && n != len(msg) {
			err = io.ErrShortWrite
		}
		return err
	})
	got := make([]byte, len(msg))
	s.recvFull(t, fd, got)
	require.NoError(t, wait(t, sending))
	assert.Equal(t, msg, got)
	require.NoError(t, s.Device.Close(fd))
}

func testRecvReturnsWhatThereIs(t *testing.T, s Setup) {
	handle, peers := handOver(t)
	fd := s.dial(t, s.serve(t, handle))
	peer := <-peers
	for _, word := range []string{"one", "two", "three"} {
		_, err := peer.Write([]byte(word))
		require.NoError(t, err)
		got := make([]byte, len(word))
		n, err := s.Device.Recv(fd, got[:1], 0, soon())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		big := make([]byte, 5000)
		for n < len(word) {
			m, err := s.Device.Recv(fd, big, 0, soon())
			require.NoError(t, err)
			require.Positive(t, m)
			n += copy(got[n:], big[:m])
		}
		assert.Equal(t, word, string(got))
	}
}

// The peer reads nothing until the deadline, and then all that was said to be
// sent, no more.
func testPartialSend(t *testing.T, s Setup) {
	handle, peers := handOver(t)
	fd := s.dial(t, s.serve(t, handle))
	peer := <-peers
	msg := pattern(64 << 20)
	n, err := s.Device.Send(fd, msg, 0, time.Now().Add(2*time.Second))
	require.ErrorIs(t, err, netdev.ErrTimeout)
	require.Less(t, n, len(msg))
	require.Positive(t, n)
	got := make([]byte, n)
	require.NoError(t, peer.SetDeadline(soon()))
	_, err = io.ReadFull(peer, got)
	require.NoError(t, err)
	require.True(t, string(msg[:n]) == string(got), "what arrived is not what was sent")
	m, err := s.Device.Send(fd, msg[n:n+1000], 0, soon())
	require.NoError(t, err)
	got = got[:m]
	_, err = io.ReadFull(peer, got)
	require.NoError(t, err)
	assert.Equal(t, msg[n:n+1000], got)
	require.NoError(t, peer.SetDeadline(time.Now().Add(aWhile)))
	_, err = peer.Read(make([]byte, 1))
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())
}

func testEndOfFile(t *testing.T, s Setup) {
	msg := pattern(9000)
	fd := s.dial(t, s.serve(t, func(c net.Conn) { _, _ = c.Write(msg) }))
	got := make([]byte, len(msg))
	s.recvFull(t, fd, got)
	assert.Equal(t, msg, got)
	for range 3 {
		n, err := s.Device.Recv(fd, make([]byte, 10), 0, soon())
		assert.Zero(t, n)
		assert.Equal(t, io.EOF, err, "io.EOF itself")
	}
	require.NoError(t, s.Device.Close(fd))
}

func testRecvTimesOut(t *testing.T, s Setup) {
	fd := s.dial(t, s.serve(t, echo))
	start := time.Now()
	n, err := s.Device.Recv(fd, make([]byte, 10), 0, start.Add(50*time.Millisecond))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, netdev.ErrTimeout)
	assert.GreaterOrEqual(t, time.Since(start), 50*time.Millisecond)
	var timeout net.Error
	require.True(t, errors.As(err, &timeout))
	assert.True(t, timeout.Timeout())
	n, err = s.Device.Recv(fd, make([]byte, 10), 0, time.Now().Add(-time.Hour))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, netdev.ErrTimeout, "long past")
	_, err = s.Device.Send(fd, []byte("on we go"), 0, soon())
	require.NoError(t, err)
	s.recvFull(t, fd, make([]byte, len("on we go")))
}

func testZeroLengths(t *testing.T, s Setup) {
	fd := s.dial(t, s.serve(t, echo))
	for _, none := range [][]byte{nil, {}} {
		n, err := s.Device.Recv(fd, none, 0, time.Time{})
		assert.Zero(t, n)
		assert.NoError(t, err)
		n, err = s.Device.Send(fd, none, 0, time.Time{})
		assert.Zero(t, n)
		assert.NoError(t, err)
	}
	_, err := s.Device.Send(fd, []byte("x"), 0, soon())
	require.NoError(t, err)
	got := make([]byte, 1)
	s.recvFull(t, fd, got)
	assert.Equal(t, "x", string(got))
}

func testBindThenConnect(t *testing.T, s Setup) {
	to := s.serve(t, echo)
	fd := s.stream(t)
	require.NoError(t, s.Device.Bind(fd, anywhere(0)))
	require.NoError(t, s.Device.Connect(fd, "", to))
	_, err := s.Device.Send(fd, []byte("bound"), 0, soon())
	require.NoError(t, err)
	s.recvFull(t, fd, make([]byte, 5))
}

func testRefused(t *testing.T, s Setup) {
	fd := s.stream(t)
	err := s.Device.Connect(fd, "", netip.AddrPortFrom(s.Here, s.freePort(t)))
	assert.ErrorIs(t, err, netdev.ErrConnectionRefused)
	_, err = s.Device.Recv(fd, make([]byte, 1), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	require.NoError(t, s.Device.Connect(fd, "", s.serve(t, echo)), "the descriptor is good for another try")
}

func testWrongOrder(t *testing.T, s Setup) {
	fd := s.stream(t)
	_, err := s.Device.Recv(fd, make([]byte, 1), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	_, err = s.Device.Send(fd, make([]byte, 1), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	_, _, err = s.Device.Accept(fd)
	assert.ErrorIs(t, err, netdev.ErrInvalidArgument, "not listening")
	to := s.serve(t, echo)
	require.NoError(t, s.Device.Connect(fd, "", to))
	assert.ErrorIs(t, s.Device.Connect(fd, "", to), netdev.ErrInvalidArgument, "connected")
	assert.ErrorIs(t, s.Device.Bind(fd, anywhere(0)), netdev.ErrInvalidArgument, "connected")
	assert.ErrorIs(t, s.Device.Listen(fd, 1), netdev.ErrInvalidArgument, "connected")
}
