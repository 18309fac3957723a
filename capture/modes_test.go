package capture

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// The past of a fault is there, in whole frames, and the head of the trace.
func TestABlackBoxKeepsTheLastFrames(t *testing.T) {
	var out bytes.Buffer
	link := newFakeBus()
	box := NewBlackBox(make([]byte, 2000), &out)
	rec, err := NewRecorder(link, box, nil, Config{
		Clock: link.clock, Buffer: make([]byte, 256), Trigger: AckTimedOut | TxFailed,
		Labels: []Label{{"board", "x"}},
	})
	require.NoError(t, err)
	for round := range 2 {
		for i := range 500 {
			rec.Note(fmt.Sprintf("%d of %d", i, round))
		}
		require.Equal(t, round > 0, out.Len() > 0)
		link.fail = bus.ErrReadyTimeout
		link.window(rec, 0, 0, func() { rec.WaitReady(bus.Busy, 0) })
		link.fail = nil
	}
	all := read(t, out.Bytes())
	require.Equal(t, []Label{{"board", "x"}}, all[0].Labels)
	faults, starts, notes := 0, 0, 0
	for i, r := range all {
		switch r.Kind {
		case KindStart:
			starts++
		case KindLoss:
			require.Positive(t, r.Loss.Frames)
			require.Zero(t, r.Loss.Bytes)
		case KindWindow:
			faults++
			assert.Contains(t, string(all[i-2].Text)+string(all[i-1].Text), "499 of")
		case KindNote:
			notes++
		}
	}
	assert.Equal(t, 1, starts)
	assert.Equal(t, 2, faults)
	assert.Greater(t, notes, 100)
	require.NoError(t, rec.Dump())
}

func TestRepeatedExchangesAreCounted(t *testing.T) {
	tp := newTape(t, nil, Config{Fold: true})
	var ends []time.Duration
	poll := func(reply string) {
		tp.clock.Sleep(time.Millisecond)
		tp.exchange("\xE0ask", reply)
		ends = append(ends, tp.clock.Now().Sub(epoch).Truncate(us))
	}
	for range 1000 {
		poll("idle")
	}
	poll("data")
	for range 5 {
		poll("idle")
	}
	tp.Note("end")
	var got []string
	for _, r := range tp.records(t) {
		switch r.Kind {
		case KindWindow:
			got = append(got, string(r.Window.MISO))
		case KindRepeat:
			got = append(got, fmt.Sprint(r.Repeat.N, r.Time, r.Repeat.Span))
		}
	}
	zeros := "\x00\x00\x00\x00"
	assert.Equal(t, []string{zeros, "idle", zeros, "idle",
		fmt.Sprint(998, ends[999], ends[999]-ends[2]), zeros, "data", zeros, "idle",
		fmt.Sprint(4, ends[1005], ends[1005]-ends[1002])}, got)
	assert.Less(t, tp.file.Len(), 200)
}

// Counting loses nothing: with the repeats, there are as many windows as
// without.
func TestFoldingKeepsTheNumberOfExchanges(t *testing.T) {
	for _, size := range []int{MinBuffer, 400, 4096} {
		rng := rand.New(rand.NewPCG(41, 42))
		tp := newTape(t, nil, Config{Fold: true, Buffer: make([]byte, size)})
		did, got, latest := 0, 0, time.Duration(0)
		for range 3000 {
			if rng.IntN(10) == 0 {
				did += traffic(tp.Recorder, tp.link, rng)
			} else {
				tp.exchange("\xE0ask", "idle")
				did += 2
			}
		}
		for _, r := range tp.records(t) {
			end := r.Time
			if r.Kind == KindWindow {
				end = r.Window.End(r.Time)
			}
			require.GreaterOrEqual(t, end, latest)
			latest = end
			if r.Kind == KindRepeat {
				got += 2 * int(r.Repeat.N)
			} else {
				got++
			}
		}
		assert.Equal(t, did, got)
	}
}

// byLetter keeps 4 bytes of a request that begins with t and 6 of its reply, and
// nothing of one that begins with n.
func byLetter(mosi []byte) (request, reply int) {
	switch mosi[0] {
	case 't':
		return 4, 6
	case 'n':
		return 0, 0
	}
	return MaxWindow, MaxWindow
}

