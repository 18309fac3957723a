package replay

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/netdev"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A link is a bus on which what the test says happens, to be recorded.
type link struct {
	bus.Bus
	now   time.Time
	waits []error // of the waits to come
	tx    []error // of the transfers to come
	gpio0 bool
}

func (l *link) Select() error { return nil }

func (l *link) Deselect() (time.Time, error) {
	l.now = l.now.Add(time.Millisecond)
	return l.now, nil
}

func (l *link) WaitReady(bus.Ready, time.Duration) (time.Duration, error) {
	l.now = l.now.Add(time.Millisecond)
	return time.Millisecond, pop(&l.waits)
}

func (l *link) Tx(_, r []byte) error {
	clear(r)
	return pop(&l.tx)
}

func (l *link) Reset(bool) error           { return nil }
func (l *link) DriveGPIO0(bus.Drive) error { return nil }
func (l *link) Attention() (bool, error)   { return l.gpio0, nil }
func (l *link) Now() time.Time             { return l.now }
func (l *link) Sleep(time.Duration)        {}

// pop returns the next error, nil when there are no more.
func pop(list *[]error) error {
	if len(*list) == 0 {
		return nil
	}
	err := (*list)[0]
	*list = (*list)[1:]
	return err
}

// What a driver meets on the bus while it is recorded it meets again.
func TestTheBusFailsAsItDid(t *testing.T) {
	frame := func(n int) []byte { return bytes.Repeat([]byte("\xE0\x37\x00\xEE"), n/4) }
	for name, c := range map[string]struct {
		waits, tx []error
		drive     func(b bus.Bus) []error
	}{
		"a wait times out": {waits: []error{bus.ErrReadyTimeout}, drive: func(b bus.Bus) []error {
			return []error{wait(b, bus.Armed), wait(b, bus.Armed), send(b, frame(4))}
		}},
		"a wait fails": {waits: []error{bus.ErrLink}, drive: func(b bus.Bus) []error {
			return []error{wait(b, bus.Armed)}
		}},
		"a wait without a select": {drive: func(b bus.Bus) []error {
			return []error{wait(b, bus.Armed), b.Reset(true), wait(b, bus.Busy), b.Reset(false)}
		}},
		"READY does not acknowledge": {waits: []error{nil, bus.ErrReadyTimeout}, drive: func(b bus.Bus) []error {
			return []error{wait(b, bus.Armed), b.Select(), wait(b, bus.Busy), deselect(b), send(b, frame(4))}
		}},
		"a short transfer fails": {tx: []error{bus.ErrLink}, drive: func(b bus.Bus) []error {
			return []error{send(b, frame(8)), send(b, frame(8))}
		}},
		"a long transfer fails": {tx: []error{nil, bus.ErrLink}, drive: func(b bus.Bus) []error {
			return []error{send(b, frame(2000)), send(b, frame(8))}
		}},
		"nothing is clocked": {drive: func(b bus.Bus) []error {
			return []error{b.Select(), b.Tx(nil, nil), deselect(b), deselect(b)}
		}},
		"bytes without a select": {drive: func(b bus.Bus) []error {
			return []error{b.Tx([]byte{1, 2, 3}, make([]byte, 3)), b.Tx(nil, make([]byte, 600)), send(b, frame(4))}
		}},
		"lines": {drive: func(b bus.Bus) []error {
			return []error{b.DriveGPIO0(bus.High), b.Reset(true), b.Reset(false), b.DriveGPIO0(bus.Low), b.DriveGPIO0(bus.Released)}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := &link{now: epoch}
			var out bytes.Buffer
			rec, err := capture.NewRecorder(l, &out, nil, capture.Config{Clock: l})
			require.NoError(t, err)
			send(rec, frame(4)) // for a trace that has a window at least
			l.waits, l.tx = c.waits, c.tx
			then := c.drive(rec)
			require.NoError(t, rec.Close())

			b := NewBus(load(t, out.Bytes()))
			require.NoError(t, send(b, frame(4)))
			assert.Equal(t, then, c.drive(b))
			if d := b.Finish(); d != nil {
				t.Error(d.Report())
			}
			assert.ErrorIs(t, b.Select(), bus.ErrClosed)
		})
	}
}

