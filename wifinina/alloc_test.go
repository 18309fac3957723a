package wifinina

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A tracedBus is a faultyBus that counts driver calls.
type tracedBus struct {
	*faultyBus
	begun, ended int
}

func (b *tracedBus) Begin(bus.Call) bus.CallID          { b.begun++; return bus.CallID(b.begun) }
func (b *tracedBus) End(bus.CallID, bus.Op, bus.Result) { b.ended++ }

func TestT31TransactionsAllocateNothing(t *testing.T) {
	for _, traced := range []bool{false, true} {
		d, b := faultyDevice(t, emulator.Config{})
		tracer := &tracedBus{faultyBus: b}
		if traced {
			d.tracer = tracer
		}
		fd := dial(t, d, serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }))
		udp := udpSocket(t, d, udpEcho(t))
		buf, past, data := make([]byte, 100), time.Now().Add(-time.Hour), []byte("data")
		poll := []byte{0xE0, 0x2F, 1, 1, 0, 0xEE, 0xFF, 0xFF}
		b.pieces = make([]int, 0, 100000)
		zero := func(what string, f func()) {
			t.Helper()
			assert.Zero(t, testing.AllocsPerRun(200, f), "%s, traced %v", what, traced)
		}
		zero("Send", func() { d.Send(fd, data, 0, past) })
		zero("Recv without data", func() { d.Recv(fd, buf, 0, past) })
		zero("Recv of UDP without data", func() { d.Recv(udp, buf, 0, past) })
		zero("the state of a slot", func() { d.Exchange(poll, nil, nil) })
		zero("Addr", func() { d.Addr() })
		b.forge(wire.GetDatabufTCP, 0xE0, 0xC5, 1, 0, 2, 'h', 'i', 0xEE)
		zero("Recv", func() { d.Recv(fd, buf, 0, past) })
		b.heal()
		assert.Equal(t, traced, tracer.begun > 1000)
		assert.Equal(t, tracer.begun, tracer.ended)
	}
}

// The emulator serves BSD-style sockets in goroutines, which allocate: here a
// bus of canned replies does.
func TestT31TheBSDEngineAllocatesNothing(t *testing.T) {
	d := canned("2.0.0")
	b := d.bus.(*cannedBus)
	tcp := allotted(t, d, socketState{phase: connected, proto: netdev.IPPROTO_TCP, bsd: true, handle: 54})
	udp := allotted(t, d, socketState{phase: bound, proto: netdev.IPPROTO_UDP, bsd: true, handle: 55})
	to := netip.AddrPortFrom(peerAddr, 9)
	buf, past, data := make([]byte, 100), time.Time{}.Add(-time.Hour), []byte("data") // the bus says that it is the year 1
	zero := func(what string, want int, f func() (int, error)) {
		t.Helper()
		n, _ := f()
		assert.Equal(t, want, n, what)
		assert.Zero(t, testing.AllocsPerRun(200, func() { _, _ = f() }), what)
	}
	f := d.fw.family
	b.can(f, wire.SocketSend, wire.Uint(uint16(4)))
	b.can(f, wire.SocketSendTo, wire.Uint(uint16(4)))
	zero("Send", 4, func() (int, error) { return d.Send(tcp, data, 0, past) })
	zero("SendTo", 4, func() (int, error) { return d.SendTo(udp, data, 0, to, past) })
	b.can(f, wire.SocketRecv, wire.Bytes(data))
	b.can(f, wire.SocketRecvFrom, wire.IP(peerAddr.As4()), wire.Uint(uint16(9)), wire.Bytes(data))
	zero("Recv", 4, func() (int, error) { return d.Recv(tcp, buf, 0, past) })
	zero("RecvFrom", 4, func() (int, error) { n, _, err := d.RecvFrom(udp, buf, 0, past); return n, err })
	b.can(f, wire.SocketRecv, wire.Bytes(nil))
	b.can(f, wire.SocketRecvFrom, wire.IP([4]byte{}), wire.Uint(uint16(0)), wire.Bytes(nil))
	b.can(f, wire.SocketErrno, wire.Uint(uint8(wire.EAGAIN)))
	zero("Recv without data", 0, func() (int, error) { return d.Recv(tcp, buf, 0, past) })
	zero("Recv of UDP without data", 0, func() (int, error) { return d.Recv(udp, buf, 0, past) })
	b.can(f, wire.SocketPoll, wire.Uint(uint8(0)))
	o := d.begin(bus.Call{Op: bus.OpRecv})
	_, err := o.lookup(tcp)
	require.NoError(t, err)
	o.pauses = 1
	zero("idle poll", 0, func() (int, error) { n, _, err := bsdEngine{}.recv(o, buf); return n, err })
}

// allotted returns a descriptor in a state.
func allotted(t *testing.T, d *Device, s socketState) int {
	t.Helper()
	fd, err := d.allot(s)
	require.NoError(t, err)
	return fd
}

// Tracing is a matter of the bus at hand. The stock driver's is a variable of
// the package, for which users edit its source.
func TestReadTracingNeedsNoEditing(t *testing.T) {
	traced, b := faultyDevice(t, emulator.Config{})
	tracer := &tracedBus{faultyBus: b}
	d := New(&Config{Bus: tracer})
	assert.NotNil(t, d.tracer)
	assert.Nil(t, traced.tracer, "and the other is not traced")
	_, _ = d.Addr()
	_, _ = traced.Addr()
	assert.Equal(t, []int{1, 1}, []int{tracer.begun, tracer.ended})
}

// All the memory that a Device takes, the arbiter of its turns and the queue in
// that included. TinyGo aligns as Go does on 386, or in a few places to 8 bytes.
func TestADeviceIsSmall(t *testing.T) {
	turns := unsafe.Sizeof(bus.Turns{}) + 16*unsafe.Sizeof(uint32(0))
	size := unsafe.Sizeof(Device{}) + turns
	t.Logf("a Device has %d bytes, %d of them buffers, %d for its turns", size, unsafe.Sizeof(Device{}.buf)+unsafe.Sizeof(Device{}.vals), turns)
	if unsafe.Sizeof(uintptr(0)) == 4 {
		assert.LessOrEqual(t, size, uintptr(2500))
	}
}

// One transfer per request, at most two per reply: a call per byte costs a board
// more than the wire does (reference §6.3 T-30).
func TestT30FewTransfersPerFrame(t *testing.T) {
	d, b := faultyDevice(t, emulator.Config{})
	fd := dial(t, d, serve(t, echo))
	data, buf := make([]byte, 5000), make([]byte, 2000)
	go d.Send(fd, data, 0, soon())
	for got := 0; got < len(data); {
		n, err := d.Recv(fd, buf, 0, soon())
		require.NoError(t, err)
		got += n
	}
	_, err := d.GetHostByName("nowhere.invalid")
	assert.ErrorIs(t, err, netdev.ErrHostUnknown)
	require.NoError(t, d.Close(fd))
	require.Zero(t, len(b.pieces)%2)
	for i := 0; i < len(b.pieces); i += 2 {
		assert.Equal(t, 1, b.pieces[i], "request %d", i/2)
		assert.Contains(t, []int{1, 2}, b.pieces[i+1], "reply %d", i/2)
	}
}
