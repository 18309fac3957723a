package wifinina_test

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
)

// The tests in the files stuck_*_test.go hold the promises of never being
// stuck. They run on the emulator with the pacing of a module, in bubbles of
// virtual time: a second of waiting costs nothing, and times are exact.

var (
	nearAddr  = netip.MustParseAddr("192.168.1.23")
	farAddr   = netip.MustParseAddr("192.168.1.99")
	blackHole = netip.MustParseAddrPort("192.168.1.66:80")
)

// deafName is a host name whose query is never answered.
const deafName = "deaf.test"

// grace is by how much a call may overrun its deadline, and how long a Close
// may take to wake others.
const grace = 20 * time.Millisecond

// bothEngines runs a test with each engine.
func bothEngines(t *testing.T, test func(t *testing.T, engine wifinina.Engine)) {
	for _, e := range []struct {
		name   string
		engine wifinina.Engine
	}{{"slots", wifinina.SlotEngine}, {"bsd", wifinina.BSDEngine}} {
		t.Run(e.name, func(t *testing.T) { test(t, e.engine) })
	}
}

// A bench is a driver on a paced emulator, with peers on a network in memory.
type bench struct {
	*testing.T
	lan  *emulator.Memory
	chip *emulator.Emulator
	dev  *wifinina.Device
	peer *emulator.Node
	home netlink.ConnectParams
	over chan struct{} // closed at the end

	mu     sync.Mutex
	events []netlink.Event
}

// unwired is a bus without GPIO0, by which nobody can go then.
type unwired struct{ *emulator.Emulator }

func (unwired) Attention() (bool, error) { return true, nil }

// onBench runs test in a bubble, with a device that has joined and notes its
// events. After it nothing may be left running: the bubble does not end with
// a supervisor in it.
func onBench(t *testing.T, engine wifinina.Engine, test func(b *bench)) {
	onBenchWith(t, wifinina.Config{Sockets: engine}, emulator.Config{}, test)
}

func onBenchWith(t *testing.T, drv wifinina.Config, emu emulator.Config, test func(b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		lan := emulator.NewMemory(emulator.MemoryConfig{
			Latency: time.Millisecond,
			Names:   map[string]netip.Addr{deafName: {}, "far.test": farAddr},
		})
		lan.SetReach(blackHole.Addr(), emulator.BlackHole)
		emu.Network, emu.Pacing = lan.Node(nearAddr), emulator.Realistic8MHz()
		b := &bench{T: t, lan: lan, chip: emulator.New(emu), peer: lan.Node(farAddr), over: make(chan struct{})}
		b.home = netlink.ConnectParams{Ssid: "ninatrace", Passphrase: "ninatrace", Retries: 1}
		drv.Bus = unwired{b.chip}
		b.dev = wifinina.New(&drv)
		b.dev.NetNotify(b.note)
		t.Cleanup(b.end)
		require.NoError(t, b.dev.NetConnect(&b.home))
		test(b)
	})
}

func (b *bench) note(e netlink.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
}

// told returns the events so far.
func (b *bench) told() []netlink.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]netlink.Event(nil), b.events...)
}

// end takes the bench down and gives goroutines the time to notice.
func (b *bench) end() {
	for fd := range 10 {
		_ = b.dev.Close(fd)
	}
	b.dev.NetDisconnect()
	b.chip.Close()
	close(b.over)
	b.lan.Reset(netip.AddrPort{})
	time.Sleep(time.Second)
}

// serve lets peers be served on a port until the test ends.
func (b *bench) serve(port uint16, handle func(net.Conn)) netip.AddrPort {
	b.Helper()
	l, err := b.peer.Listen(port)
	require.NoError(b, err)
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				handle(c)
			}()
		}
	}()
	return netip.AddrPortFrom(farAddr, port)
}

// echoes sends back what it gets, mute only reads, deaf does nothing.
func echoes(c net.Conn)          { io.Copy(c, c) }
func mute(c net.Conn)            { io.Copy(io.Discard, c) }
func (b *bench) deaf(_ net.Conn) { <-b.over }

// stream returns a descriptor connected to a peer.
func (b *bench) stream(to netip.AddrPort) int {
	b.Helper()
	fd, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(b, err)
	require.NoError(b, b.dev.Connect(fd, "", to))
	return fd
}

// datagrams returns a UDP descriptor bound to a port.
func (b *bench) datagrams(port uint16) int {
	b.Helper()
	fd, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_DGRAM, 0)
	require.NoError(b, err)
	require.NoError(b, b.dev.Bind(fd, netip.AddrPortFrom(netip.IPv4Unspecified(), port)))
	return fd
}

// listener returns a descriptor that listens on a port.
func (b *bench) listener(port uint16) int {
	b.Helper()
	fd, err := b.dev.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(b, err)
	require.NoError(b, b.dev.Bind(fd, netip.AddrPortFrom(netip.IPv4Unspecified(), port)))
	require.NoError(b, b.dev.Listen(fd, 1))
	return fd
}

// tryEcho says something to an echo server and waits for the answer.
func (b *bench) tryEcho(fd int, text string) error {
	until := time.Now().Add(5 * time.Second)
	if _, err := b.dev.Send(fd, []byte(text), 0, until); err != nil {
		return err
	}
	got, buf := "", make([]byte, 100)
	for len(got) < len(text) {
		n, err := b.dev.Recv(fd, buf, 0, until)
		if err != nil {
			return err
		}
		got += string(buf[:n])
	}
	assert.Equal(b, text, got)
	return nil
}

// echo is tryEcho that must work.
func (b *bench) echo(fd int) {
	b.Helper()
	require.NoError(b, b.tryEcho(fd, "hello"))
}

// all runs a function on each of n goroutines and returns when all have ended.
func all(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(i)
		}()
	}
	wg.Wait()
}

// cause is what an error of the driver is about.
func cause(err error) error {
	if e, ok := err.(*wifinina.OpError); ok {
		return e.Err
	}
	return err
}
