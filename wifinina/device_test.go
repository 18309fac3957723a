package wifinina

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

var home = netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 1}

// newDevice returns a device on an emulator of its own, not yet connected.
func newDevice(t *testing.T, cfg emulator.Config) (*Device, *emulator.Emulator) {
	t.Helper()
	e := emulator.New(cfg)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return New(&Config{Bus: e, BootTime: 5 * time.Millisecond, Sockets: SlotEngine}), e
}

// online returns a device that has joined.
func online(t *testing.T, cfg emulator.Config) *Device {
	t.Helper()
	d, _ := newDevice(t, cfg)
	require.NoError(t, d.NetConnect(&home))
	return d
}

// soon is a deadline that a working test never meets.
func soon() time.Time { return time.Now().Add(10 * time.Second) }

// serve runs a TCP server whose connections handle serves, and returns its
// address.
func serve(t *testing.T, handle func(net.Conn)) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:0")
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
	return netip.MustParseAddrPort(l.Addr().String())
}

// echo sends back what it gets.
func echo(c net.Conn) { io.Copy(c, c) }

// dial returns a connected TCP descriptor.
func dial(t *testing.T, d *Device, to netip.AddrPort) int {
	t.Helper()
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	require.NoError(t, err)
	require.NoError(t, d.Connect(fd, "", to))
	return fd
}

// recvAll reads until EOF.
func recvAll(t *testing.T, d *Device, fd int) []byte {
	t.Helper()
	var all []byte
	buf := make([]byte, 4000)
	for {
		n, err := d.Recv(fd, buf, 0, soon())
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
	}
}

func TestNetConnectIdentifiesTheFirmwareAndJoins(t *testing.T) {
	d, _ := newDevice(t, emulator.Config{})
	var events []netlink.Event
	d.NetNotify(func(e netlink.Event) { events = append(events, e) })
	require.NoError(t, d.NetConnect(&home))
	_, v := d.Firmware()
	assert.Equal(t, "2.0.0", v.String())
	addr, err := d.Addr()
	require.NoError(t, err)
	assert.Equal(t, "192.168.1.23", addr.String())
	mac, err := d.GetHardwareAddr()
	require.NoError(t, err)
	assert.Equal(t, "3c:71:bf:9a:0e:54", mac.String())
	d.NetDisconnect()
	assert.Equal(t, []netlink.Event{netlink.EventNetUp, netlink.EventNetDown}, events)
	require.NoError(t, d.NetConnect(&home), "a second join")
}

func TestAFailedJoinSaysWhy(t *testing.T) {
	d, _ := newDevice(t, emulator.Config{})
	for _, c := range []struct {
		params netlink.ConnectParams
		want   error
	}{
		{netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "not the one"}, ErrWrongPassphrase},
		{netlink.ConnectParams{Ssid: "elsewhere", Passphrase: "ninatrace", Retries: 2}, ErrNoSuchNetwork},
		{netlink.ConnectParams{}, netlink.ErrMissingSSID},
		{netlink.ConnectParams{Ssid: "x", Passphrase: "short"}, netlink.ErrShortPassphrase},
		{netlink.ConnectParams{Ssid: "an SSID that is longer than thirty-two bytes"}, ErrTooLong},
		{netlink.ConnectParams{Ssid: "x", ConnectMode: 7}, netlink.ErrConnectModeNoGood},
	} {
		err := d.NetConnect(&c.params)
		assert.ErrorIs(t, err, c.want)
		var oe *OpError
		assert.ErrorAs(t, err, &oe)
	}
	require.NoError(t, d.NetConnect(&home), "and then a good one")
}

func TestAccessPoint(t *testing.T) {
	d, _ := newDevice(t, emulator.Config{})
	require.NoError(t, d.NetConnect(&netlink.ConnectParams{ConnectMode: netlink.ConnectModeAP, Ssid: "ap", Passphrase: "12345678"}))
	addr, err := d.Addr()
	require.NoError(t, err)
	assert.Equal(t, "192.168.4.1", addr.String())
	require.NoError(t, d.NetConnect(&netlink.ConnectParams{ConnectMode: netlink.ConnectModeAP, Ssid: "open"}))
}

