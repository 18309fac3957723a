package emulator

import (
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// soakTime is how long the soak goes on. NINATRACE_SOAK makes it longer, as in
// "6h".
const soakTime = 5 * time.Minute

// TestSoak: nine sockets at work all the time and a tenth for connections that
// come and go, 100 a second, and end in every way there is, and a reset of the
// module every other minute, leave nothing behind.
func TestSoak(t *testing.T) {
	length := soakTime
	if text := os.Getenv("NINATRACE_SOAK"); text != "" {
		var err error
		length, err = time.ParseDuration(text)
		require.NoError(t, err)
	}
	inBubble(t, MemoryConfig{Latency: 100 * time.Microsecond}, func(t *testing.T, lan *Memory) {
		s := newSoak(t, lan)
		var first footprint
		for minute := range int(length / time.Minute) {
			for range 60 * 10 {
				s.tenConnections()
				time.Sleep(100*time.Millisecond - time.Since(s.start)%(100*time.Millisecond))
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if now := s.measure(); minute == 0 {
				first = now
			} else {
				require.Equal(t, first.counts, now.counts, "minute %d", minute)
				require.Less(t, now.heap, first.heap+1<<20, "minute %d", minute)
			}
			if minute%2 == 1 {
				s.restart(bus.High)
				s.join()
				s.work()
			}
		}
		s.leave()
		assert.Equal(t, int(length/time.Minute)*60*100, s.connections)
		t.Logf("%d connections in %v", s.connections, length)
	})
}

// A soak is a module under load and its peer.
type soak struct {
	demo
	start       time.Time
	connections int
	streams     []*memoryConn // far ends of the sockets at work
	datagrams   [2]*memorySocket
}

func newSoak(t *testing.T, lan *Memory) *soak {
	h := onMemory(t, lan, Config{BootTime: -1, JoinTime: -1})
	s := &soak{demo: demo{h, lan, lan.Node(peerAddr)}, start: time.Now()}
	for i := range s.datagrams {
		s.datagrams[i] = s.socket()
	}
	s.work()
	return s
}

const (
	soakClients  = 4
	soakListener = soakClients
	soakUDP      = soakClients + 1
	soakSlot     = soakClients + 2 // of connections that come and go
	soakStream   = fd0 + soakSlot  // behind the descriptors of the slots
	soakStreams  = 2
	soakDatagram = soakStream + soakStreams
	soakFD       = soakDatagram + 1 // of connections that come and go
)

// work opens the sockets that stay: clients, a listener and a UDP socket in
// slots, BSD-style streams and a datagram socket.
func (s *soak) work() {
	s.leave()
	for slot := range soakClients {
		s.streams = append(s.streams, s.far(func(to netip.AddrPort) { s.expect(startClientAt(to, slot), okStart) }))
	}
	s.expect(startServer3(webPort, soakListener, 0), okServer)
	s.expect(startServer3(webPort, soakUDP, 1), okServer)
	for i := range soakStreams {
		s.streams = append(s.streams, s.dialFD(soakStream+i))
	}
	s.openFD(wire.SockDgram, soakDatagram)
	s.expect(bindFD(soakDatagram, webPort+1), bindOK)
}

// leave closes the far ends of the sockets at work.
func (s *soak) leave() {
	for _, c := range s.streams {
		require.NoError(s.t, c.Close())
	}
	s.streams = s.streams[:0]
}

// far returns the peer's end of the connection that dial makes.
func (s *soak) far(dial func(netip.AddrPort)) *memoryConn {
	s.t.Helper()
	ln, err := s.peer.Listen(0)
	require.NoError(s.t, err)
	defer ln.Close()
	dial(addrPort(ln.Addr()))
	c, err := ln.Accept()
	require.NoError(s.t, err)
	return c.(*memoryConn)
}

// dialFD connects a new BSD-style stream.
func (s *soak) dialFD(fd int) *memoryConn {
	s.t.Helper()
	s.openFD(wire.SockStream, fd)
	return s.far(func(to netip.AddrPort) { s.expect(connectFDTo(fd, to), connectOK) })
}

// dialSlot connects the slot of connections that come and go.
func (s *soak) dialSlot() *memoryConn {
	s.t.Helper()
	return s.far(func(to netip.AddrPort) { s.expect(startClientAt(to, soakSlot), okStart) })
}

// come lets the peer connect to the module.
func (s *soak) come() *memoryConn {
	s.t.Helper()
	c, err := s.peer.Dial(s.t.Context(), netip.AddrPortFrom(moduleAddr, webPort))
	require.NoError(s.t, err)
	return c.(*memoryConn)
}

// A footprint is what an emulator and its network hold.
type footprint struct {
	counts string
	heap   uint64 // bytes
}

func (s *soak) measure() (f footprint) {
	for range 2 {
		runtime.GC()
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lan.mu.Lock()
	defer s.lan.mu.Unlock()
	f.counts = fmt.Sprintf("goroutines %d, misuses %d, faults %d, files %d, sockets %v, endpoints %d, connections %d, reach %d",
		runtime.NumGoroutine(), len(s.misuses), len(s.faults), len(s.flash), s.fw.fds, len(s.fw.live), len(s.lan.conns), len(s.lan.reach))
	for _, addr := range []netip.Addr{moduleAddr, peerAddr} {
		n := s.lan.nodes[addr]
		f.counts += fmt.Sprintf(", %v %d listeners, %d UDP", addr, len(n.listeners), len(n.sockets))
	}
	for _, slot := range s.fw.slots {
		if slot.server != nil {
			f.counts += fmt.Sprintf(", %d spawned", len(slot.server.spawned))
		}
	}
	f.heap = mem.HeapAlloc
	return f
}
