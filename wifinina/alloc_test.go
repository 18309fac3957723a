package wifinina

import (
	"io"
	"net"
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

func TestTransactionsAllocateNothing(t *testing.T) {
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
