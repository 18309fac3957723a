package netdevtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
)

var descriptorTests = []test{
	{"KindsOfSockets", testKinds},
	{"TenAndAClearErrorAtTheEleventh", testTen},
	{"InvalidOnes", testInvalid},
	{"CloseWakesRecv", testCloseWakesRecv},
	{"CloseWakesRecvOfADatagram", testCloseWakesRecvOfADatagram},
	{"CloseWakesSend", testCloseWakesSend},
	{"CloseWakesAccept", testCloseWakesAccept},
	{"CloseWakesConnect", testCloseWakesConnect},
	{"AStaleOneNeverTouchesANewer", testStale},
}

func testKinds(t *testing.T, s Setup) {
	for _, c := range []struct {
		domain, stype, protocol int
		want                    error
	}{
		{netdev.AF_INET + 8, netdev.SOCK_STREAM, netdev.IPPROTO_TCP, netdev.ErrFamilyNotSupported},
		{netdev.AF_INET, 3, 0, netdev.ErrProtocolNotSupported},
		{netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_UDP, netdev.ErrProtocolNotSupported},
		{netdev.AF_INET, netdev.SOCK_DGRAM, netdev.IPPROTO_TCP, netdev.ErrProtocolNotSupported},
		{netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP, nil},
		{netdev.AF_INET, netdev.SOCK_STREAM, 0, nil},
		{netdev.AF_INET, netdev.SOCK_DGRAM, netdev.IPPROTO_UDP, nil},
		{netdev.AF_INET, netdev.SOCK_DGRAM, 0, nil},
	} {
		fd, err := s.Device.Socket(c.domain, c.stype, c.protocol)
		assert.ErrorIs(t, err, c.want, "%+v", c)
		if err == nil {
			assert.NoError(t, s.Device.Close(fd))
		}
	}
}

func testTen(t *testing.T, s Setup) {
	seen := map[int]bool{}
	for range maxSockets {
		fd := s.stream(t)
		assert.False(t, seen[fd], "descriptor %d twice", fd)
		assert.GreaterOrEqual(t, fd, 0)
		seen[fd] = true
	}
	_, err := s.Device.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, netdev.IPPROTO_UDP)
	assert.ErrorIs(t, err, netdev.ErrNoMoreSockets)
	for fd := range seen {
		require.NoError(t, s.Device.Close(fd))
	}
	to := s.serve(t, echo)
	for range 3 * maxSockets {
		require.NoError(t, s.Device.Close(s.dial(t, to)))
	}
}

func testInvalid(t *testing.T, s Setup) {
	closed := s.stream(t)
	require.NoError(t, s.Device.Close(closed))
	for _, fd := range []int{-1, 1 << 20, closed} {
		_, recv := s.Device.Recv(fd, make([]byte, 1), 0, soon())
		_, send := s.Device.Send(fd, make([]byte, 1), 0, soon())
		_, _, accept := s.Device.Accept(fd)
		for call, err := range map[string]error{
			"Bind":       s.Device.Bind(fd, anywhere(0)),
			"Connect":    s.Device.Connect(fd, "", s.Silent),
			"Listen":     s.Device.Listen(fd, 1),
			"Accept":     accept,
			"Send":       send,
			"Recv":       recv,
			"SetSockOpt": s.Device.SetSockOpt(fd, netdev.SOL_SOCKET, netdev.SO_KEEPALIVE, true),
			"Close":      s.Device.Close(fd),
		} {
			assert.ErrorIs(t, err, netdev.ErrInvalidSocketFd, "%s(%d)", call, fd)
		}
	}
}

// woken closes a descriptor while a call waits on it.
func woken(t *testing.T, s Setup, fd int, call func() error) {
	t.Helper()
	blocked := later(call)
	time.Sleep(aWhile)
	require.Empty(t, blocked, "the call did not wait")
	require.NoError(t, s.Device.Close(fd))
	assert.ErrorIs(t, wait(t, blocked), netdev.ErrInvalidSocketFd)
}

func testCloseWakesRecv(t *testing.T, s Setup) {
	fd := s.dial(t, s.serve(t, hold))
	woken(t, s, fd, func() error {
		_, err := s.Device.Recv(fd, make([]byte, 1), 0, time.Time{})
		return err
	})
}

func testCloseWakesRecvOfADatagram(t *testing.T, s Setup) {
	fd := s.datagram(t)
	require.NoError(t, s.Device.Bind(fd, anywhere(s.freePort(t))))
	woken(t, s, fd, func() error {
		_, err := s.Device.Recv(fd, make([]byte, 1), 0, time.Time{})
		return err
	})
}

func testCloseWakesSend(t *testing.T, s Setup) {
	handle, _ := handOver(t)
	fd := s.dial(t, s.serve(t, handle))
	woken(t, s, fd, func() error {
		_, err := s.Device.Send(fd, make([]byte, 64<<20), 0, time.Time{})
		return err
	})
}

func testCloseWakesAccept(t *testing.T, s Setup) {
	fd := s.listen(t, s.freePort(t))
	woken(t, s, fd, func() error {
		_, _, err := s.Device.Accept(fd)
		return err
	})
}

func testCloseWakesConnect(t *testing.T, s Setup) {
	if !s.Silent.IsValid() {
		t.Skip("the setup has no silent address")
	}
	fd := s.stream(t)
	woken(t, s, fd, func() error { return s.Device.Connect(fd, "", s.Silent) })
}

// The call on the old socket must not take what is for the new one, whose
// number is the same.
func testStale(t *testing.T, s Setup) {
	old := s.dial(t, s.serve(t, hold))
	blocked := later(func() error {
		_, err := s.Device.Recv(old, make([]byte, 100), 0, time.Time{})
		return err
	})
	time.Sleep(aWhile)
	require.NoError(t, s.Device.Close(old))
	to := s.serve(t, echo)
	var fds []int
	for range s.Open {
		fd := s.dial(t, to)
		_, err := s.Device.Send(fd, []byte("for the new one"), 0, soon())
		require.NoError(t, err)
		fds = append(fds, fd)
	}
	assert.Contains(t, fds, old, "the number is given again")
	assert.ErrorIs(t, wait(t, blocked), netdev.ErrInvalidSocketFd)
	for _, fd := range fds {
		got := make([]byte, len("for the new one"))
		s.recvFull(t, fd, got)
		assert.Equal(t, "for the new one", string(got))
	}
}
