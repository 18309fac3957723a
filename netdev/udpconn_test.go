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

func packetConn(t *testing.T, dev netdev.Netdever) net.PacketConn {
	t.Helper()
	lc := netdev.ListenConfig{Device: dev}
	p, err := lc.ListenPacket(context.Background(), "udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

func TestDatagramsGoBothWays(t *testing.T) {
	dev := netdevtest.Host()
	server := packetConn(t, dev)
	d := netdev.Dialer{Device: dev}
	client, err := d.DialContext(context.Background(), "udp", server.LocalAddr().String())
	require.NoError(t, err)
	defer client.Close()
	_, err = client.Write([]byte("question"))
	require.NoError(t, err)
	buf := make([]byte, 4)
	n, from, err := server.ReadFrom(buf)
	require.NoError(t, err, "too large a datagram is cut, as package net does")
	assert.Equal(t, "ques", string(buf[:n]))
	_, err = server.WriteTo([]byte("answer"), from)
	require.NoError(t, err)
	n, err = client.Read(buf)
	require.NoError(t, err)
	assert.Equal(t, "answ", string(buf[:n]))
	_, err = client.(net.PacketConn).WriteTo([]byte("x"), from)
	assert.ErrorIs(t, opError(t, "write", err), net.ErrWriteToConnected)
	_, err = server.WriteTo([]byte("x"), &net.UDPAddr{IP: net.IPv6loopback, Port: 9})
	assert.ErrorIs(t, opError(t, "write", err), netdev.ErrFamilyNotSupported)
	_, err = server.WriteTo([]byte("x"), &net.TCPAddr{})
	assert.ErrorIs(t, opError(t, "write", err), netdev.ErrMalAddr)
	_, err = client.Write(make([]byte, 1<<16))
	assert.ErrorIs(t, opError(t, "write", err), netdev.ErrMessageTooLong)
	_, err = client.Write(nil)
	require.NoError(t, err)
	n, _, err = server.ReadFrom(buf)
	require.NoError(t, err, "an empty datagram is one")
	assert.Zero(t, n)
}

func TestReadFromWaits(t *testing.T) {
	p := packetConn(t, netdevtest.Host())
	readFrom := func() error {
		_, _, err := p.ReadFrom(make([]byte, 1))
		return err
	}
	time.AfterFunc(50*time.Millisecond, func() { assert.NoError(t, p.SetReadDeadline(time.Now())) })
	assert.ErrorIs(t, within(t, readFrom), os.ErrDeadlineExceeded)
	require.NoError(t, p.SetReadDeadline(time.Time{}))
	time.AfterFunc(50*time.Millisecond, func() { assert.NoError(t, p.Close()) })
	assert.ErrorIs(t, opError(t, "read", within(t, readFrom)), net.ErrClosed)
}

// plain hides what a device can do beyond Netdever.
type plain struct{ netdev.Netdever }

func TestADeviceWithoutSenders(t *testing.T) {
	peer, err := net.ListenPacket("udp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer peer.Close()
	dev := plain{netdevtest.Host()}
	p := packetConn(t, dev)
	_, _, err = p.ReadFrom(make([]byte, 1))
	assert.ErrorIs(t, opError(t, "read", err), netdev.ErrNotSupported)
	_, err = p.WriteTo([]byte("x"), peer.LocalAddr())
	assert.ErrorIs(t, opError(t, "write", err), netdev.ErrNotSupported)

	d := netdev.Dialer{Device: dev}
	c, err := d.DialContext(context.Background(), "udp", peer.LocalAddr().String())
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Write([]byte("x"))
	require.NoError(t, err)
	_, from, err := peer.ReadFrom(make([]byte, 1))
	require.NoError(t, err)
	_, err = peer.WriteTo([]byte("y"), from)
	require.NoError(t, err)
	assert.NoError(t, within(t, read(c)))
	assert.Equal(t, "127.0.0.1", c.LocalAddr().(*net.UDPAddr).IP.String())
}
