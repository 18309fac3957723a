package wifinina

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A lost link is not the end of a stream: who reads until EOF would take half
// a file for the whole.
func TestALostLinkIsNoEndOfStream(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	fd := dial(t, d, serve(t, func(c net.Conn) {
		c.Write(make([]byte, 1000))
		io.Copy(io.Discard, c)
	}))
	got, buf := 0, make([]byte, 600)
	for got < 1000 {
		n, err := d.Recv(fd, buf, 0, soon())
		require.NoError(t, err)
		got += n
	}
	b.DropLink(wire.ReasonBeaconTimeout)
	for range 2 {
		_, err := d.Recv(fd, buf, 0, soon())
		assert.ErrorIs(t, err, netdev.ErrConnectionReset)
		_, err = d.Send(fd, buf, 0, soon())
		assert.ErrorIs(t, err, netdev.ErrConnectionReset)
	}
	_, err := d.GetHostByName("any.test")
	assert.ErrorIs(t, err, netdev.ErrHostUnknown)
	require.NoError(t, d.Close(fd))

	b.RestoreLink()
	to := serve(t, echo)
	fd, err = d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TCP)
	require.NoError(t, err)
	// The supervisor may have noticed the loss and join anew at this moment.
	require.Eventually(t, func() bool { return d.Connect(fd, "", to) == nil }, 10*time.Second, time.Millisecond)
	require.NoError(t, echoOf(d, fd, []byte("back again")))
}

// The firmware tells a reset connection from a closed one by nothing.
func TestAPeerThatResetsEndsTheStream(t *testing.T) {
	d := online(t, emulator.Config{})
	fd := dial(t, d, serve(t, func(c net.Conn) {
		c.Read(make([]byte, 1))
		c.(*net.TCPConn).SetLinger(0)
	}))
	_, err := d.Send(fd, []byte("x"), 0, soon())
	require.NoError(t, err)
	_, err = d.Recv(fd, make([]byte, 10), 0, soon())
	assert.Equal(t, io.EOF, err)
	_, err = d.Send(fd, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrConnectionReset)
}

func TestNetConnectRecoversADeadCoprocessor(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	fd := dial(t, d, serve(t, echo))
	ufd := udpSocket(t, d, udpEcho(t))
	lfd := listenOn(t, d, freePort(t))
	crash(d)
	_, err := d.Addr()
	assert.ErrorIs(t, err, bus.ErrReadyTimeout)
	require.NoError(t, d.NetConnect(&home))
	for range 2 {
		_, err = d.Recv(fd, make([]byte, 1), 0, soon())
		assert.ErrorIs(t, err, netdev.ErrConnectionReset)
		_, err = d.Send(ufd, []byte("x"), 0, soon())
		assert.ErrorIs(t, err, netdev.ErrConnectionReset)
		_, _, err = d.Accept(lfd)
		assert.ErrorIs(t, err, netdev.ErrConnectionReset)
	}
	for _, fd := range []int{fd, ufd, lfd} {
		require.NoError(t, d.Close(fd))
	}
	require.NoError(t, echoOf(d, dial(t, d, serve(t, echo)), []byte("again")))
	assert.Len(t, b.Misuses(), 1)
}

// crash asks for what the firmware does not survive.
func crash(d *Device) { _ = d.Exchange([]byte{0xE0, 0x3A, 1, 1, 200, 0xEE, 0xFF, 0xFF}, nil, nil) }

// The device does not know yet that the firmware is dead.
func TestNetConnectFindsOutThatTheCoprocessorIsDead(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	require.NoError(t, b.Reset(true))
	resets := b.requests[wire.GetFWVersion]
	require.NoError(t, d.NetConnect(&home))
	assert.Equal(t, resets+1, b.requests[wire.GetFWVersion])
}

// A coprocessor that was reset behind our back gives out slots that descriptors
// still have.
func TestDescriptorsOfAnEarlierBootAreNotServed(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	to, port := serve(t, echo), freePort(t)
	old, lfd := dial(t, d, to), listenOn(t, d, port)
	other := listenOn(t, d, freePort(t))
	require.NoError(t, d.Close(other))
	require.NoError(t, b.DriveGPIO0(bus.Released))
	require.NoError(t, b.Reset(true))
	require.NoError(t, b.Reset(false))
	time.Sleep(10 * time.Millisecond)
	require.NoError(t, d.NetConnect(&home))

	_, _, err := d.Accept(lfd)
	assert.ErrorIs(t, err, netdev.ErrConnectionReset)
	fd := dial(t, d, to)
	_, err = d.Send(old, []byte("x"), 0, soon())
	assert.ErrorIs(t, err, netdev.ErrConnectionReset)
	require.NoError(t, d.Close(old), "and this does not close the new one")
	require.NoError(t, echoOf(d, fd, []byte("mine")))
	require.NoError(t, d.Close(lfd))
	lfd = listenOn(t, d, port)
	c, err := net.Dial("tcp4", at(port).String())
	require.NoError(t, err)
	defer c.Close()
	_, _, err = d.Accept(lfd)
	require.NoError(t, err)
}

