package capture

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

const (
	ns = time.Nanosecond
	us = time.Microsecond
)

func TestTheHeadOfARecording(t *testing.T) {
	labels := []Label{{"board", "nano-rp2040"}, {"driver", "wifinina"}}
	tp := newTape(t, nil, Config{Labels: labels})
	require.NoError(t, tp.Close())
	head := read(t, tp.file.Bytes())[0]
	assert.Equal(t, KindStart, head.Kind)
	assert.True(t, epoch.Equal(head.Wall))
	assert.Equal(t, labels, head.Labels)
}

// The clock of a board that nobody has set does not count as a wall clock.
func TestAnUnsetClockIsNoWallClock(t *testing.T) {
	link := newFakeBus()
	link.clock.t = time.Unix(12, 0)
	var file bytes.Buffer
	r, err := NewRecorder(link, &file, nil, Config{Clock: link.clock})
	require.NoError(t, err)
	require.NoError(t, r.Close())
	assert.True(t, read(t, file.Bytes())[0].Wall.IsZero())
}

func TestEveryMethodOfTheBusIsRecorded(t *testing.T) {
	tp := newTape(t, nil, Config{})
	tp.DriveGPIO0(bus.High)
	tp.Reset(true)
	tp.clock.Sleep(10 * us)
	tp.Reset(false)
	tp.DriveGPIO0(bus.Low)
	tp.DriveGPIO0(bus.Released)
	tp.Attention()
	tp.Attention()
	tp.link.gpio0 = true
	tp.Attention()
	tp.link.wait, tp.link.fail = 7*us, bus.ErrReadyTimeout
	tp.WaitReady(bus.Busy, 7*us)
	tp.link.wait, tp.link.fail = 0, nil
	tp.Note("hello")
	tp.link.reply = []byte{1, 2, 3, 4}
	tp.window(0, 5*us, send(tp, "abcd"))

	assert.Equal(t, []Record{
		{Kind: KindPin, Pin: PinStrap, High: true},
		{Kind: KindPin, Pin: PinReset},
		{Kind: KindPin, Time: 10 * us, Pin: PinReset, High: true},
		{Kind: KindPin, Time: 10 * us, Pin: PinStrap},
		{Kind: KindPin, Time: 10 * us, Pin: PinFloat},
		{Kind: KindPin, Time: 10 * us, Pin: PinGPIO0},
		{Kind: KindPin, Time: 10 * us, Pin: PinGPIO0, High: true},
		{Kind: KindWait, Time: 17 * us, High: true, Window: Window{Wait: 7 * us, Status: WaitTimedOut}},
		{Kind: KindNote, Time: 17 * us, Text: []byte("hello")},
		{Kind: KindWindow, Time: 17 * us, Window: Window{
			Ack: 5 * us, Dur: 4 * us, MOSI: []byte("abcd"), MISO: []byte{1, 2, 3, 4}}},
	}, tp.records(t))
}

func (tp *tape) window(wait, ack time.Duration, txs ...func()) time.Time {
	return tp.link.window(tp, wait, ack, txs...)
}

// What the driver is told and what is recorded are the same times, rounded
// down to the tick.
func TestTimesAreThoseTheDriverSaw(t *testing.T) {
	for _, tick := range []time.Duration{ns, 100 * ns, us, 10 * us} {
		tp := newTape(t, nil, Config{Tick: tick})
		rng := rand.New(rand.NewPCG(5, 6))
		var ends []time.Time
		var waits, acks []time.Duration
		for range 300 {
			tp.clock.Sleep(time.Duration(rng.IntN(100000)) * ns)
			tp.link.wait = time.Duration(rng.IntN(50000)) * ns
			wait, err := tp.WaitReady(bus.Armed, time.Second)
			require.NoError(t, err)
			require.Zero(t, wait%tick)
			require.Less(t, tp.link.wait-wait, tick)
			tp.Select()
			ack, _ := tp.WaitReady(bus.Busy, time.Second)
			send(tp, strings.Repeat("x", rng.IntN(30)))()
			end, _ := tp.Deselect()
			require.Less(t, tp.clock.Now().Sub(end), tick)
			waits, acks, ends = append(waits, wait), append(acks, ack), append(ends, end)
		}
		for i, rec := range tp.records(t) {
			require.Equal(t, ends[i], epoch.Add(rec.Window.End(rec.Time)))
			require.Equal(t, waits[i], rec.Window.Wait)
			require.Equal(t, acks[i], rec.Window.Ack)
		}
	}
}