func TestGetHostByName(t *testing.T) {
	d := online(t, emulator.Config{Hosts: map[string]netip.Addr{"http.test": netip.MustParseAddr("127.0.0.7")}})
	addr, err := d.GetHostByName("http.test")
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.7", addr.String())
	addr, err = d.GetHostByName("10.1.2.255")
	require.NoError(t, err)
	assert.Equal(t, "10.1.2.255", addr.String())
	_, err = d.GetHostByName("nowhere.invalid")
	assert.ErrorIs(t, err, netdev.ErrHostUnknown)
	for _, bad := range []string{"", string(make([]byte, 256))} {
		_, err = d.GetHostByName(bad)
		assert.ErrorIs(t, err, netdev.ErrMalAddr)
	}
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

func TestParseIPv4AgreesWithNetip(t *testing.T) {
	for _, s := range []string{"0.0.0.0", "1.2.3.4", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "1..2.3", ".1.2.3",
		"1.2.3.", "a.b.c.d", "", "1.2.3.4 ", "-1.2.3.4", "99999999999.1.1.1"} {
		want, err := netip.ParseAddr(s)
		got, ok := parseIPv4(s)
		assert.Equal(t, err == nil, ok, s)
		if ok {
			assert.Equal(t, want, got)
		}
	}
}

func TestTCPEcho(t *testing.T) {
	d := online(t, emulator.Config{})
	fd := dial(t, d, serve(t, echo))
	msg := make([]byte, 20000)
	for i := range msg {
		msg[i] = byte(i * 7)
	}
	done := make(chan error, 1)
	go func() {
		n, err := d.Send(fd, msg, 0, soon())
		if err == nil && n != len(msg) {
			err = io.ErrShortWrite
		}
		done <- err
	}()
	got := make([]byte, 0, len(msg))
	buf := make([]byte, 3000)
	for len(got) < len(msg) {
		n, err := d.Recv(fd, buf, 0, soon())
		require.NoError(t, err)
		got = append(got, buf[:n]...)
	}
	require.NoError(t, <-done)
	assert.Equal(t, msg, got)
	require.NoError(t, d.Close(fd))
	assert.ErrorIs(t, d.Close(fd), netdev.ErrInvalidSocketFd)
}

func TestRecvReportsEOFOnceEverythingIsRead(t *testing.T) {
	d := online(t, emulator.Config{})
	fd := dial(t, d, serve(t, func(c net.Conn) { c.Write(make([]byte, 9000)) }))
	assert.Len(t, recvAll(t, d, fd), 9000)
	_, err := d.Recv(fd, make([]byte, 1), 0, soon())
	assert.Equal(t, io.EOF, err)
	_, err = d.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrConnectionReset)
	require.NoError(t, d.Close(fd))
}

func TestRecvTimesOut(t *testing.T) {
	d := online(t, emulator.Config{})
	fd := dial(t, d, serve(t, echo))
	start := time.Now()
	n, err := d.Recv(fd, make([]byte, 10), 0, start.Add(30*time.Millisecond))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, netdev.ErrTimeout)
	assert.GreaterOrEqual(t, time.Since(start), 30*time.Millisecond)
	var ne net.Error
	require.True(t, errors.As(err, &ne))
	assert.True(t, ne.Timeout())

	_, err = d.Send(fd, []byte("late"), 0, soon())
	require.NoError(t, err)
	// Data that is there is given out even if the deadline has passed.
	require.Eventually(t, func() bool {
		n, err := d.Recv(fd, make([]byte, 10), 0, time.Now().Add(-time.Second))
		return n == 4 && err == nil
	}, 5*time.Second, time.Millisecond)
	n, err = d.Recv(fd, nil, 0, time.Time{})
	assert.Zero(t, n)
	assert.NoError(t, err)
}

func TestCloseWakesABlockedRecv(t *testing.T) {
	d := online(t, emulator.Config{})
	fd := dial(t, d, serve(t, echo))
	got := make(chan error, 1)
	go func() {
		_, err := d.Recv(fd, make([]byte, 10), 0, time.Time{})
		got <- err
	}()
	time.Sleep(10 * time.Millisecond)
	require.NoError(t, d.Close(fd))
	select {
	case err := <-got:
		assert.ErrorIs(t, err, netdev.ErrInvalidSocketFd)
	case <-time.After(5 * time.Second):
		t.Fatal("Recv did not return")
	}
}

func TestConnectRefused(t *testing.T) {
	d := online(t, emulator.Config{})
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	to := netip.MustParseAddrPort(l.Addr().String())
	l.Close()
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	err = d.Connect(fd, "", to)
	assert.ErrorIs(t, err, netdev.ErrConnectionRefused)
	assert.EqualError(t, err, "Connect: START_CLIENT_TCP: connection failed")
	_, err = d.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	require.NoError(t, d.Connect(fd, "", serve(t, echo)), "the descriptor is still good")
}

func TestSocketLimits(t *testing.T) {
	d := online(t, emulator.Config{})
	to := serve(t, echo)
	var fds []int
	for range maxSockets {
		fds = append(fds, dial(t, d, to))
	}
	_, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	assert.ErrorIs(t, err, netdev.ErrNoMoreSockets)
	for _, fd := range fds {
		require.NoError(t, d.Close(fd))
	}
	for range 25 {
		require.NoError(t, d.Close(dial(t, d, to)))
	}
	for _, bad := range [][3]int{{3, 1, 6}, {2, 1, 17}, {2, 3, 0}} {
		_, err := d.Socket(bad[0], bad[1], bad[2])
		assert.Error(t, err)
	}
	for _, fd := range []int{-1, 10, 4} {
		_, err := d.Recv(fd, make([]byte, 1), 0, soon())
		assert.ErrorIs(t, err, netdev.ErrInvalidSocketFd)
	}
}
