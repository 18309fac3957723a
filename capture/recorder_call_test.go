package capture

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func TestCallsAreRecorded(t *testing.T) {
	tp := newTape(t, nil, Config{})
	peer := netip.MustParseAddrPort("10.0.0.7:443")
	data := []byte("payload")
	id1 := tp.Begin(bus.Call{Op: bus.OpSend, Sock: 3, Data: data, Int: [5]int64{-1}, Deadline: epoch.Add(1500 * ns)})
	id2 := tp.Begin(bus.Call{Op: bus.OpAccept, Sock: -2})
	tp.clock.Sleep(4 * us)
	tp.End(id2, bus.OpAccept, bus.Result{N: 5, Addr: peer})
	tp.End(id1, bus.OpSend, bus.Result{Err: errors.New("")})
	tp.Begin(bus.Call{Op: bus.OpNetConnect, Text: "ssid", Secret: "hunter22", Hostname: "me"})

	sum := crc32.ChecksumIEEE(data)
	assert.Equal(t, []Record{
		{Kind: KindBegin, ID: 1, Call: Call{Call: bus.Call{Op: bus.OpSend, Sock: 3, Int: [5]int64{-1}},
			DataLen: 7, DataSum: sum, Wait: 2 * us}},
		{Kind: KindBegin, ID: 2, Call: Call{Call: bus.Call{Op: bus.OpAccept, Sock: -2}}},
		{Kind: KindEnd, Time: 4 * us, ID: 2, Call: Call{Call: bus.Call{Op: bus.OpAccept}},
			Result: Result{Result: bus.Result{N: 5, Addr: peer}}},
		{Kind: KindEnd, Time: 4 * us, ID: 1, Call: Call{Call: bus.Call{Op: bus.OpSend}}, Result: Result{Err: "error"}},
		{Kind: KindBegin, Time: 4 * us, ID: 3, Call: Call{Call: bus.Call{Op: bus.OpNetConnect, Text: "ssid", Hostname: "me"},
			SecretLen: 8}},
	}, tp.records(t))
	assert.NotContains(t, tp.file.String(), "hunter22")
	assert.NotContains(t, tp.file.String(), "payload")
}

func TestDeadlinesOfCalls(t *testing.T) {
	for deadline, want := range map[time.Time]time.Duration{
		{}:                              0,
		epoch:                           us, // long ago
		epoch.Add(time.Hour):            us, // now
		epoch.Add(time.Hour + 1):        us,
		epoch.Add(time.Hour + 5*us):     5 * us,
		epoch.Add(time.Hour + 5*us + 1): 6 * us,
		epoch.AddDate(10000, 0, 0):      longest / us * us,
	} {
		tp := newTape(t, nil, Config{})
		tp.clock.Sleep(time.Hour)
		tp.Begin(bus.Call{Op: bus.OpRecv, Deadline: deadline})
		assert.Equal(t, want, tp.records(t)[0].Call.Wait, deadline)
	}
}

// Each window says which call it served: the one that had the turn.
func TestWindowsKnowTheirCall(t *testing.T) {
	tp := newTape(t, nil, Config{})
	turn := func(id bus.CallID, txs ...func()) {
		require.NoError(t, tp.Acquire(id, time.Time{}))
		tp.window(0, 0, txs...)
		tp.Release(id)
	}
	turn(7, send(tp, "short"))
	turn(8, receive(tp, 9000))
	turn(7)
	tp.window(0, 0)
	var calls []bus.CallID
	for _, w := range tp.windows(t) {
		calls = append(calls, w.Call)
	}
	assert.Equal(t, []bus.CallID{7, 8, 7, 0}, calls)
}

// So do the lines that changed and the waits that came to nothing.
func TestPinsAndWaitsKnowTheirCall(t *testing.T) {
	tp := newTape(t, nil, Config{})
	tp.Acquire(7, time.Time{})
	tp.Attention()
	tp.link.wait, tp.link.fail = 9*us, bus.ErrReadyTimeout
	tp.WaitReady(bus.Armed, 9*us)
	tp.link.fail = nil
	tp.WaitReady(bus.Armed, 9*us) // a good one, but the turn ends
	tp.Release(7)
	tp.Reset(true)
	var kinds []Kind
	var ids []bus.CallID
	for _, rec := range tp.records(t) {
		kinds, ids = append(kinds, rec.Kind), append(ids, rec.ID)
	}
	assert.Equal(t, []Kind{KindPin, KindWait, KindWait, KindPin}, kinds)
	assert.Equal(t, []bus.CallID{7, 7, 7, 0}, ids)
}