// A driver may read a reply in as many transfers as it likes.
func TestTransfersOfAWindowAreOneWindow(t *testing.T) {
	for _, parts := range [][]int{{8}, {3, 5}, {1, 1, 1}, {8, 8, 1}, {16, 1}, {1, 100}, {100, 1, 1}, {8, 1436, 3}, {600, 600}} {
		tp := newTape(t, nil, Config{})
		total := 0
		var txs []func()
		for _, n := range parts {
			txs = append(txs, receive(tp, n))
			total += n
		}
		reply := make([]byte, total)
		for i := range reply {
			reply[i] = byte(i*7 + i/256)
		}
		for range 2 {
			tp.link.reply = reply
			tp.window(0, 0, txs...)
		}
		got := tp.windows(t)
		require.Len(t, got, 2)
		for _, w := range got {
			require.Equal(t, reply, w.MISO, "%v", parts)
			require.Equal(t, bytes.Repeat([]byte{0xFF}, total), w.MOSI)
			require.Zero(t, w.Status)
		}
	}
}

// The recorder looks at what comes in while the driver only sends, and the
// driver's bytes go out as they are.
func TestWhatComesInDuringARequestIsSeen(t *testing.T) {
	for _, n := range []int{1, 16, 17, 511, 512, 513, 4092} {
		tp := newTape(t, nil, Config{})
		w := strings.Repeat("0123456789abcde", 300)[:n]
		tp.link.reply = []byte("late reply")
		tp.window(0, 0, send(tp, w))
		assert.Equal(t, w, string(tp.link.sent))
		got := tp.windows(t)[0]
		assert.Equal(t, w, string(got.MOSI))
		want := make([]byte, n)
		copy(want, "late reply")
		assert.Equal(t, want, got.MISO)
	}
}

func TestFullDuplexTransfersAreRecorded(t *testing.T) {
	tp := newTape(t, nil, Config{})
	tp.link.reply = []byte("reply")
	r := make([]byte, 7)
	tp.window(0, 0, func() { tp.Tx([]byte("request"), r) })
	assert.Equal(t, "reply\x00\x00", string(r))
	w := tp.windows(t)[0]
	assert.Equal(t, "request", string(w.MOSI))
	assert.Equal(t, r, w.MISO)
}

func TestTroubleIsInTheStatus(t *testing.T) {
	tp := newTape(t, nil, Config{})
	failing := func(err error, do func()) func() {
		return func() { tp.link.fail = err; do(); tp.link.fail = nil }
	}
	ready := func(level bus.Ready) func() { return func() { tp.WaitReady(level, 0) } }

	failing(bus.ErrReadyTimeout, ready(bus.Armed))()
	tp.Select()
	tp.Deselect()
	failing(errCable, ready(bus.Armed))()
	tp.window(0, 0, failing(bus.ErrReadyTimeout, ready(bus.Busy)))
	tp.window(0, 0, failing(errCable, ready(bus.Busy)))
	tp.window(0, 0, failing(errCable, send(tp, "x")))
	tp.window(0, 0, failing(errCable, func() { tp.Select() }))
	tp.window(0, 0, send(tp, "stray follows"))
	send(tp, "stray")()
	tp.Select()
	failing(errCable, func() { tp.Deselect() })()
	tp.window(0, 0, func() { tp.Tx([]byte("ab"), make([]byte, 1)) })

	var got []Status
	var kinds []Kind
	for _, rec := range tp.records(t) {
		kinds, got = append(kinds, rec.Kind), append(got, rec.Window.Status)
	}
	win := KindWindow
	assert.Equal(t, []Kind{KindWait, win, KindWait, win, win, win, win, win, win, win, win}, kinds)
	assert.Equal(t, []Status{WaitTimedOut, WaitTimedOut, TxFailed, AckTimedOut, TxFailed, TxFailed, TxFailed,
		0, Unselected, TxFailed, Incomplete}, got)
}

