package wifinina

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"tinygo.org/x/drivers/netlink"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// together runs f in n goroutines at once and waits for them.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			f(i)
		}()
	}
	close(start)
	wg.Wait()
}

// stalled makes the next commands of a kind take until release is called.
func stalled(b *faultyBus, cmd wire.Command) (begun chan struct{}, release func()) {
	begun, hold := make(chan struct{}), make(chan struct{})
	var once, end sync.Once
	b.onWait = func(level bus.Ready) error {
		if level == bus.Armed && b.cmd == cmd && len(b.pieces)%2 == 1 {
			once.Do(func() { close(begun) })
			<-hold
		}
		return nil
	}
	return begun, func() { end.Do(func() { close(hold) }) }
}

func TestOfManyClosesOneWins(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	to := serve(t, echo)
	for range 20 {
		fd := dial(t, d, to)
		var good atomic.Int32
		stops := b.requests[wire.StopClientTCP]
		together(4, func(int) {
			if err := d.Close(fd); err == nil {
				good.Add(1)
			} else {
				assert.ErrorIs(t, err, netdev.ErrInvalidSocketFd)
			}
		})
		assert.EqualValues(t, 1, good.Load())
		assert.Equal(t, stops+1, b.requests[wire.StopClientTCP])
	}
	for range maxSockets {
		dial(t, d, to)
	}
}

// GET_SOCKET reserves nothing: two that connect at once must not get one slot.
func TestConnectionsMadeAtOnceDoNotMix(t *testing.T) {
	d := online(t, emulator.Config{})
	to := serve(t, echo)
	for range 3 {
		together(maxSockets, func(i int) {
			fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
			if !assert.NoError(t, err) || !assert.NoError(t, d.Connect(fd, "", to)) {
				return
			}
			assert.NoError(t, echoOf(d, fd, bytes.Repeat([]byte{byte(i)}, 3000)))
			assert.NoError(t, d.Close(fd))
		})
	}
}

