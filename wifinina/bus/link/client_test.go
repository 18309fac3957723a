package link_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/bus/link"
	"github.com/ninatrace/ninatrace/wifinina/emulator"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A tap is a connection that keeps what is written to it.
type tap struct {
	net.Conn
	mu     sync.Mutex
	wrote  []string
	window int // zero: as the Client has it
}

func (t *tap) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.wrote = append(t.wrote, string(p))
	t.mu.Unlock()
	return t.Conn.Write(p)
}

func (t *tap) Window() int {
	if t.window == 0 {
		return 1 << 20
	}
	return t.window
}

// took returns what was written since it was called last.
func (t *tap) took() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.wrote
	t.wrote = nil
	return w
}

// between returns a Client of a server on b, and what goes to the server.
func between(t *testing.T, b bus.Bus) (*link.Client, *tap) {
	host, far := net.Pipe()
	ended := make(chan error, 1)
	go func() {
		defer far.Close()
		ended <- link.Serve(far, b, "a test")
	}()
	wire := &tap{Conn: host}
	c := link.NewClient(wire)
	t.Cleanup(func() {
		c.Close()
		<-ended
	})
	return c, wire
}

func TestAClientDoesWhatABusDoes(t *testing.T) {
	b := &scriptedBus{armed: []byte{7, 8, 9}, attention: true}
	c, _ := between(t, b)
	require.NoError(t, c.Select())
	require.NoError(t, c.Tx([]byte{0xE0, 0x37}, nil))
	r := make([]byte, 2)
	require.NoError(t, c.Tx(nil, r))
	assert.Equal(t, []byte{9, 0xFF}, r, "two were dropped")
	require.NoError(t, c.Tx([]byte{1, 2}, r))
	require.NoError(t, c.Tx(nil, nil))
	require.NoError(t, c.Tx([]byte{}, nil))
	before := time.Now()
	at, err := c.Deselect()
	require.NoError(t, err)
	assert.WithinRange(t, at, before, time.Now())
	for _, d := range []bus.Drive{bus.Low, bus.High, bus.Released} {
		require.NoError(t, c.DriveGPIO0(d))
	}
	require.NoError(t, c.Reset(true))
	require.NoError(t, c.Reset(false))
	high, err := c.Attention()
	require.NoError(t, err)
	assert.True(t, high)
	text, err := c.Ident()
	require.NoError(t, err)
	assert.Equal(t, "a test", text)
	assert.Equal(t, []string{"select", "tx e037", "tx ffff", "tx 0102", "deselect",
		"drive 1", "drive 2", "drive 0", "reset true", "reset false", "attention"}, b.did)
	assert.NoError(t, c.Err())
}

func TestWaitReadyWaitsOnTheOtherSide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &scriptedBus{ready: bus.Busy}
		c, wire := between(t, b)
		waited, err := c.WaitReady(bus.Busy, time.Second)
		assert.NoError(t, err)
		assert.Zero(t, waited)
		_, err = c.WaitReady(bus.Armed, 0)
		assert.Equal(t, bus.ErrReadyTimeout, err)
		_, err = c.WaitReady(bus.Armed, -time.Hour)
		assert.Equal(t, bus.ErrReadyTimeout, err)
		assert.Equal(t, []string{"RW\x01\x00\x03\x0D\x40", "R", "R"}, wire.took(), "a time of zero looks once")

		b.changes = true
		_, err = c.WaitReady(bus.Armed, 1500*time.Nanosecond)
		assert.NoError(t, err)
		assert.Equal(t, []string{"RW\x00\x00\x00\x00\x02"}, wire.took(), "rounded up")
	})
}

// A long wait is made of short ones: nobody waits for a host that is gone, and
// a wait ends when its time is up.
func TestALongWaitIsMadeOfShortOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chip := emulator.New(emulator.Config{BootTime: time.Hour})
		defer chip.Close()
		c, wire := between(t, chip)
		waited, err := c.WaitReady(bus.Armed, 500*time.Millisecond)
		assert.Equal(t, bus.ErrReadyTimeout, err)
		assert.Equal(t, 500*time.Millisecond, waited)
		assert.Equal(t, []string{"RW\x00\x00\x03\x0D\x40", "W\x00\x00\x03\x0D\x40", "W\x00\x00\x01\x86\xA0"}, wire.took())
		waited, err = c.WaitReady(bus.Armed, 2*time.Hour)
		assert.NoError(t, err)
		assert.Equal(t, time.Hour-500*time.Millisecond, waited)
		c.Close()
	})
}

