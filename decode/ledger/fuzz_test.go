package ledger

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/traces"
)

// A checker holds what is true of the events of every trace.
type checker struct {
	t    *testing.T
	ids  int
	open map[int]*Conversation
	sums map[int][2]int64 // what was told to have gone over, each way
}

func (c *checker) check(ev *Event) {
	if ev.Kind == EventLink {
		require.Nil(c.t, ev.Conv)
		return
	}
	id := ev.Conv.ID
	if ev.Kind == EventOpened {
		c.ids++
		require.Equal(c.t, c.ids, id, "numbers go up by one")
		c.open[id] = ev.Conv
	}
	require.Same(c.t, c.open[id], ev.Conv, "it was opened, and not closed")
	switch ev.Kind {
	case EventData:
		d := &ev.Data
		require.LessOrEqual(c.t, len(d.Bytes), d.Len)
		sum := c.sums[id]
		sum[d.From] += int64(d.Len) * d.Times
		c.sums[id] = sum
	case EventClosed:
		require.NotZero(c.t, ev.Conv.Cause)
		require.GreaterOrEqual(c.t, ev.Conv.Sent, c.sums[id][Host])
		require.Equal(c.t, ev.Conv.Received, c.sums[id][Peer])
		_, err := ev.Conv.MarshalJSON()
		require.NoError(c.t, err)
		delete(c.open, id)
	}
	require.LessOrEqual(c.t, len(c.open), 512+1, "as many as there are numbers, and one that fails")
}

// run runs a trace through a checker.
func run(t *testing.T, file []byte) {
	c := &checker{t: t, open: map[int]*Conversation{}, sums: map[int][2]int64{}}
	led := New(c.check)
	calls := NewCalls(func(*DriverCall) {})
	dec := decode.NewDecoder(bytes.NewReader(file))
	var ev decode.Event
	for dec.Next(&ev) == nil {
		led.Add(&ev)
		calls.Add(&ev)
		require.LessOrEqual(t, len(calls.open), maxCalls)
	}
	led.Close()
	calls.Close()
	require.Empty(t, c.open, "all is closed in the end")
}

// Any bytes are followed without a panic.
func FuzzTrace(f *testing.F) {
	entries, err := traces.FS.ReadDir(".")
	require.NoError(f, err)
	for _, e := range entries {
		file, err := traces.FS.ReadFile(e.Name())
		require.NoError(f, err)
		f.Add(file)
	}
	f.Fuzz(run)
}

// Any exchanges are, too. Each is a command, a slot and what the two directions
// hold; the header is put right, so that they get past the decoder.
func FuzzExchanges(f *testing.F) {
	f.Add([]byte{0x2D, 0, 0x2B, 1, 0x44, 0, 0x45, 0}, []byte{4, 192, 168, 1, 10, 2, 0, 80, 1, 0, 1, 0}, false)
	f.Add([]byte{0x28, 0, 0x2B, 0, 0x45, 0, 0x46, 2, 0x39, 0, 0x2F, 0}, []byte{2, 0, 80, 1, 0, 1, 1, 0xEE}, true)
	f.Add([]byte{0x70, 0, 0x76, 0, 0x78, 0, 0x72, 0, 0x75, 0, 0x71, 0}, []byte{1, 1, 1, 0, 0xEE}, false)
	f.Fuzz(func(t *testing.T, script, data []byte, odd bool) {
		var all [][]capture.Record
		for ; len(script) > 1; script = script[2:] {
			all = append(all, scripted(script[0], script[1], data, odd))
			if len(data) > 0 {
				data = data[1:]
			}
		}
		run(t, trace(t, all...))
	})
}

// scripted makes an exchange of what a fuzzer wants.
func scripted(cmd, how byte, data []byte, odd bool) []capture.Record {
	if cmd&0x80 != 0 {
		switch how & 3 {
		case 0:
			return reset
		case 1:
			return other(capture.Record{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: uint64(how)}})
		}
		return loss
	}
	n := min(len(data), int(how>>4)*4)
	q := append([]byte{0xE0, cmd, how & 7}, data[:n]...)
	r := append([]byte{0xE0, cmd | 0x80, how >> 2 & 3}, data[len(data)-n:]...)
	step := []capture.Record{
		{Kind: capture.KindWindow, Window: capture.Window{MOSI: append(q, 0xEE, 0xFF), MISO: make([]byte, len(q)+2)}},
		{Kind: capture.KindWindow, Window: capture.Window{MOSI: bytes.Repeat([]byte{0xFF}, len(r)+1), MISO: append(r, 0xEE)}},
	}
	switch {
	case odd && how&8 != 0:
		return cut(step, int(how)&1, 3+n/2)
	case odd && n > 2:
		return masked(step, int(how)&1, 3, n-1)
	}
	return step
}
