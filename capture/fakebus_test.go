package capture

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// epoch is when the clocks of the tests begin.
var epoch = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// fakeClock moves only when it is told to.
type fakeClock struct{ t time.Time }

func (c *fakeClock) Now() time.Time        { return c.t }
func (c *fakeClock) Sleep(d time.Duration) { c.t = c.t.Add(d) }

// fakeBus is a link on which every byte takes a microsecond and what comes in
// is the reply, then zeros. Its methods fail as the fields say.
type fakeBus struct {
	clock *fakeClock
	wait  time.Duration // how long WaitReady takes
	reply []byte
	gpio0 bool
	fail  error
	sent  []byte // all that went out in the window
	txs   int
}

func newFakeBus() *fakeBus { return &fakeBus{clock: &fakeClock{t: epoch}} }

func (b *fakeBus) Select() error {
	b.sent, b.txs = nil, 0
	return b.fail
}

func (b *fakeBus) Deselect() (time.Time, error) {
	b.clock.Sleep(700 * time.Nanosecond)
	return b.clock.Now(), b.fail
}

func (b *fakeBus) WaitReady(bus.Ready, time.Duration) (time.Duration, error) {
	b.clock.Sleep(b.wait)
	return b.wait, b.fail
}

func (b *fakeBus) Tx(w, r []byte) error {
	n := max(len(w), len(r))
	b.clock.Sleep(time.Duration(n) * time.Microsecond)
	if w == nil {
		w = bytes.Repeat([]byte{idle}, n)
	}
	b.sent = append(b.sent, w...)
	b.txs++
	clear(r)
	b.reply = b.reply[copy(r, b.reply):]
	return b.fail
}

func (b *fakeBus) Reset(bool) error           { return b.fail }
func (b *fakeBus) DriveGPIO0(bus.Drive) error { return b.fail }
func (b *fakeBus) Attention() (bool, error)   { return b.gpio0, b.fail }

var errCable = errors.New("cable")

// window runs one chip-select window of the given transfers. wait and ack are
// how long READY takes before and after the select.
func (b *fakeBus) window(link bus.Bus, wait, ack time.Duration, txs ...func()) time.Time {
	b.wait = wait
	link.WaitReady(bus.Armed, time.Second)
	link.Select()
	b.wait = ack
	link.WaitReady(bus.Busy, time.Second)
	for _, tx := range txs {
		tx()
	}
	end, _ := link.Deselect()
	b.wait = 0
	return end
}

// send and receive are the transfers of a driver.
func send(link bus.Bus, w string) func() {
	return func() { link.Tx([]byte(w), nil) }
}

func receive(link bus.Bus, n int) func() {
	return func() { link.Tx(nil, make([]byte, n)) }
}

// tape is a recording in memory.
type tape struct {
	*Recorder
	link  *fakeBus
	clock *fakeClock
	file  bytes.Buffer
}

// newTape starts to record a fake bus.
func newTape(t testing.TB, mask Masker, cfg Config) *tape {
	t.Helper()
	link := newFakeBus()
	tp := &tape{link: link, clock: link.clock}
	cfg.Clock = link.clock
	var err error
	tp.Recorder, err = NewRecorder(link, &tp.file, mask, cfg)
	require.NoError(t, err)
	return tp
}

// records ends the recording and returns what is on it after the start.
func (tp *tape) records(t *testing.T) []Record {
	t.Helper()
	require.NoError(t, tp.Close())
	all := read(t, tp.file.Bytes())
	require.Equal(t, KindStart, all[0].Kind)
	for i := range all {
		all[i].Offset = 0
	}
	return all[1:]
}

// windows is records for traces of nothing else.
func (tp *tape) windows(t *testing.T) []Window {
	t.Helper()
	var out []Window
	for _, rec := range tp.records(t) {
		require.Equal(t, KindWindow, rec.Kind)
		out = append(out, rec.Window)
	}
	return out
}
