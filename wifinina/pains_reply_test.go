package wifinina

import (
	"bytes"
	"math"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// errand does a bit of everything, and returns the first error.
func (l *lab) errand() (first error) {
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	call := func(fd int, err error) int { note(err); return fd }
	d, buf := l.d, make([]byte, 100)
	lfd := call(d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0))
	note(d.Bind(lfd, at(80)))
	note(d.Listen(lfd, 1))
	ctx, cancel := l.timeout()
	defer cancel()
	if c, err := l.peer.Dial(ctx, netip.AddrPortFrom(moduleAddr, 80)); err == nil {
		defer c.Close()
		c.Write([]byte("hello"))
		late := time.AfterFunc(time.Second, func() { d.Close(lfd) })
		fd, _, err := d.Accept(lfd)
		if note(err); late.Stop() {
			note(d.Close(lfd))
		}
		call(d.Recv(fd, buf, 0, time.Now().Add(time.Second)))
		call(d.Send(fd, []byte("hello"), 0, soon()))
		c.Close()
		for err == nil {
			_, err = d.Recv(fd, buf, 0, time.Now().Add(time.Second))
		}
		note(d.Close(fd))
	}
	u := call(d.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, 0))
	call(d.SendTo(u, []byte("x"), 0, l.udpEcho, soon()))
	call(d.Recv(u, buf, 0, time.Now().Add(time.Second)))
	note(d.Close(u))
	fd := call(d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0))
	note(d.Connect(fd, "peer.test", l.tcpEcho))
	note(d.Close(fd))
	_, err := d.Addr()
	note(err)
	_, err = d.GetHardwareAddr()
	note(err)
	_, err = d.Network()
	note(err)
	return first
}

// corruptions are done to a reply by its first bytes: E0, the command, the
// number of parameters, and the length of the first, which some have in 16
// bits.
var corruptions = []struct {
	name string
	do   func(i int, b byte) byte
}{
	{"no parameters", func(i int, b byte) byte { return pick(i == 2, 0, b) }},
	{"as long as can be", func(i int, b byte) byte { return pick(i == 3 || i == 4, 0xFF, b) }},
	{"one byte long", func(i int, b byte) byte { return pick(i == 3, 1, b) }},
	{"too many parameters", func(i int, b byte) byte { return pick(i == 2, 0xFF, b) }},
	{"all FF", func(i int, b byte) byte { return pick(i > 2, 0xFF, b) }},
	{"all zero", func(i int, b byte) byte { return pick(i > 2, 0, b) }},
}

func pick(yes bool, a, b byte) byte {
	if yes {
		return a
	}
	return b
}

// Whatever the replies to a command say, nothing panics, and the device goes on
// afterwards. The stock driver trusts counts and lengths.
func TestT16T17T18CorruptRepliesAreErrors(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		l.tcpEcho, l.udpEcho = l.serve(echo), l.echoPackets()
		require.NoError(l, l.errand())
		for c, n := range l.bus.requests {
			if n == 0 || c == wire.GetFWVersion || c == wire.SetPassphrase {
				continue
			}
			for _, corrupt := range corruptions {
				l.bus.onReply = func(cmd wire.Command, at int, r []byte) {
					for i := range r {
						if cmd == c {
							r[i] = corrupt.do(at+i, r[i])
						}
					}
				}
				_ = l.errand()
				l.bus.onReply = nil
				for fd := range maxSockets {
					_ = l.d.Close(fd)
				}
				require.NoError(l, l.d.NetConnect(&home), "%v, %s", c, corrupt.name)
				require.NoError(l, l.errand(), "%v, %s", c, corrupt.name)
			}
		}
	})
}

