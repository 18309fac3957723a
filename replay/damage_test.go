package replay

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

func TestADamagedTraceIsNotReplayed(t *testing.T) {
	file := record(t, overlap(t, echoServer(t)))
	window := func(all []capture.Record) *capture.Record {
		s := &script{t: t, all: all}
		return &all[s.find(func(rec *capture.Record) bool { return rec.Kind == capture.KindWindow })]
	}
	edit := func(change func(all []capture.Record) []capture.Record) []byte {
		return sealed(t, change(records(t, file)))
	}
	flip := bytes.Clone(file)
	flip[len(flip)/2] ^= 1
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"flip":   {flip, "bytes unreadable"},
		"cut":    {file[:len(file)-100], "the file ends inside a frame"},
		"joined": {file[bytes.IndexByte(file[1:], 0)+1:], "frames missing"},
		"a window not whole": {edit(func(all []capture.Record) []capture.Record {
			window(all).Window.Status |= capture.Incomplete
			return all
		}), "1 windows with bytes missing"},
		"a window of an unknown call": {edit(func(all []capture.Record) []capture.Record {
			window(all).Window.Call = 12345
			return all
		}), "1 records of calls"},
		"an end without a begin": {edit(func(all []capture.Record) []capture.Record {
			return append(all, capture.Record{Kind: capture.KindEnd, ID: 777, Time: time.Hour})
		}), "1 records of calls"},
		"a begin twice": {edit(func(all []capture.Record) []capture.Record {
			s := &script{t: t, all: all}
			return append(all, *s.call(capture.KindBegin, bus.OpSocket))
		}), "1 records of calls"},
		"a call that is 0": {edit(func(all []capture.Record) []capture.Record {
			return append(all, capture.Record{Kind: capture.KindBegin, Time: time.Hour})
		}), "1 records of calls"},
		"records dropped": {edit(func(all []capture.Record) []capture.Record {
			return append(all, capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 3}})
		}), "3 records dropped by the recorder"},
	} {
		t.Run(name, func(t *testing.T) {
			r := load(t, c.file).Replay(driver)
			require.NotNil(t, r.Damage)
			assert.False(t, r.OK())
			assert.Nil(t, r.Divergence)
			assert.Contains(t, r.Damage.Error(), "the trace is damaged from byte ")
			assert.Contains(t, r.Damage.Error(), c.want)
		})
	}
}

func TestWhatCannotBeLoaded(t *testing.T) {
	const memory = 1 << 24
	one := capture.Record{Kind: capture.KindWindow}
	start := capture.Record{Kind: capture.KindStart}
	huge := func(c capture.Call) []byte {
		return sealed(t, []capture.Record{one, {Kind: capture.KindBegin, ID: 1, Call: c}})
	}
	call := func(op bus.Op) capture.Call { return capture.Call{Call: bus.Call{Op: op}} }
	recv, send, connect := call(bus.OpRecv), call(bus.OpSend), call(bus.OpNetConnect)
	recv.Size, send.DataLen, connect.SecretLen = 1<<30, 1<<30, 1<<30
	var calls, windows []capture.Record
	for i := range memory/callMemory + 1 {
		calls = append(calls, capture.Record{Kind: capture.KindBegin, ID: bus.CallID(i + 1)})
	}
	fill := capture.Window{MOSI: bytes.Repeat([]byte{0xFF}, capture.MaxWindow), MISO: make([]byte, capture.MaxWindow)}
	for range memory/(2*capture.MaxWindow) + 1 {
		windows = append(windows, capture.Record{Kind: capture.KindWindow, Window: fill})
	}
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":              {nil, capture.ErrNotTrace},
		"text":                 {[]byte("boot\n"), capture.ErrNotTrace},
		"no window":            {sealed(t, nil), ErrEmpty},
		"two recordings":       {sealed(t, []capture.Record{start, one, start, one}), ErrSeveral},
		"repeats counted":      {sealed(t, []capture.Record{start, one, {Kind: capture.KindRepeat, Repeat: capture.Repeat{N: 1}}}), ErrFiltered},
		"bytes left out":       {sealed(t, []capture.Record{start, {Kind: capture.KindWindow, Window: capture.Window{Omitted: 1}}}), ErrFiltered},
		"a filter":             {sealed(t, []capture.Record{{Kind: capture.KindStart, Labels: []capture.Label{{Key: capture.FilterLabel}}}, one}), ErrFiltered},
		"a buffer of a GB":     {huge(recv), ErrTooLarge},
		"a payload of a GB":    {huge(send), ErrTooLarge},
		"a passphrase of a GB": {huge(connect), ErrTooLarge},
		"too many calls":       {sealed(t, calls), ErrTooLarge},
		"too many bytes":       {sealed(t, windows), ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadWithin(memory, "", bytes.NewReader(c.file))
			assert.ErrorIs(t, err, c.want)
			assert.Less(t, len(c.file), memory/16, "a small file can stand for much")
		})
	}
}

// The sizes a file may name are those Load refuses, also within its own bound.
func TestAGigabyteIsTooMuch(t *testing.T) {
	c := capture.Call{Call: bus.Call{Op: bus.OpRecv, Size: 1 << 30}}
	file := sealed(t, []capture.Record{{Kind: capture.KindWindow}, {Kind: capture.KindBegin, ID: 1, Call: c}})
	_, err := Load("", bytes.NewReader(file))
	assert.ErrorIs(t, err, ErrTooLarge)
}

// A trace of a window and nothing that makes sense has a divergence.
func TestAnyWindowIsReplayed(t *testing.T) {
	for _, w := range []capture.Window{
		{},
		{MOSI: []byte{1}, MISO: []byte{2}},
		{MOSI: []byte{1, 2, 3}, MISO: []byte{4, 5, 6}},
		{MOSI: []byte{0xE0, 0x37, 0, 0xEE}, MISO: make([]byte, 4)},
		{MOSI: []byte{0xE0, 0x37, 0, 0xEE}, MISO: make([]byte, 4), Status: capture.Unselected},
		{Wait: math.MaxInt64, Ack: math.MaxInt64, Dur: math.MaxInt64, Status: 0x1F},
	} {
		r := replayed(t, sealed(t, []capture.Record{{Kind: capture.KindWindow, Window: w}}))
		require.Nil(t, r.Damage)
		if len(w.MOSI) == 4 && w.Status == 0 || len(w.MOSI) == 0 {
			requireOK(t, r) // a request without a reply is compared; a select without bytes is no exchange
			continue
		}
		require.NotNil(t, r.Divergence)
	}
}