func wait(b bus.Bus, level bus.Ready) error {
	d, err := b.WaitReady(level, time.Second)
	if d != time.Millisecond {
		return errors.New("a wait of another length")
	}
	return err
}

func deselect(b bus.Bus) error {
	_, err := b.Deselect()
	return err
}

func send(b bus.Bus, frame []byte) error {
	err := errors.Join(b.Select(), b.Tx(frame, nil))
	_, _ = b.Deselect()
	if err != nil {
		return bus.ErrLink
	}
	return nil
}

// GPIO0 changes when the driver looks; how often it looks is not recorded.
func TestAttentionChangesAsItDid(t *testing.T) {
	l := &link{now: epoch}
	var out bytes.Buffer
	rec, err := capture.NewRecorder(l, &out, nil, capture.Config{Clock: l})
	require.NoError(t, err)
	look := func(b bus.Bus) bool {
		high, err := b.Attention()
		require.NoError(t, err)
		return high
	}
	for _, high := range []bool{false, false, true, true, false} {
		l.gpio0 = high
		look(rec)
	}
	send(rec, []byte{1, 2, 3, 4})
	require.NoError(t, rec.Close())

	b := NewBus(load(t, out.Bytes()))
	assert.Equal(t, []bool{false, true, false, false}, []bool{look(b), look(b), look(b), look(b)})
	require.NoError(t, send(b, []byte{1, 2, 3, 4}))
	assert.Nil(t, b.Finish())
}

// Whoever waits for a time by the clock of a replay gets there.
func TestASleepMovesTheClock(t *testing.T) {
	b := NewBus(load(t, record(t, echoes(t, echoServer(t)))))
	until := b.Now().Add(time.Hour)
	for n := 0; b.Now().Before(until); n++ {
		require.Less(t, n, 100)
		b.Sleep(time.Minute)
	}
	b.Sleep(-time.Hour)
	b.Sleep(1<<63 - 1)
	assert.False(t, b.Now().Before(until), "time never goes back")
	b.Finish()
}

// The payload of a call that failed is not in the trace, or not all of it.
func TestAPayloadThatWasNotSent(t *testing.T) {
	to := echoServer(t)
	requireOK(t, load(t, record(t, func(dev netdev.Device) {
		join(t, dev)
		_, err := dev.Send(5, []byte("never sent"), 0, time.Time{})
		require.Error(t, err)
		fd := dial(t, dev, to)
		_, err = dev.Send(fd, nil, 0, time.Time{})
		require.NoError(t, err)
		_, err = dev.Recv(fd, nil, 0, time.Time{})
		require.NoError(t, err)
	})).Replay(driver))
}

// A recorder may withhold payload too. Then any of its length will do.
func TestAPayloadThatWasWithheld(t *testing.T) {
	s := &script{t: t, all: records(t, record(t, echoes(t, echoServer(t), "one")))}
	w := &s.all[s.request(wire.SendDataTCP)].Window
	w.Masks = []capture.Span{{Off: 8, Len: 3}}
	w.Status |= capture.HasMasks
	requireOK(t, load(t, sealed(t, s.all)).Replay(driver))
}

// What the driver's own Exchange sent is sent again.
func TestARecordedExchangeReplays(t *testing.T) {
	file := record(t, func(dev netdev.Device) {
		join(t, dev)
		temperature := wire.AppendRequest(nil, wire.GetTemperature)
		require.NoError(t, dev.(Exchanger).Exchange(temperature, nil, nil))
	})
	requireOK(t, load(t, file).Replay(driver))
	r := load(t, file).Replay(func(b bus.Bus, c bus.Clock) netdev.Device { return mute{driver(b, c)} })
	require.NotNil(t, r.Divergence)
	assert.Contains(t, r.Divergence.What, "the driver has no method for a recorded call")
}

// A call of a later version of the format can't be made.
func TestACallThatNobodyKnows(t *testing.T) {
	s := &script{t: t, all: records(t, record(t, echoes(t, echoServer(t))))}
	s.call(capture.KindBegin, bus.OpClose).Call.Op = 200
	r := load(t, sealed(t, s.all)).Replay(driver)
	require.NotNil(t, r.Divergence)
	assert.Contains(t, r.Divergence.What, "the driver has no method for a recorded call")
}
