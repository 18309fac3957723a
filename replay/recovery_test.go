package replay

import (
	"bytes"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// recordChip is record with the emulator in the program's hands.
func recordChip(t testing.TB, p emulator.Profile, program func(dev netdev.Device, e *emulator.Emulator)) []byte {
	t.Helper()
	e := emulator.New(emulator.Config{Profile: p})
	defer e.Close()
	var out bytes.Buffer
	rec, err := capture.NewRecorder(e, &out, wire.SecretSpans, capture.Config{})
	require.NoError(t, err)
	program(wifinina.New(&wifinina.Config{Bus: rec, BootTime: 5 * time.Millisecond}), e)
	require.NoError(t, rec.Close())
	return out.Bytes()
}

// Calls that wait by GPIO0 alone have nothing in the trace but its rise.
func TestWaitingByGPIO0Replays(t *testing.T) {
	file := recordChip(t, emulator.Arduino148(), func(dev netdev.Device, _ *emulator.Emulator) {
		join(t, dev)
		l, err := dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(t, err)
		u, err := dev.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, 0)
		require.NoError(t, err)
		port := freePort(t)
		require.NoError(t, dev.Bind(l, netip.AddrPortFrom(netip.IPv4Unspecified(), port)))
		require.NoError(t, dev.Listen(l, 1))
		require.NoError(t, dev.Bind(u, netip.AddrPort{}))
		var wg sync.WaitGroup
		wg.Add(2)
		go func() {
			defer wg.Done()
			_, _, err := dev.Accept(l)
			assert.NoError(t, err)
		}()
		go func() {
			defer wg.Done()
			_, err := dev.Recv(u, make([]byte, 10), 0, time.Now().Add(400*time.Millisecond))
			assert.ErrorIs(t, err, netdev.ErrTimeout)
		}()
		time.Sleep(200 * time.Millisecond)
		c, err := net.Dial("tcp4", netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port).String())
		require.NoError(t, err)
		defer c.Close()
		_, err = c.Write([]byte("x"))
		require.NoError(t, err)
		wg.Wait()
	})
	for range 10 {
		requireOK(t, replayed(t, file))
	}
}

// The driver's own goroutine does in a replay what it did in the recording.
func TestARecoveryReplays(t *testing.T) {
	file := recordChip(t, emulator.Arduino200(), func(dev netdev.Device, e *emulator.Emulator) {
		up := make(chan netlink.Event, 10)
		dev.NetNotify(func(e netlink.Event) { up <- e })
		join(t, dev)
		require.Equal(t, netlink.EventNetUp, <-up)
		fd := dial(t, dev, echoServer(t))
		e.Inject(emulator.Fault{Kind: emulator.ErrorReply})
		e.DropLink(wire.ReasonBeaconTimeout)
		_, err := dev.Recv(fd, make([]byte, 1), 0, time.Now().Add(time.Minute))
		require.Error(t, err)
		_, err = dev.Recv(fd, make([]byte, 1), 0, time.Now().Add(time.Minute))
		require.ErrorIs(t, err, netdev.ErrConnectionReset)
		require.Equal(t, netlink.EventNetDown, <-up)
		require.Equal(t, netlink.EventNetUp, <-up)
		_, err = dev.Addr()
		require.NoError(t, err)
	})
	for range 10 {
		requireOK(t, replayed(t, file))
	}
}

func freePort(t testing.TB) uint16 {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String()).Port()
}
