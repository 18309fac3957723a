package wifinina

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// udpPort is where the device receives in these tests.
const udpPort = 5353

var udpAddr = netip.AddrPortFrom(moduleAddr, udpPort)

// bound returns a UDP descriptor bound to udpPort.
func (l *lab) bound() int {
	l.Helper()
	fd := l.socket(netdev.SOCK_DGRAM)
	require.NoError(l, l.d.Bind(fd, netip.AddrPortFrom(netip.IPv4Unspecified(), udpPort)))
	return fd
}

// Each datagram comes alone, whole and with its sender.
func TestT13ReadDatagramsHaveSendersAndBoundaries(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := l.bound()
		one, oneAddr := l.packets()
		two, twoAddr := l.packets()
		buf := make([]byte, 2000)
		for _, size := range []int{1, 1436, 1437, 1472, 1500} {
			msg := pattern(size)
			_, err := one.WriteToUDPAddrPort(msg, udpAddr)
			require.NoError(l, err)
			_, err = two.WriteToUDPAddrPort([]byte("another"), udpAddr)
			require.NoError(l, err)
			n, from, err := l.d.RecvFrom(fd, buf, 0, soon())
			require.NoError(l, err)
			assert.Equal(l, msg, buf[:n])
			assert.Equal(l, oneAddr, from)
			n, from, err = l.d.RecvFrom(fd, buf, 0, soon())
			require.NoError(l, err)
			assert.Equal(l, "another", string(buf[:n]))
			assert.Equal(l, twoAddr, from)
		}
	})
}

// What does not fit is lost, told, and not taken for the next datagram.
func TestT13ATruncatedDatagramSaysSo(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := l.bound()
		pc, addr := l.packets()
		for _, msg := range []string{"a long datagram", "next"} {
			_, err := pc.WriteToUDPAddrPort([]byte(msg), udpAddr)
			require.NoError(l, err)
		}
		buf := make([]byte, 6)
		n, from, err := l.d.RecvFrom(fd, buf, 0, soon())
		assert.ErrorIs(l, err, netdev.ErrMessageTooLong)
		assert.Equal(l, "a long", string(buf[:n]))
		assert.Equal(l, addr, from)
		n, err = l.d.Recv(fd, buf, 0, soon())
		require.NoError(l, err)
		assert.Equal(l, "next", string(buf[:n]))
	})
}

// A datagram whose reading fails in the middle is lost as a whole.
func TestT13ADatagramWhoseReplyIsDamagedIsLostWhole(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := l.bound()
		pc, _ := l.packets()
		_, err := pc.WriteToUDPAddrPort(pattern(1500), udpAddr)
		require.NoError(l, err)
		synctest.Wait()
		l.bus.onReply = func(c wire.Command, at int, r []byte) {
			if c == l.recvFrom && at == 0 {
				r[0] ^= 1
			}
		}
		buf := make([]byte, 1500)
		_, err = l.d.Recv(fd, buf, 0, soon())
		assert.ErrorIs(l, err, wire.ErrStart)
		l.bus.heal()
		_, err = l.d.Recv(fd, buf, 0, time.Now().Add(time.Second))
		assert.ErrorIs(l, err, netdev.ErrTimeout, "nothing of it is left")
		_, err = pc.WriteToUDPAddrPort([]byte("next"), udpAddr)
		require.NoError(l, err)
		n, err := l.d.Recv(fd, buf, 0, soon())
		require.NoError(l, err)
		assert.Equal(l, "next", string(buf[:n]))
	})
}

func TestT14DatagramsAreNeverSplit(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		pc, addr := l.packets()
		fd := udpSocket(l.T, l.d, addr)
		buf := make([]byte, 2000)
		for _, size := range []int{0, 1, 1436, 1437, 1472, 1499, 1500} {
			msg := pattern(size)
			n, err := l.d.Send(fd, msg, 0, soon())
			require.NoError(l, err)
			assert.Equal(l, size, n)
			n, _, err = pc.ReadFromUDPAddrPort(buf)
			require.NoError(l, err)
			assert.Equal(l, msg, buf[:n])
		}
		_, err := l.d.Send(fd, make([]byte, 1501), 0, soon())
		assert.ErrorIs(l, err, netdev.ErrMessageTooLong)
	})
}

