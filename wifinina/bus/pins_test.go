package bus

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A handClock moves when somebody sleeps, and by step at every look.
type handClock struct {
	now   time.Time
	step  time.Duration
	slept []time.Duration
}

func (c *handClock) Now() time.Time {
	c.now = c.now.Add(c.step)
	return c.now
}

func (c *handClock) Sleep(d time.Duration) {
	c.slept = append(c.slept, d)
	c.now = c.now.Add(d)
}

// A fakeSPI answers each byte with its complement.
type fakeSPI struct {
	sent [][]byte
	err  error
}

func (s *fakeSPI) Tx(w, r []byte) error {
	s.sent = append(s.sent, append([]byte(nil), w...))
	for i := range r {
		r[i] = ^w[i]
	}
	return s.err
}

// A bench is a PinBus on fakes.
type bench struct {
	*PinBus
	spi   fakeSPI
	clock handClock
	lines []string // what happened to the pins, in order
	pins  Pins
	ready func(now time.Time) bool
}

func (b *bench) line(name string) func(bool) {
	return func(high bool) {
		level := " low"
		if high {
			level = " high"
		}
		b.lines = append(b.lines, name+level)
	}
}

func newBench(change func(*Pins)) *bench {
	b := &bench{clock: handClock{now: time.Unix(1000, 0), step: 10 * time.Microsecond}}
	b.ready = func(time.Time) bool { return false }
	b.pins = Pins{
		Select: b.line("CS"), Reset: b.line("RESETN"), GPIO0: b.line("GPIO0"),
		Ready:      func() bool { return b.ready(b.clock.now) },
		FloatGPIO0: func() { b.lines = append(b.lines, "GPIO0 floats") },
	}
	if change != nil {
		change(&b.pins)
	}
	b.PinBus = NewPins(&b.spi, b.pins, &b.clock)
	return b
}

func TestSelectIsActiveLowAndIdleHigh(t *testing.T) {
	b := newBench(nil)
	require.NoError(t, b.Select())
	at, err := b.Deselect()
	require.NoError(t, err)
	assert.Equal(t, b.clock.now, at, "the time of the edge, by the clock of the bus")
	assert.Equal(t, []string{"CS high", "CS low", "CS high"}, b.lines)
}

func TestResetHasThePolarityOfTheBoard(t *testing.T) {
	for _, inverted := range []bool{false, true} {
		b := newBench(func(p *Pins) { p.ResetActiveHigh = inverted })
		require.NoError(t, b.Reset(true))
		require.NoError(t, b.Reset(false))
		want := []string{"CS high", "RESETN low", "RESETN high"}
		if inverted {
			want = []string{"CS high", "RESETN high", "RESETN low"}
		}
		assert.Equal(t, want, b.lines)
	}
}

func TestGPIO0IsDrivenAndThenFloats(t *testing.T) {
	b := newBench(nil)
	for _, d := range []Drive{High, Low, Released} {
		require.NoError(t, b.DriveGPIO0(d))
	}
	assert.Equal(t, []string{"CS high", "GPIO0 high", "GPIO0 low", "GPIO0 floats"}, b.lines)
}

func TestPinsThatAreNotWiredDoNothing(t *testing.T) {
	b := newBench(func(p *Pins) { p.Reset, p.GPIO0, p.FloatGPIO0 = nil, nil, nil })
	require.NoError(t, b.Reset(true))
	require.NoError(t, b.DriveGPIO0(High))
	require.NoError(t, b.DriveGPIO0(Released))
	assert.Equal(t, []string{"CS high"}, b.lines)
	high, err := b.Attention()
	require.NoError(t, err)
	assert.True(t, high, "without the line there may always be something to read")
}

func TestAttentionReadsThePin(t *testing.T) {
	level := false
	b := newBench(func(p *Pins) { p.Attention = func() bool { return level } })
	for _, level = range []bool{true, false} {
		high, err := b.Attention()
		require.NoError(t, err)
		assert.Equal(t, level, high)
	}
}

func TestReadingSendsFF(t *testing.T) {
	b := newBench(nil)
	r := []byte{1, 2, 3}
	require.NoError(t, b.Tx(nil, r))
	assert.Equal(t, [][]byte{{0xFF, 0xFF, 0xFF}}, b.spi.sent)
	assert.Equal(t, []byte{0, 0, 0}, r)
}

func TestTxPassesBytesAndErrorsOn(t *testing.T) {
	b := newBench(nil)
	require.NoError(t, b.Tx(nil, nil))
	require.NoError(t, b.Tx([]byte{}, nil))
	assert.Empty(t, b.spi.sent, "no bytes do nothing")
	r := make([]byte, 2)
	require.NoError(t, b.Tx([]byte{0xE0, 0x37}, r))
	assert.Equal(t, []byte{0x1F, 0xC8}, r)
	b.spi.err = errors.New("no SPI")
	assert.Equal(t, b.spi.err, b.Tx([]byte{1}, nil))
	assert.Equal(t, b.spi.err, b.Tx(nil, r))
}

func TestWaitReadyTakesNoTimeWhenTheLevelIsThere(t *testing.T) {
	b := newBench(nil)
	before := b.clock.now
	waited, err := b.WaitReady(Armed, 0)
	require.NoError(t, err)
	assert.Zero(t, waited)
	assert.Equal(t, before, b.clock.now, "not even a look at the clock")
}

func TestWaitReadySpinsAtFirst(t *testing.T) {
	b := newBench(nil)
	at := b.clock.now.Add(300 * time.Microsecond)
	b.ready = func(now time.Time) bool { return !now.Before(at) }
	waited, err := b.WaitReady(Busy, time.Second)
	require.NoError(t, err)
	assert.InDelta(t, 300, waited.Microseconds(), 30)
	assert.Empty(t, b.clock.slept)
}

func TestWaitReadySleepsWhenItTakesLonger(t *testing.T) {
	b := newBench(nil)
	at := b.clock.now.Add(20 * time.Millisecond)
	b.ready = func(now time.Time) bool { return !now.Before(at) }
	waited, err := b.WaitReady(Busy, time.Second)
	require.NoError(t, err)
	assert.InDelta(t, 20000, waited.Microseconds(), 500)
	assert.Greater(t, len(b.clock.slept), 50)
	assert.Less(t, len(b.clock.slept), 100)
}

func TestWaitReadyGivesUp(t *testing.T) {
	for _, timeout := range []time.Duration{0, time.Millisecond, 100 * time.Millisecond} {
		b := newBench(nil)
		waited, err := b.WaitReady(Busy, timeout)
		assert.Equal(t, ErrReadyTimeout, err)
		assert.GreaterOrEqual(t, waited, timeout)
		assert.Less(t, waited, timeout+time.Millisecond)
	}
}

func TestNewPinsTakesTheSystemClock(t *testing.T) {
	b := NewPins(&fakeSPI{}, Pins{Select: func(bool) {}, Ready: func() bool { return false }}, nil)
	at, err := b.Deselect()
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Minute)
}
