package wifinina

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Whatever the padding: the firmware takes a channel that is missing from there.
func TestT04AnAccessPointHasItsChannel(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	var vals []wire.Value
	b.onTx = func(w, _ []byte) (bool, error) {
		if w != nil && (w[1] == byte(wire.SetAPNet) || w[1] == byte(wire.SetAPPassphrase)) {
			var m wire.Message
			vals, m = wire.ParseRequest(nil, w, wire.Arduino)
			assert.NoError(t, m.Check())
		}
		return false, nil
	}
	for n := range 4 {
		ssid := strings.Repeat("s", n+1)
		require.NoError(t, d.NetConnect(&netlink.ConnectParams{ConnectMode: netlink.ConnectModeAP, Ssid: ssid}))
		require.Len(t, vals, 2, "SSID and channel")
		assert.EqualValues(t, apChannel, vals[1].Uint8())
		require.NoError(t, d.StartAccessPoint(ssid, "passphrase", 11))
		require.Len(t, vals, 3, "SSID, passphrase and channel")
		assert.EqualValues(t, 11, vals[2].Uint8())
	}
}

// Every answer counts.
func TestT15ReadWhatTheFirmwareRefusesIsAnError(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		module := l.lan.Node(moduleAddr)
		pc, err := module.ListenPacket(53, netip.Addr{})
		require.NoError(l, err)
		defer pc.Close()
		ln, err := module.Listen(80)
		require.NoError(l, err)
		defer ln.Close()
		u, s := l.socket(netdev.SOCK_DGRAM), l.socket(netdev.SOCK_STREAM)
		assert.ErrorIs(l, l.d.Bind(u, at(53)), netdev.ErrAddrInUse)
		require.NoError(l, l.d.Bind(s, at(80)))
		assert.ErrorIs(l, l.d.Listen(s, 1), netdev.ErrAddrInUse)
		assert.ErrorIs(l, l.d.Connect(l.socket(netdev.SOCK_STREAM), "", netip.AddrPortFrom(peerAddr, 9)), netdev.ErrConnectionRefused)

		fd := dial(l.T, l.d, l.serve(echo))
		closing := wire.StopClientTCP
		if l.sockets == BSDEngine {
			closing = wire.SocketClose
		}
		l.bus.forge(closing, 0xE0, byte(closing)|0x80, 1, 1, 0, 0xEE)
		if l.sockets == SlotEngine { // a descriptor that is closed already is as closed as can be
			assert.ErrorIs(l, l.d.Close(fd), ErrRefused)
		}
		l.bus.forge(wire.SetPassphrase, 0xE0, 0x91, 1, 1, 0, 0xEE)
		assert.ErrorIs(l, l.d.NetConnect(&home), ErrRefused)
		l.bus.heal()
		require.NoError(l, l.d.NetConnect(&home))
	})
}

// A step of a datagram that the slot engine makes up is refused.
func TestT15EveryStepOfADatagramCanBeRefused(t *testing.T) {
	onSlots(t, emulator.Config{}, func(l *lab) {
		_, addr := l.packets()
		fd := udpSocket(l.T, l.d, addr)
		for cmd, want := range map[wire.Command]error{
			wire.InsertDatabuf: ErrRefused, wire.SendDataUDP: ErrRefused, wire.StartClientTCP: netdev.ErrConnectionRefused,
		} {
			l.bus.forge(cmd, 0xE0, byte(cmd)|0x80, 1, 1, 0, 0xEE)
			_, err := l.d.Send(fd, []byte("x"), 0, soon())
			assert.ErrorIs(l, err, want, "%v", cmd)
		}
		l.bus.heal()
		_, err := l.d.Send(fd, []byte("x"), 0, soon())
		require.NoError(l, err)
	})
}

// A wrong passphrase mostly shows as status 6, not 4: the wait ends there too,
// and at once.
func TestT27AnyFailureEndsTheWaitForAJoin(t *testing.T) {
	for _, reason := range []wire.Reason{wire.ReasonAuthFail, wire.ReasonHandshakeTimeout, wire.ReasonKeyTimeout} {
		onSlots(t, emulator.Config{AuthFailure: reason, JoinTime: 2 * time.Second}, func(l *lab) {
			l.within(2200*time.Millisecond, func() {
				forever := netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "not the one"}
				assert.ErrorIs(l, l.d.NetConnect(&forever), ErrWrongPassphrase, reason.String())
			})
		})
	}
}

// A join is noticed when it is done, not with the next full second, and the
// network knows the board by its name.
func TestT27AJoinTakesAsLongAsItTakes(t *testing.T) {
	for _, took := range []time.Duration{10, 110, 1010, 1990} {
		onSlots(t, emulator.Config{JoinTime: took * time.Millisecond}, func(l *lab) {
			named := home
			named.Hostname = "a-board"
			l.within(took*time.Millisecond+joinPoll, func() { require.NoError(l, l.d.NetConnect(&named)) })
			assert.Equal(l, "a-board", l.bus.Hostname())
		})
	}
}

