package wifinina

import (
	"io"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Firmware before 1.6.0 reports a connection with unread data again and again.
func TestT05AcceptReportsAConnectionOnceOnAllFirmware(t *testing.T) {
	for _, p := range []emulator.Profile{emulator.Arduino148(), emulator.Arduino150(), emulator.Adafruit177(),
		emulator.Arduino200(), emulator.Adafruit330()} {
		for i, e := range engines {
			if e.sockets == BSDEngine && wire.Since(wire.SocketSocket, p.Family) > version(p) {
				continue
			}
			t.Run(e.name+" "+p.Version, func(t *testing.T) { inLab(t, i, emulator.Config{Profile: p}, acceptOnce) })
		}
	}
}

// version returns the version of a profile.
func version(p emulator.Profile) wire.Version {
	v, _ := wire.ParseVersion(p.Version)
	return v
}

func acceptOnce(l *lab) {
	lfd := listenOn(l.T, l.d, 80)
	_, first := l.greet(lfd, 80)
	second := make(chan error, 1)
	go func() {
		_, _, err := l.d.Accept(lfd)
		second <- err
	}()
	time.Sleep(time.Second)
	assert.Empty(l, second, "it is not reported again")
	buf := make([]byte, 10)
	n, err := l.d.Recv(first, buf, 0, soon())
	require.NoError(l, err)
	assert.Equal(l, "hello", string(buf[:n]))
	require.NoError(l, l.d.Close(lfd))
	assert.ErrorIs(l, <-second, netdev.ErrInvalidSocketFd)
}

// A descriptor whose connection has ended does not hide the client that comes
// next, nor can it close or read it.
func TestT06T07AStaleDescriptorDoesNotTouchTheNextConnection(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		lfd := listenOn(l.T, l.d, 80)
		c, old := l.greet(lfd, 80)
		require.NoError(l, c.Close())
		assert.Equal(l, "hello", string(recvAll(l.T, l.d, old)), "the slot engine frees the slot at the end of the stream")
		next, fd := l.greet(lfd, 80)
		assert.NotEqual(l, old, fd)
		_, err := l.d.Recv(old, make([]byte, 10), 0, soon())
		assert.Equal(l, io.EOF, err)
		require.NoError(l, l.d.Close(old))
		buf := make([]byte, 10)
		n, err := l.d.Recv(fd, buf, 0, soon())
		require.NoError(l, err)
		assert.Equal(l, "hello", string(buf[:n]))
		_, err = l.d.Send(fd, buf[:n], 0, soon())
		require.NoError(l, err)
		_, err = io.ReadFull(next, buf[:5])
		require.NoError(l, err)
	})
}

// The firmware closes its connections when it loses the network, and gives
// their numbers out again.
func TestT07CloseOfALostConnectionDoesNotCloseTheNext(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		to := l.serve(echo)
		old := dial(l.T, l.d, to)
		was := l.d.sockets[old].handle
		l.bus.DropLink(wire.ReasonBeaconTimeout)
		l.bus.RestoreLink()
		if l.sockets == SlotEngine { // a slot stays taken until somebody asks for its state
			require.NoError(l, l.d.Exchange([]byte{0xE0, byte(wire.GetClientStateTCP), 1, 1, was, 0xEE, 0xFF, 0xFF}, nil, nil))
		}
		next := dial(l.T, l.d, to)
		require.Equal(l, was, l.d.sockets[next].handle, "the same number again")
		_, err := l.d.Send(old, []byte("x"), 0, soon())
		assert.ErrorIs(l, err, netdev.ErrConnectionReset)
		require.NoError(l, l.d.Close(old))
		require.NoError(l, echoOf(l.d, next, []byte("mine")))
	})
}

// Neither listeners nor bound UDP sockets are left behind, though the slot
// engine can't close a listener and keeps it for the next.
func TestT09ReadCloseFreesListenersAndBoundSockets(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		for range 25 {
			u := l.socket(netdev.SOCK_DGRAM)
			require.NoError(l, l.d.Bind(u, at(53)))
			lfd := listenOn(l.T, l.d, 80)
			_, fd := l.greet(lfd, 80)
			for _, fd := range []int{fd, lfd, u} {
				require.NoError(l, l.d.Close(fd))
			}
		}
		pc, err := l.lan.Node(moduleAddr).ListenPacket(53, netip.Addr{})
		require.NoError(l, err, "the port is free")
		pc.Close()
		left := maxSockets
		if l.sockets == BSDEngine {
			_, err = l.peer.Dial(l.Context(), netip.AddrPortFrom(moduleAddr, 80))
			assert.ErrorIs(l, err, syscall.ECONNREFUSED, "nobody listens")
		} else {
			left--
		}
		for range left {
			dial(l.T, l.d, l.serve(echo))
		}
	})
}

