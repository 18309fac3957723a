package wifinina

import (
	"context"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// engines are the two ways of serving sockets, and the commands in which they
// differ.
var engines = []struct {
	name                 string
	sockets              Engine
	send, recv, recvFrom wire.Command
}{
	{"slots", SlotEngine, wire.SendDataTCP, wire.GetDatabufTCP, wire.GetDatabufTCP},
	{"bsd", BSDEngine, wire.SocketSend, wire.SocketRecv, wire.SocketRecvFrom},
}

var (
	moduleAddr = netip.MustParseAddr("192.168.1.23") // as the emulator's lease has it
	peerAddr   = netip.MustParseAddr("192.168.1.99")
)

// A lab is a device that has joined, with a bus that can go wrong and a peer on
// a network in memory, in a bubble of virtual time: waiting costs nothing.
type lab struct {
	*testing.T
	sockets              Engine
	send, recv, recvFrom wire.Command

	d    *Device
	bus  *faultyBus
	lan  *emulator.Memory
	peer *emulator.Node

	tcpEcho, udpEcho netip.AddrPort // of the peer, for an errand
}

// window is what a connection of a lab holds between device and peer: little,
// so that it is full soon.
const window = 2000

// onEngines runs a test in a lab for each engine.
func onEngines(t *testing.T, cfg emulator.Config, f func(l *lab)) {
	for i, e := range engines {
		t.Run(e.name, func(t *testing.T) { inLab(t, i, cfg, f) })
	}
}

// onSlots runs a test in a lab for the slot engine.
func onSlots(t *testing.T, cfg emulator.Config, f func(l *lab)) { inLab(t, 0, cfg, f) }

func inLab(t *testing.T, engine int, cfg emulator.Config, f func(l *lab)) {
	synctest.Test(t, func(t *testing.T) {
		e := engines[engine]
		l := &lab{T: t, sockets: e.sockets, send: e.send, recv: e.recv, recvFrom: e.recvFrom}
		l.lan = emulator.NewMemory(emulator.MemoryConfig{Window: window, Names: map[string]netip.Addr{"peer.test": peerAddr}})
		l.peer = l.lan.Node(peerAddr)
		cfg.Network = l.lan.Node(moduleAddr)
		l.bus = &faultyBus{Emulator: emulator.New(cfg), requests: map[wire.Command]int{}}
		l.d = New(&Config{Bus: l.bus, BootTime: 5 * time.Millisecond, Sockets: e.sockets})
		t.Cleanup(func() {
			l.d.NetDisconnect()
			l.lan.Reset(netip.AddrPort{})
			l.bus.Close()
			time.Sleep(time.Minute) // the supervisor ends
		})
		require.NoError(t, l.d.NetConnect(&home))
		f(l)
		assert.Empty(t, l.bus.Misuses())
	})
}

// serve runs a TCP server at the peer.
func (l *lab) serve(handle func(net.Conn)) netip.AddrPort {
	l.Helper()
	ln, err := l.peer.Listen(0)
	require.NoError(l, err)
	var all sync.WaitGroup
	l.Cleanup(func() {
		ln.Close()
		l.lan.Reset(netip.AddrPort{})
		all.Wait()
	})
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				handle(c)
			})
		}
	})
	return netip.MustParseAddrPort(ln.Addr().String())
}

// visit connects from the peer to a port of the device.
func (l *lab) visit(port uint16) net.Conn {
	l.Helper()
	c, err := l.peer.Dial(l.Context(), netip.AddrPortFrom(moduleAddr, port))
	require.NoError(l, err)
	l.Cleanup(func() { c.Close() })
	return c
}

// greet visits the device's server, says hello, and returns both ends.
func (l *lab) greet(lfd int, port uint16) (net.Conn, int) {
	l.Helper()
	c := l.visit(port)
	_, err := c.Write([]byte("hello"))
	require.NoError(l, err)
	fd, peer, err := l.d.Accept(lfd)
	require.NoError(l, err)
	assert.Equal(l, c.LocalAddr().String(), peer.String())
	return c, fd
}

// packets opens a UDP socket of the peer.
func (l *lab) packets() (emulator.PacketConn, netip.AddrPort) {
	l.Helper()
	pc, err := l.peer.ListenPacket(0, netip.Addr{})
	require.NoError(l, err)
	l.Cleanup(func() { pc.Close() })
	return pc, netip.MustParseAddrPort(pc.(interface{ LocalAddr() net.Addr }).LocalAddr().String())
}

// echoPackets runs a server at the peer that sends every datagram back.
func (l *lab) echoPackets() netip.AddrPort {
	l.Helper()
	pc, addr := l.packets()
	go func() {
		buf := make([]byte, 2000)
		for {
			n, from, err := pc.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			_, _ = pc.WriteToUDPAddrPort(buf[:n], from)
		}
	}()
	return addr
}

// timeout bounds what the peer does.
func (l *lab) timeout() (context.Context, context.CancelFunc) {
	return context.WithTimeout(l.Context(), time.Second)
}

// socket returns a descriptor.
func (l *lab) socket(stype int) int {
	l.Helper()
	fd, err := l.d.Socket(netdev.AF_INET, stype, 0)
	require.NoError(l, err)
	return fd
}

// within requires that f takes no longer.
func (l *lab) within(limit time.Duration, f func()) {
	l.Helper()
	start := time.Now()
	f()
	assert.LessOrEqual(l, time.Since(start), limit)
}

// discard reads all there is.
func discard(c net.Conn) { io.Copy(io.Discard, c) }

// pattern returns n bytes of which no two stretches are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*13 + i>>8)
	}
	return b
}
