package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

const (
	askStatus  = "e02000ee"
	isIdle     = "e0a0010100ee0000"
	askVersion = "e03700ee"
	isVersion  = "e0b70106322e302e3000ee00"
)

func TestReadyFollowsTheWindows(t *testing.T) {
	h := newHost(t, Config{})
	level := func(want bus.Ready) {
		t.Helper()
		d, err := h.WaitReady(want, 0)
		require.NoError(t, err)
		require.Zero(t, d)
	}
	h.await(bus.Armed)
	require.NoError(t, h.Select())
	level(bus.Busy)
	require.NoError(t, h.Tx(unhex(t, askStatus), make([]byte, 4)))
	level(bus.Busy)
	_, err := h.Deselect()
	require.NoError(t, err)
	level(bus.Armed)
	require.NoError(t, h.Select())
	level(bus.Busy)
	_, err = h.Deselect()
	require.NoError(t, err)
	level(bus.Armed)
}

func TestIdleLevelOfMISO(t *testing.T) {
	for _, idle := range []byte{0x00, 0xFF} {
		h := newHost(t, Config{IdleMISO: idle})
		r := fill(4, 0xA5)
		require.NoError(t, h.Tx(fill(4, 0xFF), r), "without a select")
		assert.Equal(t, fill(4, idle), r)
		assert.Equal(t, fill(4, idle), h.window(unhex(t, askStatus)), "during a command")
		reply := h.window(fill(12, 0xFF))
		assert.Equal(t, unhex(t, isIdle), reply[:8], "the reply with its padding")
		assert.Equal(t, fill(4, idle), reply[8:], "behind the armed reply")
	}
}

func TestSelectWithoutClocks(t *testing.T) {
	h := newHost(t, Config{})
	h.window(nil) // ignored and armed again: no reply follows
	h.expect(askStatus, isIdle)

	h.write(askStatus)
	h.window(nil) // ends the armed reply
	h.expect(askVersion, isVersion)
}

func TestReplyReadInPart(t *testing.T) {
	h := newHost(t, Config{})
	h.expect(askVersion, "e0b701")
	h.expect(askStatus, isIdle)
}

func TestReplyReadInPieces(t *testing.T) {
	h := newHost(t, Config{})
	h.write(askVersion)
	h.await(bus.Armed)
	require.NoError(t, h.Select())
	got := make([]byte, 12)
	for i := range got {
		require.NoError(t, h.Tx([]byte{0xFF}, got[i:i+1]))
	}
	_, err := h.Deselect()
	require.NoError(t, err)
	assert.Equal(t, unhex(t, isVersion), got)
}

// TestParity: a host that skips a window reads the old reply into its command
// and has its dummies taken for one.
func TestParity(t *testing.T) {
	h := newHost(t, Config{})
	h.write(askVersion)
	got := h.window(unhex(t, askStatus)) // should have been the reply
	assert.Equal(t, unhex(t, isVersion)[:4], got)
	h.window(fill(8, 0xFF)) // taken for a command
	assert.Equal(t, "ef00ee0000000000", h.read(8))
	h.expect(askStatus, isIdle) // by chance in step again
}

// TestOddTail: the DMA stores whole words.
func TestOddTail(t *testing.T) {
	h := newHost(t, Config{})
	h.expect("e03700", "ef00ee00") // not even the first word
	h.expect("e0 50 02 01 19 01 01 ee", "e0d0010101ee")
	h.expect("e0 51 02 01 19 01 01", "e0d1010101ee") // the value is lost with the tail
	h.expect("e0 53 01 01 19 ee ff ff", "e0d3010100ee")
}

// TestNothingOfTheLastCommandIsLeft: what the host does not send reads as 00.
func TestNothingOfTheLastCommandIsLeft(t *testing.T) {
	h := newHost(t, Config{})
	h.expect("e0 51 02 01 19 01 01 ee", "e0d1010101ee")
	h.expect("e0 51 02 01", "e0d1010101ee") // pin 0
	h.expect("e0 53 01 01 19 ee ff ff", "e0d3010101ee")
	h.expect("e0 53 01 01 00 ee ff ff", "e0d3010100ee")
}

