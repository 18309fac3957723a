package wifinina

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// udpEcho runs a server that sends every datagram back and returns its address.
func udpEcho(t *testing.T) netip.AddrPort {
	t.Helper()
	pc, err := net.ListenPacket("udp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { pc.Close() })
	go func() {
		buf := make([]byte, 2000)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			pc.WriteTo(buf[:n], from)
		}
	}()
	return netip.MustParseAddrPort(pc.LocalAddr().String())
}

func udpSocket(t *testing.T, d *Device, to netip.AddrPort) int {
	t.Helper()
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, netdev.IPPROTO_UDP)
	require.NoError(t, err)
	require.NoError(t, d.Connect(fd, "", to))
	return fd
}

func TestUDPKeepsDatagramsApart(t *testing.T) {
	d := online(t, emulator.Config{})
	fd := udpSocket(t, d, udpEcho(t))
	buf := make([]byte, 2000)
	for _, size := range []int{1, 48, 1436, 1437, 1472} {
		msg := bytes.Repeat([]byte{byte(size)}, size)
		n, err := d.Send(fd, msg, 0, soon())
		require.NoError(t, err)
		assert.Equal(t, size, n)
		n, err = d.Recv(fd, buf, 0, soon())
		require.NoError(t, err)
		assert.Equal(t, msg, buf[:n])
	}
}

func TestUDPErrors(t *testing.T) {
	d := online(t, emulator.Config{})
	to := udpEcho(t)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, 0)
	require.NoError(t, err)
	_, err = d.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	assert.ErrorIs(t, d.Connect(fd, "", netip.MustParseAddrPort("[::1]:7")), netdev.ErrMalAddr)
	require.NoError(t, d.Connect(fd, "", to))
	_, err = d.Send(fd, make([]byte, 1501), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrMessageTooLong)
	_, err = d.Recv(fd, make([]byte, 10), 0, time.Now().Add(5*time.Millisecond))
	assert.ErrorIs(t, err, netdev.ErrTimeout)
}