// A refused connection is answered without parameters. That is an answer, and
// the next command is in step.
func TestT16AReplyWithoutParametersIsReadWhole(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := l.socket(netdev.SOCK_STREAM)
		for range 3 {
			assert.ErrorIs(l, l.d.Connect(fd, "", netip.AddrPortFrom(peerAddr, 9)), netdev.ErrConnectionRefused)
		}
		require.NoError(l, l.d.Connect(fd, "", l.serve(echo)))
		require.NoError(l, echoOf(l.d, fd, []byte("in step")))
		assert.Zero(l, l.d.Stats().Resyncs)
	})
}

// A reply that has more than was asked for does not reach beyond the caller's
// slice.
func TestT17ReadDeclaredLengthsAreNotTrusted(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		fd := dial(l.T, l.d, l.serve(func(c net.Conn) { c.Write([]byte("data")); discard(c) }))
		time.Sleep(time.Second)
		frame := append([]byte{0xE0, byte(l.recv) | 0x80, 1, 0, 200}, bytes.Repeat([]byte{7}, 200)...)
		l.bus.forge(l.recv, append(frame, 0xEE, 0, 0)...)
		room := make([]byte, 300)
		n, err := l.d.Recv(fd, room[:4], 0, soon())
		l.bus.heal()
		assert.Zero(l, n)
		assert.ErrorIs(l, err, ErrBadReply)
		assert.Equal(l, make([]byte, 300), room)
		_, err = l.d.Recv(fd, room, 0, soon())
		assert.ErrorIs(l, err, netdev.ErrConnectionReset, "bytes are missing now")
	})
}

func TestT18ShortAddressesAreErrors(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	b.forge(wire.GetIPAddr, 0xE0, 0xA1, 3, 1, 192, 4, 255, 255, 255, 0, 4, 192, 168, 1, 1, 0xEE)
	_, err := d.Addr()
	assert.ErrorIs(t, err, wire.ErrLength)
	b.forge(wire.GetMACAddr, 0xE0, 0xA2, 1, 2, 1, 2, 0xEE)
	_, err = d.GetHardwareAddr()
	assert.ErrorIs(t, err, wire.ErrLength)
}

// What is returned does not change with the next command, and has its octets in
// order on all firmware.
func TestT19TheHardwareAddressIsACopy(t *testing.T) {
	d := online(t, emulator.Config{})
	mac, err := d.GetHardwareAddr()
	require.NoError(t, err)
	_, err = d.Addr()
	require.NoError(t, err)
	assert.Equal(t, "3c:71:bf:9a:0e:54", mac.String())
	natural := emulator.Arduino200()
	natural.Version, natural.Family = "3.0.0", wire.Adafruit
	natural.Quirks = natural.Quirks.Without(emulator.ReversedMAC)
	mac, err = online(t, emulator.Config{Profile: natural}).GetHardwareAddr()
	require.NoError(t, err)
	assert.Equal(t, "3c:71:bf:9a:0e:54", mac.String())
}

// Numbers are little-endian on the wire, and a temperature is the bits of a
// float.
func TestT20ReadNumbers(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	b.forge(wire.GetCurrRSSI, 0xE0, 0xA5, 1, 4, 0xD1, 0xFF, 0xFF, 0xFF, 0xEE)
	rssi, err := d.RSSI()
	require.NoError(t, err)
	assert.Equal(t, -47, rssi)
	bits := math.Float32bits(36.625)
	b.forge(wire.GetTemperature, 0xE0, 0x9B, 1, 4, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24), 0xEE)
	celsius, err := d.Temperature()
	require.NoError(t, err)
	assert.EqualValues(t, 36.625, celsius)
	b.forge(wire.GetTime, 0xE0, 0xBB, 1, 4, 0x80, 0x43, 0x6D, 0x38, 0xEE)
	at, err := d.Time()
	require.NoError(t, err)
	assert.Equal(t, "2000-01-01T00:00:00Z", at.Format(time.RFC3339))
	b.heal()
	fd := dial(t, d, serve(t, echo))
	n, err := d.Send(fd, make([]byte, 0x102), 0, soon())
	require.NoError(t, err)
	assert.Equal(t, 0x102, n)
}
