package wifinina

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// nth returns a function that is true at its call number n, from 1.
func nth(n int) func() bool {
	return func() bool { n--; return n == 0 }
}

// faults are the ways in which one exchange can go wrong.
var faults = []struct {
	name string
	arm  func(b *faultyBus)
	want error
}{
	{"READY late before the request", func(b *faultyBus) {
		hit := nth(1)
		b.onWait = func(bus.Ready) error { return when(hit(), bus.ErrReadyTimeout) }
	}, bus.ErrReadyTimeout},
	{"no acknowledge of the request's select", func(b *faultyBus) {
		hit := nth(2)
		b.onWait = func(bus.Ready) error { return when(hit(), bus.ErrReadyTimeout) }
	}, bus.ErrReadyTimeout},
	{"READY late before the reply", func(b *faultyBus) {
		hit := nth(3)
		b.onWait = func(bus.Ready) error { return when(hit(), bus.ErrReadyTimeout) }
	}, bus.ErrReadyTimeout},
	{"no acknowledge of the reply's select", func(b *faultyBus) {
		hit := nth(4)
		b.onWait = func(bus.Ready) error { return when(hit(), bus.ErrReadyTimeout) }
	}, bus.ErrReadyTimeout},
	{"select of the request fails", func(b *faultyBus) {
		hit := nth(1)
		b.onSelect = func() error { return when(hit(), bus.ErrLink) }
	}, bus.ErrLink},
	{"select of the reply fails", func(b *faultyBus) {
		hit := nth(2)
		b.onSelect = func() error { return when(hit(), bus.ErrLink) }
	}, bus.ErrLink},
	{"deselect of the request fails", func(b *faultyBus) {
		hit := nth(1)
		b.onEnd = func() error { return when(hit(), bus.ErrLink) }
	}, bus.ErrLink},
	{"deselect of the reply fails", func(b *faultyBus) {
		hit := nth(2)
		b.onEnd = func() error { return when(hit(), bus.ErrLink) }
	}, bus.ErrLink},
	{"half a request", func(b *faultyBus) {
		hit := nth(1)
		b.onTx = func(w, _ []byte) (bool, error) {
			if !hit() {
				return false, nil
			}
			_ = b.Emulator.Tx(w[:4], nil)
			return true, bus.ErrLink
		}
	}, bus.ErrLink},
	{"no byte of the request", func(b *faultyBus) {
		hit := nth(1)
		b.onTx = func(_, _ []byte) (bool, error) { return hit(), bus.ErrLink }
	}, bus.ErrLink},
	{"half a reply", func(b *faultyBus) {
		hit := nth(2)
		b.onTx = func(_, r []byte) (bool, error) { return false, when(hit(), bus.ErrLink) }
	}, bus.ErrLink},
	{"start byte flipped", flip(0), wire.ErrStart},
	{"command flipped", flip(1), wire.ErrCommand},
	{"count flipped", flip(2), wire.ErrCount},
	{"length flipped", flip(3), wire.ErrLength},
	{"end byte flipped", flip(18), wire.ErrEnd},
	{"error frame", forgery(0xEF, 0, 0xEE, 0), ErrUnsupported},
	{"reply cut short", forgery(0xE0, 0xA1, 3, 4, 10), wire.ErrLength},
	{"nothing but FF", forgery(fill(64, 0xFF)...), wire.ErrIdle},
	{"nothing but 00", forgery(fill(64, 0)...), wire.ErrIdle},
	{"a window too many", func(b *faultyBus) {
		// The firmware takes the reading of the reply for a request.
		hit := nth(1)
		b.onTx = func(w, _ []byte) (bool, error) { return w != nil && hit(), nil }
	}, wire.ErrIdle},
}

// when returns err if the time has come.
func when(now bool, err error) error {
	if now {
		return err
	}
	return nil
}

func fill(n int, c byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = c
	}
	return b
}

// flip changes one bit of the next reply.
func flip(at int) func(*faultyBus) {
	return func(b *faultyBus) {
		b.onReply = func(_ wire.Command, off int, r []byte) {
			if at >= off && at < off+len(r) {
				r[at-off] ^= 0x10
				b.onReply = nil
			}
		}
	}
}