// A transfer that fails is still there with the bytes that went out.
func TestAFailedTransferKeepsItsBytes(t *testing.T) {
	tp := newTape(t, nil, Config{})
	tp.window(0, 0, func() { tp.link.fail = errCable; send(tp, "half")(); tp.link.fail = nil })
	assert.Equal(t, "half", string(tp.windows(t)[0].MOSI))
}

// Bytes clocked with nothing selected are windows of their own.
func TestStrayBytesAreRecorded(t *testing.T) {
	tp := newTape(t, nil, Config{})
	send(tp, "one")()
	send(tp, strings.Repeat("two", 400))()
	tp.window(0, 0, send(tp, "three"))
	got := tp.windows(t)
	require.Len(t, got, 3)
	assert.Equal(t, "one", string(got[0].MOSI))
	assert.Equal(t, Unselected, got[0].Status)
	assert.Equal(t, strings.Repeat("two", 400), string(got[1].MOSI))
	assert.Equal(t, Unselected, got[1].Status)
	assert.Equal(t, Status(0), got[2].Status)
}

// A wait that no select follows is a record, with the time at which it ended.
func TestWaitsWithoutAWindow(t *testing.T) {
	for name, next := range map[string]func(*tape){
		"another wait": func(tp *tape) { tp.link.wait = 0; tp.WaitReady(bus.Armed, 0) },
		"a reset":      func(tp *tape) { tp.Reset(true) },
		"a release":    func(tp *tape) { tp.Acquire(0, time.Time{}); tp.Release(0) },
	} {
		t.Run(name, func(t *testing.T) {
			tp := newTape(t, nil, Config{})
			tp.link.wait = 30 * us
			tp.WaitReady(bus.Armed, time.Second)
			tp.clock.Sleep(time.Second)
			next(tp)
			tp.window(0, 0, send(tp, "x"))
			got := tp.records(t)
			assert.Equal(t, Record{Kind: KindWait, Time: 30 * us, Window: Window{Wait: 30 * us}}, got[0])
			assert.Zero(t, got[len(got)-1].Window.Wait)
		})
	}
}

func TestAWindowBeyondTheLimitIsCut(t *testing.T) {
	tp := newTape(t, nil, Config{})
	tp.window(0, 0, receive(tp, 40000), receive(tp, 40000), receive(tp, 1))
	tp.window(0, 0, receive(tp, 1<<20))
	tp.window(0, 0, receive(tp, 4))
	got := tp.windows(t)
	require.Len(t, got, 3)
	for _, w := range got[:2] {
		assert.Equal(t, Incomplete, w.Status)
		assert.Equal(t, make([]byte, MaxWindow), w.MISO)
	}
	assert.Zero(t, got[2].Status)
}

func TestTheRecorderPassesOnWhatTheBusSays(t *testing.T) {
	tp := newTape(t, nil, Config{})
	tp.link.fail = errCable
	_, err := tp.WaitReady(bus.Armed, 0)
	assert.Equal(t, errCable, err)
	assert.Equal(t, errCable, tp.Select())
	assert.Equal(t, errCable, tp.Tx([]byte("x"), nil))
	assert.Equal(t, errCable, tp.Tx(nil, make([]byte, 3)))
	_, err = tp.Deselect()
	assert.Equal(t, errCable, err)
	assert.Equal(t, errCable, tp.Reset(true))
	assert.Equal(t, errCable, tp.DriveGPIO0(bus.High))
	_, err = tp.Attention()
	assert.Equal(t, errCable, err)
	for _, rec := range tp.records(t) {
		assert.NotEqual(t, KindPin, rec.Kind, "a line that could not be set is not recorded as set")
	}
}