// arbiter is a bus with an order of its own, such as a replay.
type arbiter struct {
	*fakeBus
	log []string
}

func (a *arbiter) Begin(c bus.Call) bus.CallID {
	a.log = append(a.log, "begin "+c.Op.String())
	return 41
}

func (a *arbiter) End(id bus.CallID, op bus.Op, _ bus.Result) {
	a.log = append(a.log, fmt.Sprint("end ", id))
}

func (a *arbiter) Acquire(id bus.CallID, _ time.Time) error {
	a.log = append(a.log, fmt.Sprint("acquire ", id))
	return bus.ErrTurnTimeout
}

func (a *arbiter) Release(id bus.CallID) { a.log = append(a.log, fmt.Sprint("release ", id)) }

// Where the bus below numbers calls and decides on turns it still does.
func TestTheBusBelowKeepsItsSay(t *testing.T) {
	link := &arbiter{fakeBus: newFakeBus()}
	var file bytes.Buffer
	r, err := NewRecorder(link, &file, nil, Config{Clock: link.clock})
	require.NoError(t, err)
	id := r.Begin(bus.Call{Op: bus.OpClose})
	assert.Equal(t, bus.ErrTurnTimeout, r.Acquire(id, time.Time{}))
	r.Release(id)
	r.End(id, bus.OpClose, bus.Result{})
	require.NoError(t, r.Close())
	assert.Equal(t, []string{"begin Close", "acquire 41", "release 41", "end 41"}, link.log)
	all := read(t, file.Bytes())
	assert.Equal(t, bus.CallID(41), all[1].ID)
	assert.Equal(t, bus.CallID(41), all[2].ID)
}

// Calls, remarks and flushes come from other goroutines while windows are
// open; nothing is lost and no window is torn.
func TestRecordingFromManyGoroutines(t *testing.T) {
	const workers, rounds = 4, 200
	link := newSafeBus()
	var file bytes.Buffer
	r, err := NewRecorder(link, &file, nil, Config{Clock: link, Buffer: make([]byte, MinBuffer), FlushAfter: 20 * us})
	require.NoError(t, err)
	var group sync.WaitGroup
	for range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range rounds {
				id := r.Begin(bus.Call{Op: bus.OpClose})
				r.Acquire(id, time.Time{})
				r.Select()
				for range i % 5 {
					r.Tx(bytes.Repeat([]byte{byte(id)}, 1+i%40), nil)
				}
				r.Deselect()
				r.Release(id)
				r.Note("between")
				r.Flush()
				r.End(id, bus.OpClose, bus.Result{})
			}
		}()
	}
	group.Wait()
	require.NoError(t, r.Close())
	count := map[Kind]int{}
	for _, rec := range read(t, file.Bytes()) {
		count[rec.Kind]++
		if rec.Kind == KindWindow {
			require.Zero(t, rec.Window.Status)
			for _, b := range rec.Window.MOSI {
				require.Equal(t, byte(rec.Window.Call), b)
			}
		}
	}
	n := workers * rounds
	assert.Equal(t, map[Kind]int{KindStart: 1, KindBegin: n, KindWindow: n, KindNote: n, KindEnd: n}, count)
}

// safeBus is a link and a clock for many goroutines: each look at the clock
// takes a microsecond.
type safeBus struct {
	fakeBus
	mu sync.Mutex
	t  time.Time
}

func newSafeBus() *safeBus { return &safeBus{t: epoch} }

func (b *safeBus) Now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.t = b.t.Add(us)
	return b.t
}

func (b *safeBus) Sleep(time.Duration)          {}
func (b *safeBus) Select() error                { return nil }
func (b *safeBus) Deselect() (time.Time, error) { return b.Now(), nil }
func (b *safeBus) Tx(w, r []byte) error         { return nil }