// forgery makes the next replies to GET_IPADDR these bytes.
func forgery(frame ...byte) func(*faultyBus) {
	return func(b *faultyBus) { b.forge(wire.GetIPAddr, frame...) }
}

func TestAfterAFaultTheNextCallWorks(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			f.arm(b)
			start := time.Now()
			_, err := d.Addr()
			b.heal()
			assert.ErrorIs(t, err, f.want)
			var oe *OpError
			assert.ErrorAs(t, err, &oe)
			assert.Less(t, time.Since(start), 5*time.Second)
			addr, err := d.Addr()
			require.NoError(t, err)
			assert.Equal(t, "192.168.1.23", addr.String())
		})
	}
	assert.Empty(t, b.Misuses())
}

// A stream whose bytes were lost with a reply must not go on as if nothing were
// missing, and its slot must not leak.
func TestAFaultInATransferEndsTheStream(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			d, b := faultyDevice(t, emulator.Config{})
			to := serve(t, echo)
			fd, other := dial(t, d, to), dial(t, d, to)
			data := []byte("what may be lost")
			_, err := d.Send(fd, data, 0, soon())
			require.NoError(t, err)
			require.Eventually(t, func() bool { high, _ := b.Attention(); return high }, 5*time.Second, time.Millisecond)

			f.arm(b)
			buf := make([]byte, 100)
			n, err := d.Recv(fd, buf, 0, soon())
			b.heal()
			if err != nil { // not every fault is one of this reply
				n, err = d.Recv(fd, buf, 0, soon())
			}
			if err != nil {
				assert.ErrorIs(t, err, netdev.ErrConnectionReset)
				_, err = d.Send(fd, data, 0, soon())
				assert.ErrorIs(t, err, netdev.ErrConnectionReset)
			} else {
				// A flipped bit of the payload can't be seen: there is no checksum.
				assert.Len(t, buf[:n], len(data), "complete, or not at all")
			}
			_, err = d.Send(other, data, 0, soon())
			require.NoError(t, err, "the others go on")
			_, err = d.Recv(other, buf, 0, soon())
			require.NoError(t, err)
			require.NoError(t, d.Close(fd))
			for range maxSockets - 1 {
				dial(t, d, to)
			}
			assert.Empty(t, b.Misuses())
		})
	}
}

func TestAFaultWhileClosingDoesNotLeakTheSlot(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	to := serve(t, echo)
	for _, f := range faults {
		fd := dial(t, d, to)
		f.arm(b)
		_ = d.Close(fd) // some faults do not show in this reply
		b.heal()
		assert.ErrorIs(t, d.Close(fd), netdev.ErrInvalidSocketFd, f.name)
	}
	for range maxSockets {
		dial(t, d, to)
	}
}

// The firmware goes on connecting when nobody waits for the reply any more.
func TestAConnectGivenUpOnDoesNotLeakTheSlot(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	to := serve(t, echo)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	for range maxSockets + 2 {
		late := nth(1)
		b.cmd = 0
		b.onWait = func(level bus.Ready) error {
			return when(level == bus.Armed && b.cmd == wire.StartClientTCP && late(), bus.ErrReadyTimeout)
		}
		require.ErrorIs(t, d.Connect(fd, "", to), bus.ErrReadyTimeout)
		b.heal()
	}
	require.NoError(t, d.Connect(fd, "", to))
}