func TestAFilterChoosesWhatIsRecorded(t *testing.T) {
	for _, mask := range []Masker{nil, between} {
		tp := newTape(t, mask, Config{Filter: byLetter})
		long := strings.Repeat("x<secret>", 300)
		tp.exchange("all", "reply")
		tp.exchange("t"+long, "r"+long)
		tp.exchange("n"+long, "r"+long)
		tp.exchange("till", "repl")
		tp.exchange("nil", "nil")
		tp.window(0, 0, func() { tp.link.fail = errCable; send(tp, "nil")(); tp.link.fail = nil })
		tp.window(0, 0, send(tp, "all"), receive(tp, 20))
		var got []string
		for _, w := range tp.windows(t) {
			got = append(got, fmt.Sprintf("%s %s %d %v", strings.ReplaceAll(string(w.MOSI), "\xFF", "."), strings.ReplaceAll(string(w.MISO), "\x00", "-"), w.Omitted, w.Status&^HasMasks))
		}
		first := "tx<s"
		if mask != nil {
			first = "tx<*"
		}
		assert.Equal(t, []string{"all --- 0 0", "..... reply 0 0",
			first + " ---- 2697 0", "...... rx<sec 2695 0", "till ---- 0 0", ".... repl 0 0",
			"  3 4", "all.................... ----------------------- 0 0"}, got)
	}
}

func TestWhatWasLeftOutIsWrittenAgain(t *testing.T) {
	want := []Record{{Kind: KindStart},
		{Kind: KindWindow, Time: us, Window: Window{MOSI: []byte("head"), MISO: make([]byte, 4), Omitted: 1436}},
		{Kind: KindWindow, Time: 2 * us, Window: Window{Omitted: 7}},
		{Kind: KindRepeat, Time: 9 * us, Repeat: Repeat{3, 4 * us}},
		{Kind: KindLoss, Time: 10 * us, Loss: Loss{Records: 2, Span: us}}}
	got := read(t, write(t, us, want))
	require.Len(t, got, len(want))
	for i := range want {
		sameRecord(t, want[i], got[i])
	}
}

// What several goroutines print and what is recorded share a port.
func TestTextAndFramesShareAPort(t *testing.T) {
	var port bytes.Buffer
	console := NewConsole(&port)
	link := newFakeBus()
	rec, err := NewRecorder(link, console, nil, Config{Clock: link.clock, Buffer: make([]byte, 256)})
	require.NoError(t, err)
	const lines, printers = 300, 3
	var all sync.WaitGroup
	for p := range printers {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range lines {
				fmt.Fprintf(console, "<%d: line %d of", p, i)
				fmt.Fprint(console, " grün>\r\n")
			}
		}()
	}
	for range 2000 {
		link.window(rec, 0, us, send(rec, "request"))
	}
	all.Wait()
	require.NoError(t, rec.Close())
	windows := 0
	var text bytes.Buffer
	for _, r := range read(t, port.Bytes()) {
		switch r.Kind {
		case KindText:
			text.Write(r.Text)
		case KindWindow:
			windows++
		case KindLoss:
			assert.Fail(t, "loss", r.Loss)
		}
	}
	assert.Equal(t, 2000, windows)
	for p := range printers {
		for i := range lines {
			require.Contains(t, text.String(), fmt.Sprintf("<%d: line %d of", p, i))
		}
	}
	assert.Equal(t, printers*lines, strings.Count(text.String(), " grün>\r\n"))
}

func TestModesAllocateNothing(t *testing.T) {
	link := newFakeBus()
	slow := func(p []byte) int { return min(len(p), 3) }
	box := NewBlackBox(make([]byte, 2000), &bytes.Buffer{})
	long := make([]byte, 700)
	for name, c := range map[string]struct {
		sink interface{ Write([]byte) (int, error) }
		cfg  Config
	}{
		"live":      {NewRing(make([]byte, 1000), slow), Config{Live: true}},
		"black box": {box, Config{}},
		"filter":    {NewRing(make([]byte, 1000), slow), Config{Live: true, Filter: byLetter, Fold: true}},
	} {
		c.cfg.Clock, c.cfg.Buffer = link.clock, make([]byte, 512)
		rec, err := NewRecorder(nullBus{link}, c.sink, nil, c.cfg)
		require.NoError(t, err)
		ask, in := []byte("task"), make([]byte, 5)
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			rec.Select()
			rec.Tx(ask, nil)
			rec.Deselect()
			rec.Select()
			rec.Tx(nil, in)
			rec.Deselect()
			rec.Select()
			rec.Tx(long, nil)
			rec.Deselect()
		}), name)
	}
}

func TestTheNameOfTheNetworkIsWithheldInItsCall(t *testing.T) {
	tp := newTape(t, nil, Config{HideSSID: true})
	tp.Begin(bus.Call{Op: bus.OpNetConnect, Text: "my home", Secret: "hunter22"})
	tp.Begin(bus.Call{Op: bus.OpGetHostByName, Text: "tinygo.org"})
	var got []string
	for _, r := range tp.records(t) {
		got = append(got, r.Call.Text)
	}
	assert.Equal(t, []string{"*******", "tinygo.org"}, got)
	assert.NotContains(t, tp.file.String(), "home")
}