// echoOf sends data and wants it back.
func echoOf(d *Device, fd int, data []byte) error {
	if _, err := d.Send(fd, data, 0, soon()); err != nil {
		return err
	}
	got, buf := []byte(nil), make([]byte, 1000)
	for len(got) < len(data) {
		n, err := d.Recv(fd, buf, 0, soon())
		if err != nil {
			return err
		}
		got = append(got, buf[:n]...)
	}
	if !bytes.Equal(got, data) {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func TestOfManyConnectsOnOneDescriptorOneWins(t *testing.T) {
	d := online(t, emulator.Config{})
	to := serve(t, echo)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	var good atomic.Int32
	together(5, func(int) {
		if err := d.Connect(fd, "", to); err == nil {
			good.Add(1)
		} else {
			assert.ErrorIs(t, err, netdev.ErrInvalidArgument)
		}
	})
	assert.EqualValues(t, 1, good.Load())
	require.NoError(t, echoOf(d, fd, []byte("x")))
	for range maxSockets - 1 {
		dial(t, d, to)
	}
}

func TestSendsThatBindOneUDPSocketShareIt(t *testing.T) {
	lan := emulator.NewMemory(emulator.MemoryConfig{}) // where nobody else takes ports
	d, b := faultyDevice(t, emulator.Config{Network: lan.Node(moduleAddr)})
	fd := udpSocket(t, d, netip.AddrPortFrom(peerAddr, 7))
	together(5, func(int) {
		_, err := d.Send(fd, []byte("x"), 0, soon())
		assert.NoError(t, err)
	})
	assert.Equal(t, 1, b.requests[wire.StartServerTCP])
}

func TestCloseDuringConnect(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	to := serve(t, echo)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	begun, release := stalled(b, wire.StartClientTCP)
	result := make(chan error, 1)
	go func() { result <- d.Connect(fd, "", to) }()
	<-begun
	require.NoError(t, d.Close(fd))
	release()
	assert.ErrorIs(t, <-result, netdev.ErrInvalidSocketFd)
	b.heal()
	for range maxSockets {
		dial(t, d, to)
	}
}

func TestADeadlineHoldsWhileASlowCommandHasTheBus(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	fd := dial(t, d, serve(t, echo))
	begun, release := stalled(b, wire.ReqHostByName)
	defer release()
	slow := make(chan error, 1)
	go func() { _, err := d.GetHostByName("slow.invalid"); slow <- err }()
	<-begun
	for _, call := range []func(time.Time) (int, error){
		func(until time.Time) (int, error) { return d.Recv(fd, make([]byte, 1), 0, until) },
		func(until time.Time) (int, error) { return d.Send(fd, make([]byte, 1), 0, until) },
	} {
		start := time.Now()
		_, err := call(start.Add(20 * time.Millisecond))
		assert.ErrorIs(t, err, netdev.ErrTimeout)
		assert.Less(t, time.Since(start), 5*time.Second)
		var ne net.Error
		assert.ErrorAs(t, err, &ne)
		assert.True(t, ne.Timeout())
	}
	release()
	assert.ErrorIs(t, <-slow, netdev.ErrHostUnknown)
}

func TestALaterNetConnectTakesOver(t *testing.T) {
	d := online(t, emulator.Config{})
	first := make(chan error, 1)
	go func() { first <- d.NetConnect(&netlink.ConnectParams{Ssid: "nowhere", Passphrase: "ninatrace"}) }()
	time.Sleep(20 * time.Millisecond)
	require.NoError(t, d.NetConnect(&home))
	assert.ErrorIs(t, <-first, ErrSuperseded)

	go func() { first <- d.NetConnect(&netlink.ConnectParams{Ssid: "nowhere", Passphrase: "ninatrace"}) }()
	time.Sleep(20 * time.Millisecond)
	d.NetDisconnect()
	assert.ErrorIs(t, <-first, ErrSuperseded)
	require.NoError(t, d.NetConnect(&home))
}

// Everything at once, on all descriptors there are.
func TestMixedLoad(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{Hosts: map[string]netip.Addr{"here.test": netip.MustParseAddr("127.0.0.1")}})
	to, udp := serve(t, echo), udpEcho(t)
	end := time.Now().Add(time.Second)
	var done [4]atomic.Int32
	together(32, func(i int) {
		for time.Now().Before(end) {
			var err error
			switch kind := i % 4; kind {
			case 0:
				err = loadTCP(d, to, byte(i))
				done[0].Add(1)
			case 1:
				err = loadUDP(d, udp, byte(i))
				done[1].Add(1)
			case 2:
				err = loadPoll(d, to)
				done[2].Add(1)
			default:
				_, err = d.GetHostByName("here.test")
				done[3].Add(1)
			}
			if e := (*OpError)(nil); assert.ErrorAsf(t, orNoMore(err), &e, "%v", err) {
				assert.Equal(t, netdev.ErrNoMoreSockets, e.Err, "%v", err)
			}
			time.Sleep(time.Millisecond)
		}
	})
	for i := range done {
		assert.NotZero(t, done[i].Load(), "kind %d", i)
	}
	for range maxSockets {
		dial(t, d, to)
	}
	assert.Empty(t, b.Misuses())
}

// orNoMore makes success look as the one error that may happen.
func orNoMore(err error) error {
	if err == nil {
		return &OpError{Err: netdev.ErrNoMoreSockets}
	}
	return err
}

// loadSocket connects a socket, uses it and closes it.
func loadSocket(d *Device, stype int, to netip.AddrPort, use func(fd int) error) error {
	fd, err := d.Socket(netdev.AF_INET, stype, 0)
	if err != nil {
		return err
	}
	defer d.Close(fd)
	if err := d.Connect(fd, "", to); err != nil {
		return err
	}
	return use(fd)
}

func loadTCP(d *Device, to netip.AddrPort, mark byte) error {
	return loadSocket(d, netdev.SOCK_STREAM, to, func(fd int) error {
		return echoOf(d, fd, bytes.Repeat([]byte{mark}, 2000))
	})
}

func loadUDP(d *Device, to netip.AddrPort, mark byte) error {
	return loadSocket(d, netdev.SOCK_DGRAM, to, func(fd int) error {
		return echoOf(d, fd, bytes.Repeat([]byte{mark}, 200))
	})
}

// loadPoll waits for data that do not come.
func loadPoll(d *Device, to netip.AddrPort) error {
	return loadSocket(d, netdev.SOCK_STREAM, to, func(fd int) error {
		if _, err := d.Recv(fd, make([]byte, 10), 0, time.Now().Add(3*time.Millisecond)); !errors.Is(err, netdev.ErrTimeout) {
			return err
		}
		return nil
	})
}

func TestCloseWhileOthersUseTheDescriptor(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	to := serve(t, echo)
	for range 20 {
		fd := dial(t, d, to)
		together(5, func(i int) {
			var err error
			for err == nil && i > 0 {
				if i%2 == 0 {
					_, err = d.Send(fd, []byte("x"), 0, soon())
				} else {
					_, err = d.Recv(fd, make([]byte, 10), 0, time.Time{})
				}
			}
			if i == 0 {
				time.Sleep(2 * time.Millisecond)
				assert.NoError(t, d.Close(fd))
			} else {
				assert.ErrorIs(t, err, netdev.ErrInvalidSocketFd)
			}
		})
	}
	for range maxSockets {
		dial(t, d, to)
	}
	assert.Empty(t, b.Misuses())
}

// Of two that wait for data the second finds the slot freed already.
func TestTheEndOfAStreamIsToldToAllWhoWait(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	hangUp := make(chan struct{})
	to := serve(t, func(net.Conn) { <-hangUp })
	fd, cut := dial(t, d, to), dial(t, d, serve(t, echo))
	waiting := make(chan struct{}, 3)
	go func() {
		for range 3 {
			<-waiting
		}
		time.Sleep(10 * time.Millisecond)
		close(hangUp)
	}()
	together(3, func(int) {
		waiting <- struct{}{}
		_, err := d.Recv(fd, make([]byte, 1), 0, soon())
		assert.Equal(t, io.EOF, err)
	})
	go func() {
		time.Sleep(10 * time.Millisecond)
		b.DropLink(wire.ReasonBeaconTimeout)
	}()
	together(3, func(int) {
		_, err := d.Recv(cut, make([]byte, 1), 0, soon())
		assert.ErrorIs(t, err, netdev.ErrConnectionReset)
	})
}

// A listener that was made for a descriptor closed meanwhile is kept for the
// next Listen on its port.
func TestCloseDuringListen(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	port := freePort(t)
	fd, err := d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	require.NoError(t, d.Bind(fd, at(port)))
	begun, release := stalled(b, wire.StartServerTCP)
	result := make(chan error, 1)
	go func() { result <- d.Listen(fd, 1) }()
	<-begun
	require.NoError(t, d.Close(fd))
	release()
	assert.ErrorIs(t, <-result, netdev.ErrInvalidSocketFd)
	b.heal()
	b.forge(wire.GetStateTCP, 0xEF, 0, 0xEE, 0)
	fd, err = d.Socket(netdev.AF_INET, netdev.SOCK_STREAM, 0)
	require.NoError(t, err)
	require.NoError(t, d.Bind(fd, at(port)))
	assert.ErrorIs(t, d.Listen(fd, 1), ErrUnsupported)
	b.heal()
	require.NoError(t, d.Listen(fd, 1))
	dialIn(t, d, fd, port)
}