// Every request of the driver has as many parameters as it announces.
func TestT29ReadCountsOfParameters(t *testing.T) {
	for _, p := range []emulator.Profile{emulator.Arduino200(), emulator.Adafruit330()} {
		onEngines(t, emulator.Config{Profile: p}, func(l *lab) {
			l.tcpEcho, l.udpEcho = l.serve(echo), l.echoPackets()
			seen := map[wire.Command]bool{}
			l.bus.onTx = func(w, _ []byte) (bool, error) {
				if w == nil {
					return false, nil
				}
				_, m := wire.ParseRequest(nil, w, p.Family)
				assert.NoError(l, m.Check(), "% X", w)
				seen[m.Cmd] = true
				return false, nil
			}
			named := home
			named.Hostname = "a-board"
			require.NoError(l, l.d.NetConnect(&named))
			require.NoError(l, l.errand())
			for _, m := range methods {
				_ = m.call(l.d)
			}
			assert.True(l, seen[wire.SetHostname] && seen[wire.SetPinMode] && seen[wire.SetDigitalWrite])
		})
	}
}

// Where a socket is bound is known, also when nobody chose the port.
func TestT32ThePortOfOurChoiceIsReported(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		seen := map[uint16]bool{}
		for _, stype := range []int{netdev.SOCK_STREAM, netdev.SOCK_DGRAM, netdev.SOCK_STREAM} {
			fd := l.socket(stype)
			require.NoError(l, l.d.Bind(fd, at(0)))
			local, err := l.d.LocalAddr(fd)
			require.NoError(l, err)
			assert.Equal(l, moduleAddr, local.Addr())
			assert.GreaterOrEqual(l, local.Port(), uint16(49152))
			assert.False(l, seen[local.Port()])
			seen[local.Port()] = true
			if stype == netdev.SOCK_STREAM {
				require.NoError(l, l.d.Listen(fd, 1))
				l.greet(fd, local.Port())
			}
		}
		local, err := l.d.LocalAddr(dial(l.T, l.d, l.serve(echo)))
		require.NoError(l, err)
		assert.Equal(l, moduleAddr, local.Addr(), "Connect binds too")
		_, err = l.d.LocalAddr(9)
		assert.ErrorIs(l, err, netdev.ErrInvalidSocketFd)
	})
}

// With the BSD engine options reach lwIP; the slots have none, and say so.
func TestT33ReadSocketOptions(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := dial(l.T, l.d, l.serve(echo))
		option := func() (on bool) {
			get := wire.AppendRequest(nil, wire.SocketGetSockOpt, wire.Uint(l.d.sockets[fd].handle),
				wire.Uint(uint32(wire.SOKeepAlive)), wire.Uint(uint8(4)))
			require.NoError(l, l.d.Exchange(get, nil, func(_ wire.Message, vals []wire.Value) error {
				on = fmt.Sprint(vals[0].Bytes()) != "[0 0 0 0]"
				return nil
			}))
			return on
		}
		for _, on := range []bool{true, false} {
			err := l.d.SetSockOpt(fd, netdev.SOL_SOCKET, netdev.SO_KEEPALIVE, on)
			if l.sockets == SlotEngine {
				assert.ErrorIs(l, err, netdev.ErrNotSupported)
				continue
			}
			require.NoError(l, err)
			assert.Equal(l, on, option())
		}
		assert.ErrorIs(l, l.d.SetSockOpt(fd, 6, 1, 1), netdev.ErrNotSupported, "no other level")
		assert.ErrorIs(l, l.d.SetSockOpt(99, 0, 0, 0), netdev.ErrInvalidSocketFd)
	})
}

// TLS by address would go to another host, and a name that does not fit is not
// sent. A failure leaves the descriptor good.
func TestT34TLSRefusesWhatTheFirmwareCannot(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd, err := l.d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, netdev.IPPROTO_TLS)
		require.NoError(l, err)
		windows := len(l.bus.pieces)
		assert.ErrorIs(l, l.d.Connect(fd, "", netip.AddrPortFrom(peerAddr, 443)), netdev.ErrNotSupported)
		assert.ErrorIs(l, l.d.Connect(fd, strings.Repeat("x", 256), netip.AddrPortFrom(peerAddr, 443)), netdev.ErrMalAddr)
		assert.Len(l, l.bus.pieces, windows, "nothing was sent")
		for range 2 * maxSockets {
			assert.ErrorIs(l, l.d.Connect(fd, "peer.test", netip.AddrPortFrom(netip.Addr{}, 443)), netdev.ErrConnectionRefused)
		}
		synctest.Wait()
		for range maxSockets - 1 {
			dial(l.T, l.d, l.serve(echo))
		}
	})
}

func TestT35LongStringsAreRefused(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	sent := len(b.pieces)
	for _, n := range []int{65, 255, 256, 257} {
		long := strings.Repeat("x", n)
		for _, p := range []netlink.ConnectParams{{Ssid: long}, {Ssid: "x", Passphrase: long}, {Ssid: "x", Hostname: long}} {
			assert.ErrorIs(t, d.NetConnect(&p), ErrTooLong)
		}
		if n > wire.MaxHost {
			_, err := d.GetHostByName(long)
			assert.ErrorIs(t, err, netdev.ErrMalAddr)
		}
	}
	assert.Len(t, b.pieces, sent, "nothing was sent")
}