func TestCommandLongerThanTheBuffer(t *testing.T) {
	h := newHost(t, Config{})
	long := append(unhex(t, askVersion), fill(5000, 0xFF)...)
	h.window(long)
	assert.Equal(t, isVersion, h.read(12))
	h.expect(askStatus, isIdle)
}

func TestSelectWhileNothingIsArmed(t *testing.T) {
	clock := newHandClock(time.Unix(1e9, 0))
	h := newHost(t, Config{Clock: clock, BootTime: time.Second})
	require.NoError(t, h.Select())
	clock.Sleep(time.Second) // armed while selected: this select has no part in it
	require.NoError(t, h.Tx(unhex(t, askStatus), make([]byte, 4)))
	_, err := h.Deselect()
	require.NoError(t, err)
	h.expect(askVersion, isVersion)
}

func TestErrorReplies(t *testing.T) {
	h := newHost(t, Config{})
	for _, request := range []string{
		"e00000ee", // no such command
		"e03800ee", // STOP_SERVER_TCP, in no release
		"e0b700ee", // reply bit
		"e13700ee", // start byte
		"ffffffff",
	} {
		h.expect(request, "ef00ee00")
	}
	h.expect("e0370000", isVersion) // END is not looked at,
	h.expect("e03705ee", isVersion) // the count neither
}

func TestWaitReadyMeasuresOnTheClock(t *testing.T) {
	clock := newHandClock(time.Unix(1e9, 0))
	h := newHost(t, Config{Clock: clock, BootTime: RealBootTime})
	d, err := h.WaitReady(bus.Armed, 100*time.Millisecond)
	require.ErrorIs(t, err, bus.ErrReadyTimeout)
	assert.Equal(t, 100*time.Millisecond, d)
	d, err = h.WaitReady(bus.Armed, 10*time.Second)
	require.NoError(t, err)
	assert.Equal(t, RealBootTime-100*time.Millisecond, d)
	d, err = h.WaitReady(bus.Armed, 0)
	require.NoError(t, err)
	assert.Zero(t, d)
}

func TestDeselectTellsTheTime(t *testing.T) {
	clock := newHandClock(time.Unix(1e9, 0))
	h := newHost(t, Config{Clock: clock})
	clock.Sleep(time.Hour)
	now, err := h.Deselect()
	require.NoError(t, err)
	assert.Equal(t, clock.Now(), now)
}

// exchangesBar is how many trivial exchanges a second the emulator must do
// unpaced. It does several times as many.
const exchangesBar = 200_000

// BenchmarkTrivialExchange asks for the status, and fails below the bar.
func BenchmarkTrivialExchange(b *testing.B) {
	e := New(Config{})
	defer e.Close()
	request, reply, dummy := []byte{0xE0, 0x20, 0x00, 0xEE}, make([]byte, 8), fill(8, 0xFF)
	window := func(w, r []byte) {
		e.WaitReady(bus.Armed, time.Second)
		e.Select()
		e.WaitReady(bus.Busy, time.Second)
		e.Tx(w, r)
		e.Deselect()
	}
	b.ReportAllocs()
	for b.Loop() {
		window(request, reply[:4])
		window(dummy, reply)
	}
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "exchanges/s")
	b.ReportMetric(rate/exchangesBar, "of-the-bar")
	if rate < exchangesBar {
		b.Errorf("%.0f exchanges a second, the bar is %d", rate, exchangesBar)
	}
}

func TestTrivialExchangeAllocatesNothing(t *testing.T) {
	h := newHost(t, Config{})
	request, reply, dummy := unhex(t, askStatus), make([]byte, 8), fill(8, 0xFF)
	window := func(w, r []byte) {
		h.WaitReady(bus.Armed, patience)
		h.Select()
		h.WaitReady(bus.Busy, patience)
		h.Tx(w, r)
		h.Deselect()
	}
	window(request, reply[:4])
	window(dummy, reply)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		window(request, reply[:4])
		window(dummy, reply)
	}))
	require.Equal(t, unhex(t, isIdle), reply)
}
