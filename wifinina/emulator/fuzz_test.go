package emulator

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

var defaultTime = time.Unix(1_700_000_000, 0)

// busyHost returns a host on a module of release p that has joined, with a
// file, a connection with data in slot 0, a listener with a client in 1, a UDP
// socket with a datagram in 2, and where there are BSD-style sockets the same
// in the first three descriptors. None of those blocks.
func busyHost(t *testing.T, p Profile) *rawHost {
	lan := NewMemory(MemoryConfig{})
	peer := lan.Node(peerAddr)
	echo(t, peer, webPort)
	h := newHost(t, Config{Profile: p, Network: lan.Node(moduleAddr), BootTime: -1, JoinTime: -1})
	h.join()
	if h.handlers[wire.WriteFile].quick != nil {
		h.window(unhex(t, writeFileCmd("/fs/a", "abcdef")))
		h.window(fill(8, 0xFF))
	}
	h.ask(startClientAt(netip.AddrPortFrom(peerAddr, webPort), 0), okStart)
	h.ask(startServer3(webPort, 1, 0), okServer)
	h.ask(startServer3(webPort, 2, 1), okServer)
	if h.handlers[wire.SocketSocket].quick != nil {
		h.busySockets()
	}
	h.visit(peer, webPort)
	synctest.Wait()
	h.ask(sendDataCmd(0, "hello"), writtenIs(5))
	synctest.Wait()
	return h
}

// busyFD is the first descriptor of a busyHost's BSD-style sockets, if there are
// ten: its slots have taken three before.
const busyFD = fd0 + 3

// busySockets opens the BSD-style sockets of a busyHost.
func (h *rawHost) busySockets() {
	fd := h.fw.firstFD() + busyFD - fd0
	for i, kind := range []int{wire.SockStream, wire.SockStream, wire.SockDgram} {
		h.openFD(kind, fd+i)
		h.nonBlocking(fd + i)
	}
	h.ask(connectFD(fd, webPort), noConnect) // to itself, slot 1
	h.ask(bindFD(fd+1, webPort+1), bindOK)
	h.ask(listenFD(fd+1, 2), listenOK)
	h.ask(bindFD(fd+2, webPort+1), bindOK)
}

// visit sends a client and a datagram to a port of the module and the next.
func (h *rawHost) visit(from *Node, port uint16) {
	udp, err := from.ListenPacket(0, noGroup)
	require.NoError(h.t, err)
	h.t.Cleanup(func() { udp.Close() })
	for i := range uint16(2) {
		to := netip.AddrPortFrom(moduleAddr, port+i)
		if c, err := from.Dial(h.t.Context(), to); err == nil {
			h.t.Cleanup(func() { c.Close() })
			c.Write([]byte("hi"))
		}
		udp.WriteToUDPAddrPort([]byte("hi"), to)
	}
}

// lacksAll stands for firmware without any quirk.
const lacksAll = 0xFF

// FuzzCommand: whatever a host clocks in, to whichever release, with or without
// one of its quirks or all of them, and however it clocks the reply, the emulator does not
// panic, and the next exchange is in step, unless the firmware has died of the
// command and says so.
func FuzzCommand(f *testing.F) {
	for i, p := range Profiles() {
		for j, command := range seedCommands(p.Family) {
			f.Add(uint8(i), uint8(j), command, uint16(j%40), uint8(j))
			if p.Quirks == Arduino200().Quirks {
				f.Add(uint8(i), uint8(lacksAll), command, uint16(j%40), uint8(j))
			}
		}
	}
	f.Fuzz(func(t *testing.T, release, lacks uint8, command []byte, clocks uint16, how uint8) {
		synctest.Test(t, func(t *testing.T) {
			p := Profiles()[int(release)%len(Profiles())]
			p.Quirks = p.Quirks.Without(Quirk(lacks))
			if lacks == lacksAll {
				p.Quirks = Quirks{}
			}
			h := busyHost(t, p)
			h.window(command)
			if died(h) {
				h.restart(bus.High)
			} else if len(command) > 0 {
				h.readSomehow(int(clocks)%5000, how)
			}
			require.Equal(t, []byte(p.Version), h.version(len(p.Version)))
		})
	})
}

func died(h *rawHost) bool {
	m := h.Misuses()
	return len(m) > 0 && m[len(m)-1].Crash && m[len(m)-1].Command == wire.GetRemoteData
}

// version asks for the first n bytes of the version.
func (h *rawHost) version(n int) []byte {
	h.window([]byte{0xE0, 0x37, 0, 0xEE})
	return h.window(fill(n+8, 0xFF))[4 : 4+n]
}

// readSomehow goes through the window of a reply in one of five ways, all of
// which leave the link in step: n bytes at once, which may be more than there
// are or none, byte by byte, without sending or without looking, or by another
// command.
func (h *rawHost) readSomehow(n int, how uint8) {
	p := h.cfg.Profile
	if n == 0 && !p.Quirks.Has(ZeroClockSelect) {
		n = 1
	}
	switch how % 5 {
	case 0:
		h.window(fill(n, 0xFF))
	case 1:
		h.clock(min(n, 50), func() { h.Tx([]byte{0}, make([]byte, 1)) })
	case 2:
		h.clock(1, func() { h.Tx(nil, make([]byte, n)) })
	case 3:
		h.clock(1, func() { h.Tx(fill(n, 0), nil) })
	case 4:
		h.window([]byte{0xE0, 0x20, 0, 0xEE})
		if !p.Quirks.Has(LostParity) {
			h.window(fill(8, 0xFF))
		}
	}
}

// clock goes through one select that calls tx n times.
func (h *rawHost) clock(n int, tx func()) {
	h.await(bus.Armed)
	require.NoError(h.t, h.Select())
	for range n {
		tx()
	}
	_, err := h.Deselect()
	require.NoError(h.t, err)
}

// TestAnyCommandKeepsStep is the fuzz test's property on one connected module
// with every slot in use, for all commands and many slots.
func TestAnyCommandKeepsStep(t *testing.T) {
	h := udpHost(t)
	h.connect(0)
	h.serve(1)
	h.openUDP(2, newUDPPeer(t))
	h.nonBlocking(h.openFD(wire.SockStream, fd0+3))
	h.nonBlocking(h.openFD(wire.SockDgram, fd0+4))
	for c := range handlers {
		for _, arg := range []byte{0, 1, 2, 3, 10, fd0, fd0 + 3, fd0 + 4, 255} {
			if wire.Command(c) == wire.GetRemoteData && arg >= 10 || wire.Command(c) == wire.Ping {
				continue // the first is TestCrash, the second takes five seconds: TestPing
			}
			h.window([]byte{0xE0, byte(c), 1, 1, arg, arg, arg, arg})
			h.window(fill(16, 0xFF))
			require.Equal(t, isVersion, h.ask(askVersion, isVersion), "after %02x %d", c, arg)
		}
	}
}