// On the slot engine a datagram that arrives while another is made up takes its
// destination away. The driver sends again, to the right one, and still knows
// who sent what has arrived.
func TestT14ADatagramIsNotRedirectedByOneThatArrives(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := l.bound()
		target, targetAddr := l.packets()
		stranger, strangerAddr := l.packets()
		buf := make([]byte, 100)
		for _, during := range []wire.Command{wire.AvailDataTCP, wire.InsertDatabuf, wire.SendDataUDP, wire.GetRemoteData,
			wire.SocketSendTo} {
			before, resent := l.bus.requests[during], l.bus.requests[wire.SendDataUDP]
			l.bus.onTx = func(w, _ []byte) (bool, error) {
				if w != nil && wire.Command(w[1]) == during && l.bus.requests[during] == before+1 {
					_, err := stranger.WriteToUDPAddrPort([]byte("hello"), udpAddr)
					assert.NoError(l, err)
					synctest.Wait()
				}
				return false, nil
			}
			_, err := l.d.SendTo(fd, []byte("yours"), 0, targetAddr, soon())
			require.NoError(l, err)
			l.bus.heal()
			n, from, err := target.ReadFromUDPAddrPort(buf)
			require.NoError(l, err)
			assert.Equal(l, "yours", string(buf[:n]), "%v", during)
			assert.Equal(l, udpAddr, from)
			if during == wire.InsertDatabuf && l.sockets == SlotEngine {
				assert.Equal(l, resent+2, l.bus.requests[wire.SendDataUDP], "sent again")
				_, _, err := stranger.ReadFromUDPAddrPort(buf)
				assert.NoError(l, err, "the first went to whom the firmware took it")
			}
			if l.bus.requests[during] == before {
				continue // of the other engine
			}
			n, from, err = l.d.RecvFrom(fd, buf, 0, soon())
			require.NoError(l, err)
			assert.Equal(l, "hello", string(buf[:n]))
			assert.Equal(l, strangerAddr, from, "%v", during)
		}
	})
}

func TestT14UDPBeforeItsTimeIsAnError(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := l.socket(netdev.SOCK_DGRAM)
		_, err := l.d.Recv(fd, make([]byte, 1), 0, soon())
		assert.ErrorIs(l, err, netdev.ErrNotConnected)
		_, err = l.d.Send(fd, nil, 0, soon())
		assert.ErrorIs(l, err, netdev.ErrNotConnected)
		assert.ErrorIs(l, l.d.Connect(fd, "", netip.AddrPort{}), netdev.ErrMalAddr)
		require.NoError(l, l.d.Bind(fd, at(0)))
		assert.ErrorIs(l, l.d.Bind(fd, at(0)), netdev.ErrInvalidArgument)
		assert.ErrorIs(l, l.d.Listen(fd, 1), netdev.ErrNotSupported)
	})
}

func TestT14AddressesThatAreNotIPv4(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := l.socket(netdev.SOCK_STREAM)
		for _, bad := range []netip.AddrPort{{}, netip.MustParseAddrPort("[::1]:80")} {
			assert.ErrorIs(l, l.d.Connect(fd, "", bad), netdev.ErrMalAddr)
		}
		to := l.serve(echo)
		mapped := netip.AddrPortFrom(netip.AddrFrom16(to.Addr().As16()), to.Port())
		require.NoError(l, l.d.Connect(fd, "", mapped))
		assert.ErrorIs(l, l.d.Connect(fd, "", to), netdev.ErrInvalidArgument, "it is connected")
		assert.ErrorIs(l, l.d.Bind(fd, at(1)), netdev.ErrInvalidArgument)
		assert.ErrorIs(l, l.d.Listen(fd, 1), netdev.ErrInvalidArgument)
	})
}