func TestFlushAfter(t *testing.T) {
	tp := newTape(t, nil, Config{FlushAfter: 50 * us})
	head := tp.file.Len()
	assert.Len(t, read(t, tp.file.Bytes()), 1, "the start does not wait")
	tp.Note("one")
	assert.Equal(t, head, tp.file.Len())
	tp.clock.Sleep(50 * us)
	tp.Note("two")
	assert.Len(t, read(t, tp.file.Bytes()), 3)

	// Less than a tick is a frame for each record that takes time.
	tp = newTape(t, nil, Config{FlushAfter: 1})
	tp.clock.Sleep(us)
	tp.Note("one")
	assert.Len(t, read(t, tp.file.Bytes()), 2)
}

// A sink that fails does not disturb the session.
func TestASinkThatFails(t *testing.T) {
	link := newFakeBus()
	r, err := NewRecorder(link, &brokenSink{after: 1}, nil, Config{Clock: link.clock, Buffer: make([]byte, MinBuffer)})
	require.NoError(t, err)
	for range 100 {
		link.reply = []byte("reply")
		got := make([]byte, 5)
		link.window(r, 0, 0, func() { assert.NoError(t, r.Tx(nil, got)) })
		assert.Equal(t, "reply", string(got))
	}
	assert.ErrorContains(t, r.Err(), "disk full")
	assert.ErrorContains(t, r.Flush(), "disk full")
	assert.ErrorContains(t, r.Close(), "disk full")

	// One frame less is a loss; the recording does not go on behind it.
	sink := &hiccup{}
	r, err = NewRecorder(link, sink, nil, Config{Clock: link.clock})
	require.NoError(t, err)
	for range 3 {
		r.Note("x")
		assert.ErrorContains(t, r.Flush(), "hiccup")
	}
	assert.Equal(t, 1, sink.writes)

	r, err = NewRecorder(link, shortSink{}, nil, Config{Clock: link.clock})
	require.NoError(t, err)
	assert.Equal(t, io.ErrShortWrite, r.Close())
}

// hiccup fails once.
type hiccup struct{ writes int }

func (s *hiccup) Write(p []byte) (int, error) {
	if s.writes++; s.writes == 1 {
		return 0, errors.New("hiccup")
	}
	return len(p), nil
}

// shortSink breaks the contract of io.Writer.
type shortSink struct{}

func (shortSink) Write(p []byte) (int, error) { return len(p) - 1, nil }

func TestRecordingAllocatesNothing(t *testing.T) {
	link := newFakeBus()
	secret := func(spans [][2]int, mosi []byte) [][2]int { return append(spans, [2]int{4, 200}) }
	for name, mask := range map[string]Masker{"open": nil, "masked": secret} {
		r, err := NewRecorder(nullBus{link}, io.Discard, mask, Config{Clock: link.clock, Buffer: make([]byte, 512)})
		require.NoError(t, err)
		i := byte(0)
		short, reply, long := make([]byte, 8), make([]byte, 8), make([]byte, 1500)
		call := bus.Call{Op: bus.OpSend, Sock: 3, Data: long, Deadline: epoch.Add(time.Hour)}
		result := bus.Result{Err: errCable}
		for what, do := range map[string]func(){
			"repeated": func() { link.window(r, 1, 1) },
			"short": func() {
				i++
				short[0] = i
				r.Select()
				r.Tx(short, nil)
				r.Tx(nil, reply)
				r.Deselect()
			},
			"long":   func() { r.Select(); r.Tx(long, nil); r.Tx(nil, long); r.Deselect() },
			"random": func() { i++; long[int(i)*5] = i; r.Select(); r.Tx(long, nil); r.Deselect() },
			"calls":  func() { r.End(r.Begin(call), bus.OpSend, result) },
			"turns":  func() { r.Acquire(1, time.Time{}); r.Release(1) },
			"pins":   func() { r.Reset(true); r.DriveGPIO0(bus.High); r.Attention() },
		} {
			assert.Zero(t, testing.AllocsPerRun(300, do), "%s, %s", what, name)
		}
	}
}

// nullBus is a fake bus whose transfers do nothing at all.
type nullBus struct{ *fakeBus }

func (nullBus) Select() error        { return nil }
func (nullBus) Tx(w, r []byte) error { return nil }
