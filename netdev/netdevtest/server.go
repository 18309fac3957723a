package netdevtest

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
)

var serverTests = []test{
	{"AcceptTellsThePeer", testAcceptTellsThePeer},
	{"SeveralListeners", testSeveralListeners},
	{"ConnectionsWaitToBeAccepted", testBacklog},
	{"TheServerSpeaksFirst", testMuteClient},
	{"ListenAgain", testListenAgain},
	{"ThePortIsInUse", testPortInUse},
	{"AConnectionOutlivesItsListener", testOutlives},
	{"NoDescriptorLeft", testNoDescriptorLeft},
}

func testAcceptTellsThePeer(t *testing.T, s Setup) {
	port := s.freePort(t)
	lfd := s.listen(t, port)
	for range 3 {
		c := s.call(t, port, "ping")
		fd, peer, err := s.accept(t, lfd)
		require.NoError(t, err)
		assert.NotEqual(t, lfd, fd)
		assert.Equal(t, addrPort(c.LocalAddr()), peer)
		s.expect(t, fd, "ping")
		_, err = s.Device.Send(fd, []byte("pong"), 0, soon())
		require.NoError(t, err)
		got := make([]byte, 4)
		_, err = io.ReadFull(c, got)
		require.NoError(t, err)
		assert.Equal(t, "pong", string(got))
		require.NoError(t, s.Device.Close(fd))
		_, err = c.Read(got)
		assert.Equal(t, io.EOF, err)
	}
}

func testSeveralListeners(t *testing.T, s Setup) {
	ports := []uint16{s.freePort(t), s.freePort(t), s.freePort(t)}
	var lfds []int
	for _, port := range ports {
		lfds = append(lfds, s.listen(t, port))
	}
	for i := len(ports) - 1; i >= 0; i-- {
		c := s.call(t, ports[i], "x")
		fd, peer, err := s.accept(t, lfds[i])
		require.NoError(t, err)
		assert.Equal(t, addrPort(c.LocalAddr()), peer, "listener %d", i)
		require.NoError(t, s.Device.Close(fd))
	}
}

func testBacklog(t *testing.T, s Setup) {
	port := s.freePort(t)
	lfd := s.listen(t, port)
	c := s.call(t, port, "early")
	time.Sleep(aWhile)
	fd, peer, err := s.accept(t, lfd)
	require.NoError(t, err)
	assert.Equal(t, addrPort(c.LocalAddr()), peer)
	s.expect(t, fd, "early")
}

func testMuteClient(t *testing.T, s Setup) {
	if s.Mute {
		t.Skip("the device does not see a connection before the client has sent something")
	}
	port := s.freePort(t)
	lfd := s.listen(t, port)
	c := s.call(t, port, "")
	fd, peer, err := s.accept(t, lfd)
	require.NoError(t, err)
	assert.Equal(t, addrPort(c.LocalAddr()), peer)
	_, err = s.Device.Send(fd, []byte("after you"), 0, soon())
	require.NoError(t, err)
	_, err = io.ReadFull(c, make([]byte, len("after you")))
	require.NoError(t, err)
}

func testListenAgain(t *testing.T, s Setup) {
	port := s.freePort(t)
	for range 2 * maxSockets {
		lfd := s.listen(t, port)
		c := s.call(t, port, "x")
		fd, _, err := s.accept(t, lfd)
		require.NoError(t, err)
		require.NoError(t, c.Close())
		require.NoError(t, s.Device.Close(fd))
		require.NoError(t, s.Device.Close(lfd))
	}
}

func testPortInUse(t *testing.T, s Setup) {
	port := s.freePort(t)
	s.listen(t, port)
	fd := s.stream(t)
	err := s.Device.Bind(fd, anywhere(port))
	if err == nil {
		err = s.Device.Listen(fd, 1)
	}
	assert.ErrorIs(t, err, netdev.ErrAddrInUse)
}

func testOutlives(t *testing.T, s Setup) {
	port := s.freePort(t)
	lfd := s.listen(t, port)
	c := s.call(t, port, "here")
	fd, _, err := s.accept(t, lfd)
	require.NoError(t, err)
	require.NoError(t, s.Device.Close(lfd))
	_, err = c.Write([]byte("still here"))
	require.NoError(t, err)
	s.expect(t, fd, "herestill here")
}

// A connection that no descriptor is left for is closed, and the listener goes
// on.
func testNoDescriptorLeft(t *testing.T, s Setup) {
	port := s.freePort(t)
	lfd := s.listen(t, port)
	var fds []int
	for range maxSockets - 1 {
		fds = append(fds, s.stream(t))
	}
	c := s.call(t, port, "x")
	_, _, err := s.accept(t, lfd)
	require.ErrorIs(t, err, netdev.ErrNoMoreSockets)
	temporary, ok := err.(interface{ Temporary() bool })
	assert.True(t, ok && temporary.Temporary(), "a server would end")
	_, err = c.Read(make([]byte, 1))
	assert.Error(t, err, "the peer is told")
	require.NoError(t, s.Device.Close(fds[0]))
	c = s.call(t, port, "x")
	_, peer, err := s.accept(t, lfd)
	require.NoError(t, err)
	assert.Equal(t, addrPort(c.LocalAddr()), peer)
}
