package netdevtest

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
)

// packetTests are of netdev.PacketNetdever.
var packetTests = []test{
	{"RecvFromTellsTheSender", testSender},
	{"RecvFromTellsOfTruncation", testRecvFromTruncation},
	{"SendToAnybody", testSendTo},
	{"RecvFromTimesOutAndIsWoken", testRecvFromWaits},
}

// packets returns the device as a PacketNetdever, and a descriptor bound to a
// port.
func packets(t *testing.T, s Setup) (netdev.PacketNetdever, int, netip.AddrPort) {
	t.Helper()
	dev, ok := s.Device.(netdev.PacketNetdever)
	if !ok {
		t.Skip("the device is no PacketNetdever")
	}
	fd, port := s.datagram(t), s.freePort(t)
	require.NoError(t, s.Device.Bind(fd, anywhere(port)))
	return dev, fd, netip.AddrPortFrom(s.Reach, port)
}

func testSender(t *testing.T, s Setup) {
	dev, fd, at := packets(t, s)
	for _, word := range []string{"first", "second"} {
		peer := s.packetPeer(t)
		_, err := peer.WriteToUDPAddrPort([]byte(word), at)
		require.NoError(t, err)
		got := make([]byte, 100)
		n, from, err := dev.RecvFrom(fd, got, 0, soon())
		require.NoError(t, err)
		assert.Equal(t, word, string(got[:n]))
		assert.Equal(t, addrPort(peer.LocalAddr()), from)
	}
}

func testRecvFromTruncation(t *testing.T, s Setup) {
	dev, fd, at := packets(t, s)
	peer := s.packetPeer(t)
	for _, word := range []string{"longer than four", "four"} {
		_, err := peer.WriteToUDPAddrPort([]byte(word), at)
		require.NoError(t, err)
	}
	got := make([]byte, 4)
	n, from, err := dev.RecvFrom(fd, got, 0, soon())
	assert.ErrorIs(t, err, netdev.ErrMessageTooLong)
	assert.Equal(t, "long", string(got[:n]))
	assert.Equal(t, addrPort(peer.LocalAddr()), from)
	n, _, err = dev.RecvFrom(fd, got, 0, soon())
	require.NoError(t, err, "it fits exactly")
	assert.Equal(t, "four", string(got[:n]))
}

func testSendTo(t *testing.T, s Setup) {
	dev, fd, _ := packets(t, s)
	for _, word := range []string{"first", "second"} {
		peer := s.packetPeer(t)
		n, err := dev.SendTo(fd, []byte(word), 0, addrPort(peer.LocalAddr()), soon())
		require.NoError(t, err)
		assert.Equal(t, len(word), n)
		got := make([]byte, 100)
		n, _, err = peer.ReadFromUDPAddrPort(got)
		require.NoError(t, err)
		assert.Equal(t, word, string(got[:n]))
	}
	_, err := s.Device.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected, "SendTo is no Connect")
}

func testRecvFromWaits(t *testing.T, s Setup) {
	dev, fd, _ := packets(t, s)
	_, _, err := dev.RecvFrom(fd, make([]byte, 1), 0, time.Now().Add(aWhile))
	assert.ErrorIs(t, err, netdev.ErrTimeout)
	woken(t, s, fd, func() error {
		_, _, err := dev.RecvFrom(fd, make([]byte, 1), 0, time.Time{})
		return err
	})
}