func TestNothingWorksBeforeNetConnect(t *testing.T) {
	d, _ := newDevice(t, emulator.Config{})
	_, err := d.Addr()
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	_, err = d.GetHardwareAddr()
	assert.ErrorIs(t, err, netdev.ErrNotConnected)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	assert.ErrorIs(t, d.Connect(fd, "", at(80)), netdev.ErrNotConnected)
	require.NoError(t, d.Close(fd))
	d.NetDisconnect()
	assert.ErrorIs(t, d.NetConnect(nil), netlink.ErrMissingSSID)
}

func TestNoFirmwareSaysSo(t *testing.T) {
	b := &faultyBus{Emulator: emulator.New(emulator.Config{}), requests: map[wire.Command]int{}}
	defer b.Close()
	d := New(&Config{Bus: b, BootTime: 5 * time.Millisecond})
	b.onWait = func(bus.Ready) error { return bus.ErrReadyTimeout }
	assert.ErrorIs(t, d.NetConnect(&home), ErrNoFirmware)
	b.heal()
	b.forge(wire.GetFWVersion)
	assert.ErrorIs(t, d.NetConnect(&home), ErrNoFirmware)
	b.onWait = func(bus.Ready) error { return bus.ErrLink }
	assert.ErrorIs(t, d.NetConnect(&home), bus.ErrLink)
	b.heal()
	require.NoError(t, d.NetConnect(&home))
}

func TestJoinsThatFail(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	wrong := netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "not the one", Retries: 1}
	before := b.requests[wire.SetPassphrase]
	forever := netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "not the one"}
	assert.ErrorIs(t, d.NetConnect(&forever), ErrWrongPassphrase)
	assert.Equal(t, before+1, b.requests[wire.SetPassphrase], "not tried again")

	b.forge(wire.GetReasonCode, 0xEF, 0, 0xEE, 0)
	assert.ErrorIs(t, d.NetConnect(&wrong), ErrJoinFailed, "firmware that does not know the reason")
	b.forge(wire.GetReasonCode, 0xE0, 0x9F, 1, 1, 99, 0xEE)
	assert.ErrorIs(t, d.NetConnect(&wrong), ErrJoinFailed)
	b.forge(wire.SetPassphrase, 0xE0, 0x91, 1, 1, 0, 0xEE)
	assert.ErrorIs(t, d.NetConnect(&home), ErrRefused)

	b.forge(wire.GetConnStatus, 0xE0, 0xA0, 1, 1, 1, 0xEE)
	slow := home
	slow.ConnectTimeout = time.Millisecond
	err := d.NetConnect(&slow)
	assert.ErrorIs(t, err, ErrJoinTimeout)
	var ne net.Error
	require.ErrorAs(t, err, &ne)
	assert.True(t, ne.Timeout())
	b.forge(wire.GetConnStatus, 0xE0, 0xA0, 1, 1, 9, 0xEE)
	ap := netlink.ConnectParams{ConnectMode: netlink.ConnectModeAP, Ssid: "ap", Retries: 1}
	assert.ErrorIs(t, d.NetConnect(&ap), ErrJoinFailed)
	b.heal()

	unknown := netlink.ConnectParams{Ssid: "elsewhere", Retries: 3}
	before = b.requests[wire.SetNet]
	assert.ErrorIs(t, d.NetConnect(&unknown), ErrNoSuchNetwork)
	assert.Equal(t, before+3, b.requests[wire.SetNet])
	long := home
	long.Hostname = string(make([]byte, 33))
	assert.ErrorIs(t, d.NetConnect(&long), ErrTooLong)
	long.Hostname = "a-board"
	require.NoError(t, d.NetConnect(&long))
	assert.Equal(t, "a-board", b.Hostname())
}

func TestErrorTexts(t *testing.T) {
	seen := map[string]bool{Error(0).Error(): true, Error(200).Error(): false}
	assert.Len(t, seen, 1)
	for e := ErrNoFirmware; e <= ErrSuperseded; e++ {
		assert.False(t, seen[e.Error()], e.Error())
		seen[e.Error()] = true
	}
	assert.EqualError(t, &OpError{Op: bus.OpRecv, Err: netdev.ErrTimeout}, "Recv: i/o timeout")
	assert.EqualError(t, &OpError{Op: bus.OpAddr, Cmd: wire.GetIPAddr, Err: bus.ErrLink}, "Addr: GET_IPADDR: the link to the coprocessor failed")
	assert.False(t, (&OpError{Err: netlink.ErrMissingSSID}).Timeout())
	assert.True(t, (&OpError{Err: bus.ErrReadyTimeout}).Temporary())
	assert.Equal(t, "EOF", endOfStream{}.Error())
}
