package wifinina

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// The tests in this file are named after the weaknesses of the stock driver
// (reference §6.3). Some of those have their tests elsewhere: T-1, T-2 in
// link_test.go, T-10 in server_test.go, T-16 to T-18 and T-21, T-22 in
// fault_test.go, T-26 in package bus, T-30 in alloc_test.go.

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

func TestConnectResolvesItsHost(t *testing.T) {
	d := online(t, emulator.Config{Hosts: map[string]netip.Addr{"here.test": netip.MustParseAddr("127.0.0.1")}})
	to := serve(t, echo)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	nowhere := netip.AddrPortFrom(netip.Addr{}, to.Port())
	err = d.Connect(fd, "nowhere.invalid", nowhere)
	assert.EqualError(t, err, "Connect: REQ_HOST_BY_NAME: Host unknown")
	require.NoError(t, d.Connect(fd, "here.test", nowhere))
	require.NoError(t, echoOf(d, fd, []byte("x")))
}

func TestT15WhatTheFirmwareRefusesIsAnError(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	pc, err := net.ListenPacket("udp4", ":0")
	require.NoError(t, err)
	defer pc.Close()
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, 0)
	require.NoError(t, err)
	assert.ErrorIs(t, d.Bind(fd, at(uint16(pc.LocalAddr().(*net.UDPAddr).Port))), netdev.ErrAddrInUse)
	require.NoError(t, d.Connect(fd, "", at(9)))
	b.forge(wire.InsertDatabuf, 0xE0, 0xC6, 1, 1, 0, 0xEE)
	_, err = d.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, ErrRefused)
	b.forge(wire.StartClientTCP, 0xE0, 0xAD, 0, 0xEE)
	_, err = d.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrConnectionRefused)
	b.heal()

	lfd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	require.NoError(t, d.Bind(lfd, at(0)))
	require.NoError(t, d.Listen(lfd, 1), "on a port of our choice")
}

// T-32: the port of a socket that is bound to any is known.
func TestT32ThePortOfOurChoiceIsReported(t *testing.T) {
	d := online(t, emulator.Config{})
	seen := map[uint16]bool{}
	for _, stype := range []int{netdev.SOCK_STREAM, netdev.SOCK_DGRAM, netdev.SOCK_STREAM} {
		fd, err := d.Socket(netdev.AF_INET, stype, 0)
		require.NoError(t, err)
		require.NoError(t, d.Bind(fd, at(0)))
		local, err := d.LocalAddr(fd)
		require.NoError(t, err)
		assert.Equal(t, "192.168.1.23", local.Addr().String())
		assert.GreaterOrEqual(t, local.Port(), uint16(49152))
		assert.False(t, seen[local.Port()])
		seen[local.Port()] = true
		if stype == netdev.SOCK_STREAM {
			require.NoError(t, d.Listen(fd, 1))
			dialIn(t, d, fd, local.Port())
		}
	}
	_, err := d.LocalAddr(9)
	assert.ErrorIs(t, err, netdev.ErrInvalidSocketFd)
}

func TestT19TheHardwareAddressIsACopy(t *testing.T) {
	d := online(t, emulator.Config{})
	mac, err := d.GetHardwareAddr()
	require.NoError(t, err)
	_, err = d.Addr()
	require.NoError(t, err)
	assert.Equal(t, "3c:71:bf:9a:0e:54", mac.String())
	natural := emulator.Arduino200()
	natural.Version, natural.Family, natural.NaturalMAC = "3.0.0", wire.Adafruit, true
	mac, err = online(t, emulator.Config{Profile: natural}).GetHardwareAddr()
	require.NoError(t, err)
	assert.Equal(t, "3c:71:bf:9a:0e:54", mac.String())
}

// A wrong passphrase mostly shows as status 6, not 4.
func TestT27AnyFailureEndsTheWaitForAJoin(t *testing.T) {
	for _, reason := range []wire.Reason{wire.ReasonAuthFail, wire.ReasonHandshakeTimeout, wire.ReasonKeyTimeout} {
		d, _ := newDevice(t, emulator.Config{AuthFailure: reason})
		start := time.Now()
		wrong := netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "not the one"}
		assert.ErrorIs(t, d.NetConnect(&wrong), ErrWrongPassphrase, reason.String())
		assert.Less(t, time.Since(start), netlink.DefaultConnectTimeout)
	}
}

func TestT35LongStringsAreRefused(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	sent := len(b.pieces)
	long := string(make([]byte, 256))
	for _, p := range []netlink.ConnectParams{{Ssid: long}, {Ssid: "x", Passphrase: long}, {Ssid: "x", Hostname: long}} {
		assert.ErrorIs(t, d.NetConnect(&p), ErrTooLong)
	}
	_, err := d.GetHostByName(long)
	assert.ErrorIs(t, err, netdev.ErrMalAddr)
	assert.Len(t, b.pieces, sent, "nothing was sent")
}