// A connection that no descriptor is left for is closed, not leaked in the
// firmware.
func TestT10AcceptWithoutADescriptorLeft(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		lfd := listenOn(l.T, l.d, 80)
		var fds []int
		for range maxSockets - 1 {
			fds = append(fds, l.socket(netdev.SOCK_STREAM))
		}
		for range 2 * maxSockets {
			c := l.visit(80)
			_, _, err := l.d.Accept(lfd)
			assert.ErrorIs(l, err, netdev.ErrNoMoreSockets)
			_, err = c.Read(make([]byte, 1))
			assert.Error(l, err, "the peer is told")
		}
		require.NoError(l, l.d.Close(fds[0]))
		l.greet(lfd, 80)
	})
}

// The stock Accept keeps a pointer to the listener and never looks at its
// descriptor again.
func TestT10ReadAcceptNoticesClose(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		lfd := listenOn(l.T, l.d, 80)
		done := make(chan error, 1)
		go func() { _, _, err := l.d.Accept(lfd); done <- err }()
		time.Sleep(time.Minute)
		l.within(20*time.Millisecond, func() {
			require.NoError(l, l.d.Close(lfd))
			assert.ErrorIs(l, <-done, netdev.ErrInvalidSocketFd)
		})
		asked := l.d.Stats().Exchanges
		time.Sleep(time.Minute)
		assert.Equal(l, asked, l.d.Stats().Exchanges, "nobody spins")
		l.greet(listenOn(l.T, l.d, 80), 80)
	})
}

// Adafruit's firmware from 2.0.0 on has six sockets, fewer than there are
// descriptors.
func TestT36FirmwareWithFewerSocketsThanDescriptors(t *testing.T) {
	onEngines(t, emulator.Config{Profile: emulator.Adafruit330()}, func(l *lab) {
		to := l.serve(echo)
		var fds []int
		for range wire.MaxSlotsIDF5 {
			fds = append(fds, dial(l.T, l.d, to))
		}
		fd := l.socket(netdev.SOCK_STREAM)
		for range 20 {
			assert.ErrorIs(l, l.d.Connect(fd, "", to), netdev.ErrNoMoreSockets)
		}
		require.NoError(l, l.d.Close(fds[0]))
		require.NoError(l, l.d.Connect(fd, "", to), "the descriptor is good for another try")
		require.NoError(l, echoOf(l.d, fd, []byte("x")))
	})
}

// A slot that the firmware holds for nobody, because the reply that told of it was
// lost, is freed when there is no other.
func TestSlotsOfNobodyAreFreedWhenNoneIsLeft(t *testing.T) {
	onSlots(t, emulator.Config{}, func(l *lab) {
		to := l.serve(echo)
		mine := dial(l.T, l.d, to)
		lfd := listenOn(l.T, l.d, 80)
		require.NoError(l, l.d.Close(lfd)) // its slot is kept
		for slot := range uint8(wire.MaxSlots - 2) {
			req := wire.AppendRequest(nil, wire.StartServerTCP, wire.Uint(uint16(9000)+uint16(slot)), wire.Uint(slot+2), wire.Uint(wire.ModeUDP))
			require.NoError(l, l.d.Exchange(req, nil, nil))
		}
		for range wire.MaxSlots - 2 {
			require.NoError(l, echoOf(l.d, dial(l.T, l.d, to), []byte("x")))
		}
		fd := l.socket(netdev.SOCK_STREAM)
		assert.Error(l, l.d.Connect(fd, "", to), "now they are all in use")
		require.NoError(l, echoOf(l.d, mine, []byte("still there")))
		require.NoError(l, l.d.Close(fd))
		require.NoError(l, l.d.Close(mine))
		l.greet(listenOn(l.T, l.d, 80), 80)
	})
}

// A port can be listened on again while connections of its last listener
// linger: the BSD engine sets SO_REUSEADDR before it binds, and the slot engine
// keeps the listener.
func TestT36APortCanBeListenedOnAgainAtOnce(t *testing.T) {
	onEngines(t, emulator.Config{}, func(l *lab) {
		var order []wire.Command
		l.bus.onTx = func(w, _ []byte) (bool, error) {
			if w != nil {
				order = append(order, wire.Command(w[1]))
			}
			return false, nil
		}
		for range 3 {
			lfd := listenOn(l.T, l.d, 80)
			_, fd := l.greet(lfd, 80)
			require.NoError(l, l.d.Close(lfd))
			require.NoError(l, l.d.Close(fd), "this end closes first, and lingers in TIME_WAIT")
		}
		starts, reuse := 0, 0
		for i, c := range order {
			switch {
			case c == wire.StartServerTCP:
				starts++
			case c == wire.SocketBind && order[i-1] == wire.SocketSetSockOpt:
				reuse++
			}
		}
		if l.sockets == BSDEngine {
			assert.Equal(l, 3, reuse)
		} else {
			assert.Equal(l, 1, starts)
		}
	})
}
