package netdevtest

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
)

var datagramTests = []test{
	{"StayApart", testBoundaries},
	{"WhatDoesNotFitIsLost", testTruncation},
	{"TooLong", testTooLong},
	{"ZeroLengths", testEmptyDatagrams},
	{"BindThenConnect", testBindThenConnectDatagram},
	{"OnlyThePeerIsHeard", testOnlyThePeer},
	{"ANewPeer", testANewPeer},
	{"RecvTimesOut", testDatagramTimesOut},
	{"SendWithoutAPeer", testNoPeer},
}

// pair returns a descriptor of the device whose peer is a socket of this
// machine, and the address the peer knows it by.
func pair(t *testing.T, s Setup) (int, *net.UDPConn, netip.AddrPort) {
	t.Helper()
	peer := s.packetPeer(t)
	fd := s.datagram(t)
	require.NoError(t, s.Device.Connect(fd, "", addrPort(peer.LocalAddr())))
	return fd, peer, meet(t, s, fd, peer)
}

// meet has the device send a datagram and returns where it came from.
func meet(t *testing.T, s Setup, fd int, peer *net.UDPConn) netip.AddrPort {
	t.Helper()
	_, err := s.Device.Send(fd, []byte("hello"), 0, soon())
	require.NoError(t, err)
	buf := make([]byte, 100)
	n, from, err := peer.ReadFromUDPAddrPort(buf)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(buf[:n]))
	return from
}

func testBoundaries(t *testing.T, s Setup) {
	fd, peer, back := pair(t, s)
	sizes := []int{1, 48, 1436, 1437, 1472}
	for _, size := range sizes {
		n, err := s.Device.Send(fd, pattern(size), 0, soon())
		require.NoError(t, err)
		assert.Equal(t, size, n)
		got := make([]byte, 2000)
		n, _, err = peer.ReadFromUDPAddrPort(got)
		require.NoError(t, err)
		assert.Equal(t, pattern(size), got[:n])
	}
	for _, size := range sizes {
		_, err := peer.WriteToUDPAddrPort(pattern(size), back)
		require.NoError(t, err)
		got := make([]byte, 2000)
		n, err := s.Device.Recv(fd, got, 0, soon())
		require.NoError(t, err)
		assert.Equal(t, pattern(size), got[:n])
	}
}

func testTruncation(t *testing.T, s Setup) {
	fd, peer, back := pair(t, s)
	for _, word := range []string{"a long datagram", "the next one"} {
		_, err := peer.WriteToUDPAddrPort([]byte(word), back)
		require.NoError(t, err)
	}
	for _, want := range []string{"a lo", "the "} {
		got := make([]byte, 4)
		n, err := s.Device.Recv(fd, got, 0, soon())
		if err != nil { // a device may tell, as RecvFrom must
			assert.ErrorIs(t, err, netdev.ErrMessageTooLong)
		}
		assert.Equal(t, want, string(got[:n]))
	}
}

func testTooLong(t *testing.T, s Setup) {
	fd, peer, _ := pair(t, s)
	_, err := s.Device.Send(fd, make([]byte, 1<<16), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrMessageTooLong)
	meet(t, s, fd, peer)
}

func testEmptyDatagrams(t *testing.T, s Setup) {
	fd, peer, _ := pair(t, s)
	n, err := s.Device.Recv(fd, nil, 0, time.Time{})
	assert.Zero(t, n)
	assert.NoError(t, err)
	n, err = s.Device.Send(fd, nil, 0, soon())
	assert.Zero(t, n)
	require.NoError(t, err)
	n, _, err = peer.ReadFromUDPAddrPort(make([]byte, 10))
	require.NoError(t, err, "an empty datagram is one")
	assert.Zero(t, n)
}

func testBindThenConnectDatagram(t *testing.T, s Setup) {
	peer := s.packetPeer(t)
	fd := s.datagram(t)
	port := s.freePort(t)
	require.NoError(t, s.Device.Bind(fd, anywhere(port)))
	require.NoError(t, s.Device.Connect(fd, "", addrPort(peer.LocalAddr())))
	back := meet(t, s, fd, peer)
	assert.Equal(t, port, back.Port(), "sent from where it is bound")
	_, err := peer.WriteToUDPAddrPort([]byte("back"), netip.AddrPortFrom(s.Reach, port))
	require.NoError(t, err)
	got := make([]byte, 10)
	n, err := s.Device.Recv(fd, got, 0, soon())
	require.NoError(t, err)
	assert.Equal(t, "back", string(got[:n]))
}

func testOnlyThePeer(t *testing.T, s Setup) {
	fd, peer, back := pair(t, s)
	stranger := s.packetPeer(t)
	_, err := stranger.WriteToUDPAddrPort([]byte("stranger"), back)
	require.NoError(t, err)
	_, err = peer.WriteToUDPAddrPort([]byte("peer"), back)
	require.NoError(t, err)
	got := make([]byte, 100)
	n, err := s.Device.Recv(fd, got, 0, soon())
	require.NoError(t, err)
	assert.Equal(t, "peer", string(got[:n]), "a connected socket hears nobody else")
}

func testANewPeer(t *testing.T, s Setup) {
	fd, _, _ := pair(t, s)
	second := s.packetPeer(t)
	require.NoError(t, s.Device.Connect(fd, "", addrPort(second.LocalAddr())), "a datagram socket may connect again")
	back := meet(t, s, fd, second)
	_, err := second.WriteToUDPAddrPort([]byte("second"), back)
	require.NoError(t, err)
	got := make([]byte, 100)
	n, err := s.Device.Recv(fd, got, 0, soon())
	require.NoError(t, err)
	assert.Equal(t, "second", string(got[:n]))
}

func testDatagramTimesOut(t *testing.T, s Setup) {
	fd, _, _ := pair(t, s)
	start := time.Now()
	n, err := s.Device.Recv(fd, make([]byte, 10), 0, start.Add(aWhile))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, netdev.ErrTimeout)
	assert.GreaterOrEqual(t, time.Since(start), aWhile)
}

func testNoPeer(t *testing.T, s Setup) {
	fd := s.datagram(t)
	_, err := s.Device.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	_, err = s.Device.Recv(fd, make([]byte, 1), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected, "it has no port to receive at")
	assert.ErrorIs(t, s.Device.Listen(fd, 1), netdev.ErrNotSupported)
}