func TestRepliesThatCannotBeTrue(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	to := serve(t, echo)
	buf := make([]byte, 4)
	u8 := func(c wire.Command, v byte) []byte { return []byte{0xE0, byte(c) | 0x80, 1, 1, v, 0xEE, 0, 0} }
	u16 := func(c wire.Command, v uint16) []byte {
		return []byte{0xE0, byte(c) | 0x80, 1, 2, byte(v), byte(v >> 8), 0xEE, 0}
	}
	sock := func() int {
		fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
		require.NoError(t, err)
		return fd
	}
	for _, c := range []struct {
		name  string
		cmd   wire.Command
		frame []byte
		call  func() (int, error) // and the descriptor to close
		want  error
	}{
		{"a slot that is none", wire.GetSocket, u8(wire.GetSocket, 10), func() (int, error) {
			fd := sock()
			return fd, d.Connect(fd, "", to)
		}, ErrBadReply},
		{"no slot", wire.GetSocket, u8(wire.GetSocket, 255), func() (int, error) {
			fd := sock()
			return fd, d.Connect(fd, "", to)
		}, netdev.ErrNoMoreSockets},
		{"more sent than given", wire.SendDataTCP, u16(wire.SendDataTCP, 5), func() (int, error) {
			fd := dial(t, d, to)
			_, err := d.Send(fd, buf, 0, soon())
			return fd, err
		}, ErrBadReply},
		{"more data than asked for", wire.GetDatabufTCP, append([]byte{0xE0, 0xC5, 1, 0, 5}, "hello\xEE\x00"...), func() (int, error) {
			fd := dial(t, d, to)
			_, err := d.Recv(fd, buf, 0, soon())
			return fd, err
		}, ErrBadReply},
		{"a reply larger than any buffer", wire.GetDatabufTCP, []byte{0xE0, 0xC5, 1, 0xFF, 0xFF}, func() (int, error) {
			fd := dial(t, d, to)
			_, err := d.Recv(fd, buf, 0, soon())
			return fd, err
		}, wire.ErrTooLong},
		{"a state there is not", wire.GetClientStateTCP, u8(wire.GetClientStateTCP, 99), func() (int, error) {
			fd := dial(t, d, to)
			_, err := d.Recv(fd, buf, 0, soon())
			return fd, err
		}, ErrBadReply},
		{"a datagram of 65535 bytes", wire.AvailDataTCP, u16(wire.AvailDataTCP, 0xFFFF), func() (int, error) {
			fd := udpSocket(t, d, to)
			_, err := d.Recv(fd, buf, 0, soon())
			return fd, err
		}, ErrBadReply},
		{"a datagram that is not there", wire.AvailDataTCP, u16(wire.AvailDataTCP, 9), func() (int, error) {
			fd := udpSocket(t, d, to)
			_, err := d.Recv(fd, buf, 0, soon())
			return fd, err
		}, ErrBadReply},
		{"a client in a slot that is none", wire.AvailDataTCP, u16(wire.AvailDataTCP, 200), func() (int, error) {
			fd := listenOn(t, d, freePort(t))
			_, _, err := d.Accept(fd)
			return fd, err
		}, ErrBadReply},
	} {
		b.forge(c.cmd, c.frame...)
		fd, err := c.call()
		b.heal()
		assert.ErrorIs(t, err, c.want, c.name)
		require.NoError(t, d.Close(fd), c.name)
	}
	fd := dial(t, d, to)
	_, err := d.Send(fd, buf, 0, soon())
	require.NoError(t, err)
	assert.Empty(t, b.Misuses())
}

func TestACorruptPeerAddressClosesTheConnection(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	port := freePort(t)
	lfd := listenOn(t, d, port)
	c, err := net.Dial("tcp4", at(port).String())
	require.NoError(t, err)
	defer c.Close()
	b.forge(wire.GetRemoteData, 0xE0, 0xBA, 1, 4, 1, 2, 3, 4, 0xEE)
	_, _, err = d.Accept(lfd)
	assert.ErrorIs(t, err, wire.ErrCount)
	b.heal()
	require.NoError(t, c.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, err = c.Read(make([]byte, 1))
	assert.ErrorContains(t, err, "EOF")
}

func TestExchangeRefusesWhatIsNoFrame(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	sent := len(b.pieces)
	for _, req := range [][]byte{nil, {}, {0xE0}, {0xE0, 0x20, 0}} {
		assert.ErrorIs(t, d.Exchange(req, nil, nil), wire.ErrTruncated)
	}
	assert.Len(t, b.pieces, sent, "nothing was sent")
	assert.ErrorIs(t, d.Exchange([]byte{0xE0, 0x20, 0, 0xEE}, make([]byte, 3), nil), wire.ErrTooLong)
	var version string
	require.NoError(t, d.Exchange([]byte{0xE0, 0x37, 0, 0xEE}, nil, func(_ wire.Message, vals []wire.Value) error {
		version = string(vals[0].Bytes())
		return nil
	}))
	assert.Equal(t, "2.0.0", version[:5])
	require.NoError(t, d.Exchange([]byte{0xE0, 0x31, 0, 0xEE}, nil, func(m wire.Message, _ []wire.Value) error {
		assert.True(t, m.ErrorReply)
		return nil
	}))
}