// What an exchange costs: each piece that ends with R, W or bytes somebody
// wants is a round trip, the others are not waited for.
func TestAnExchangeHasFiveRoundTrips(t *testing.T) {
	chip := emulator.New(emulator.Config{})
	defer chip.Close()
	c, tap := between(t, chip)
	d := wifinina.New(&wifinina.Config{Bus: c, BootTime: 5 * time.Millisecond})
	require.NoError(t, d.Start())
	tap.took()
	require.NoError(t, d.Exchange(wire.AppendRequest(nil, wire.GetConnStatus), nil, nil))
	const limit, ack, armed = "\x00\x03\x0D\x40", "\x00\x01\x86\xA0", "\x00"
	assert.Equal(t, []string{
		"RW\x00" + limit,
		"LRW\x01" + ack,
		"T\x00\x04\xE0\x20\x00\xEE" + "H",
		"RW\x00" + limit,
		"LRW\x01" + ack,
		"T\x00\x06\xFF\xFF\xFF\xFF\xFF\xFF",
		"H",
	}, tap.took())
}

// However long a transfer, no more is on the way without an answer than the
// connection takes.
func TestLittleIsOnTheWay(t *testing.T) {
	for _, window := range []int{0, 16, 100, 1 << 20} {
		b := &scriptedBus{}
		for i := range 20000 {
			b.armed = append(b.armed, byte(i*7))
		}
		host, far := net.Pipe()
		go link.Serve(far, b, "")
		tap := &tap{Conn: host, window: window}
		c := link.NewClient(tap)
		require.NoError(t, c.Tx(make([]byte, 9000), nil))
		r := make([]byte, 10000)
		require.NoError(t, c.Tx(nil, r))
		for i := range r {
			require.Equal(t, byte((i+9000)*7), r[i])
		}
		for _, w := range tap.took() {
			assert.LessOrEqual(t, len(w), max(16, min(tap.Window(), 4096)))
		}
		for range 2000 {
			require.NoError(t, c.Select())
		}
		require.NoError(t, c.Close())
	}
}

func TestAClientAllocatesNothing(t *testing.T) {
	chip := emulator.New(emulator.Config{BootTime: -1})
	defer chip.Close()
	host, far := net.Pipe()
	go link.Serve(far, chip, "")
	c := link.NewClient(host)
	defer c.Close()
	req := wire.AppendRequest(nil, wire.GetConnStatus)
	reply := make([]byte, 6)
	exchange := func() {
		window(t, c, req, nil)
		window(t, c, nil, reply)
	}
	exchange()
	assert.Zero(t, testing.AllocsPerRun(200, exchange), "nor does the server")
}

// window is one transaction.
func window(t testing.TB, b bus.Bus, w, r []byte) {
	_, err := b.WaitReady(bus.Armed, time.Second)
	require.NoError(t, err)
	require.NoError(t, b.Select())
	_, err = b.WaitReady(bus.Busy, time.Second)
	require.NoError(t, err)
	require.NoError(t, b.Tx(w, r))
	_, err = b.Deselect()
	require.NoError(t, err)
}

func TestAClosedClientSaysSo(t *testing.T) {
	host, far := net.Pipe()
	c := link.NewClient(host)
	got := make(chan string)
	go func() {
		b, _ := io.ReadAll(far)
		got <- string(b)
	}()
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())
	assert.Equal(t, "Q", <-got)
	assert.Equal(t, bus.ErrClosed, c.Select())
	assert.Equal(t, bus.ErrClosed, c.Reset(true))
	assert.Equal(t, bus.ErrClosed, c.Err())
	_, err := c.Ident()
	assert.Equal(t, bus.ErrClosed, err)
}

func TestCloseEndsACallAtWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, far := net.Pipe()
		go io.Copy(io.Discard, far) // never answers
		c := link.NewClient(host)
		start := time.Now()
		time.AfterFunc(50*time.Millisecond, func() { c.Close() })
		_, err := c.WaitReady(bus.Armed, time.Minute)
		assert.Equal(t, bus.ErrClosed, err)
		assert.Equal(t, 50*time.Millisecond, time.Since(start))
	})
}

// What an exchange of the driver's kind costs over TCP on this machine.
func BenchmarkClientOverTCP(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	go (&link.Server{PowerOn: emulators}).Serve(b.Context(), l)
	c, err := link.Dial(b.Context(), l.Addr().String())
	require.NoError(b, err)
	defer c.Close()
	req := wire.AppendRequest(nil, wire.GetConnStatus)
	reply := make([]byte, 6)
	b.ReportAllocs()
	for b.Loop() {
		window(b, c, req, nil)
		window(b, c, nil, reply)
	}
}
