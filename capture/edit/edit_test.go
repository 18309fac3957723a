package edit_test

import (
	"bytes"
	"hash/crc32"
	"io"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/edit"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/traces"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// changed copies a trace through a Sink.
func changed(t testing.TB, trace []byte, through func(edit.Sink) edit.Sink) []byte {
	var out bytes.Buffer
	w, err := capture.NewWriter(&out, 1)
	require.NoError(t, err)
	sink := through(w)
	require.NoError(t, edit.Copy(sink, capture.NewReader(bytes.NewReader(trace))))
	if c, ok := sink.(*edit.Cutter); ok {
		require.NoError(t, c.Close())
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// events are the lines of decode.
func events(t testing.TB, trace []byte) []string {
	var list []string
	dec := decode.NewDecoder(bytes.NewReader(trace))
	for {
		var ev decode.Event
		err := dec.Next(&ev)
		if err == io.EOF {
			return list
		}
		require.NoError(t, err)
		list = append(list, string(decode.AppendText(nil, &ev, decode.TextOptions{Payload: -1})))
	}
}

// corpus calls do with every trace of the corpus.
func corpus(t testing.TB, do func(name string, trace []byte)) {
	names, err := fs.Glob(traces.FS, "*.nina")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		trace, err := fs.ReadFile(traces.FS, name)
		require.NoError(t, err)
		do(name, trace)
	}
}

// noisy is a trace with what a UART does to it.
func noisy(trace []byte) []byte {
	out := append([]byte("boot\r\n"), trace[:len(trace)/2]...)
	out = append(out, "\x00hello \xe2\x82\xac\x00more\x00"...)
	out = append(out, trace[len(trace)/3:]...)
	return append(out, trace...)
}

func TestCopyDecodesToTheSame(t *testing.T) {
	corpus(t, func(name string, trace []byte) {
		for _, file := range [][]byte{trace, noisy(trace), trace[:len(trace)-7]} {
			again := changed(t, file, func(s edit.Sink) edit.Sink { return s })
			assert.Equal(t, events(t, file), events(t, again), name)
		}
	})
}

// Nothing that can be masked is left in a masked trace, and all else is.
func TestMasking(t *testing.T) {
	secret := []byte("Secret payload!!")
	sum := crc32.ChecksumIEEE(secret)
	request := wire.AppendRequest(nil, wire.SendDataTCP, wire.Uint(0), wire.Bytes(secret))
	reply := wire.AppendReply(nil, wire.GetDatabufTCP, wire.Arduino, wire.Bytes(secret))
	ask := wire.AppendRequest(nil, wire.GetDatabufTCP, wire.Uint(0), wire.Uint(16))
	scan := wire.AppendReply(nil, wire.ScanNetworks, wire.Arduino, wire.Text("mynet"), wire.Text("other"))
	reads := func(miso []byte) capture.Window {
		return capture.Window{MOSI: bytes.Repeat([]byte{0xFF}, len(miso)), MISO: miso}
	}
	asks := func(mosi []byte) capture.Window {
		return capture.Window{MOSI: mosi, MISO: make([]byte, len(mosi))}
	}
	floating := asks(ask)
	floating.MISO = append(bytes.Clone(secret), make([]byte, len(ask))...)[:len(ask)]
	piece := asks(secret)
	piece.Status = capture.Incomplete
	var file bytes.Buffer
	w, err := capture.NewWriter(&file, 1)
	require.NoError(t, err)
	for _, win := range []capture.Window{
		asks(request), reads([]byte{0xE0, 0xC4, 1, 2, 16, 0, 0xEE}), floating, reads(reply), asks(wire.AppendRequest(nil, wire.ScanNetworks)),
		reads(scan), piece, asks(ask), reads(reply[:15]), asks(ask), reads(reply[1:]),
	} {
		require.NoError(t, w.Write(&capture.Record{Kind: capture.KindWindow, Window: win}))
	}
	begin := capture.Call{Call: bus.Call{Op: bus.OpSend}, DataLen: 16, DataSum: sum}
	require.NoError(t, w.Write(&capture.Record{Kind: capture.KindBegin, ID: 1, Call: begin}))
	require.NoError(t, w.Write(&capture.Record{Kind: capture.KindBegin, ID: 2, Call: capture.Call{Call: bus.Call{Op: bus.OpNetConnect, Text: "mynet"}}}))
	require.NoError(t, w.Write(&capture.Record{Kind: capture.KindEnd, ID: 3, Call: capture.Call{Call: bus.Call{Op: bus.OpRecv}}, Result: capture.Result{DataLen: 16, DataSum: sum}}))
	require.NoError(t, w.Close())

	bare := []byte{byte(sum), byte(sum >> 8), byte(sum >> 16), byte(sum >> 24)}
	for _, kinds := range []wire.Private{0, wire.SSIDs, wire.Payload, wire.SSIDs | wire.Payload} {
		out := changed(t, file.Bytes(), func(s edit.Sink) edit.Sink { return edit.Mask(s, kinds) })
		payload, ssid := kinds&wire.Payload != 0, kinds&wire.SSIDs != 0
		assert.Equal(t, !payload, bytes.Contains(out, []byte("Secret")) || bytes.Contains(out, []byte("payl")), "payload, %d", kinds)
		assert.Equal(t, !payload, bytes.Contains(out, bare), "sum, %d", kinds)
		assert.Equal(t, !ssid, bytes.Contains(out, []byte("mynet")), "ssid, %d", kinds)
		assert.Len(t, events(t, out), len(events(t, file.Bytes())))
		assert.Equal(t, out, changed(t, out, func(s edit.Sink) edit.Sink { return edit.Mask(s, kinds) }), "masking again changes nothing")
	}
}

func TestMaskedCorpusTellsTheSameCommands(t *testing.T) {
	corpus(t, func(name string, trace []byte) {
		out := changed(t, trace, func(s edit.Sink) edit.Sink { return edit.Mask(s, wire.Payload|wire.SSIDs|wire.Secrets) })
		var before, after decode.Summary
		add := func(sum *decode.Summary, trace []byte) {
			dec := decode.NewDecoder(bytes.NewReader(trace))
			var ev decode.Event
			for dec.Next(&ev) == nil {
				sum.Add(&ev)
			}
		}
		add(&before, trace)
		add(&after, out)
		assert.GreaterOrEqual(t, after.Masks, before.Masks, name)
		after.Masks = before.Masks
		assert.Equal(t, before, after, name)
	})
}

// cutOut cuts a trace and returns its events.
func cutOut(t testing.TB, trace []byte, from, to time.Duration) []string {
	return events(t, changed(t, trace, func(s edit.Sink) edit.Sink { return edit.Cut(s, from, to, "a part") }))
}

func TestCut(t *testing.T) {
	trace, err := fs.ReadFile(traces.FS, "http-get.nina")
	require.NoError(t, err)
	got := cutOut(t, trace, 815*time.Millisecond+245*time.Microsecond, 815*time.Millisecond+250*time.Microsecond)
	assert.Equal(t, []string{
		`         0.000000000          ══ recording starts 2026-11-22T21:02:14.29871174Z session="http-get" driver="ninatrace/wifinina" board="emulator, arduino 2.0.0" firmware="2.0.0"` + "\n",
		"         0.000000000          ## a part\n",
		"         0.000000000          ·· GPIO0 (released)\n",
		"         0.000000000          ── Connect(sockfd=0, host=\"\", ip=127.0.0.1:39657)\n",
		"    1    0.000000000     2µs  SOCKET_IOCTL          sock=54 cmd=2147772030 arg=4 bytes 01000000 → arg=4 bytes 01000000\n",
	}, got[:5])
	assert.Len(t, got, 5, "the reply ends after the cut and is kept, the next request is not")
}

// A reply to what is left out is left out; the one to the last request is kept.
func TestCutKeepsExchangesWhole(t *testing.T) {
	corpus(t, func(name string, trace []byte) {
		all := events(t, trace)
		for at := time.Duration(0); at < 2*time.Second; at += 8111 * time.Microsecond {
			for _, part := range [][]string{cutOut(t, trace, at, edit.End), cutOut(t, trace, 0, at)} {
				require.LessOrEqual(t, len(part), len(all)+6)
				for _, line := range part {
					require.NotContains(t, line, decode.FindOrphan, "%s at %s", name, at)
				}
			}
		}
	})
}

// Two parts that are joined have each exchange once.
func TestPartsJoinToTheWhole(t *testing.T) {
	count := func(trace []byte) (n int) {
		dec := decode.NewDecoder(bytes.NewReader(trace))
		var ev decode.Event
		for dec.Next(&ev) == nil {
			if ev.Exchange.N > 0 {
				n++
			}
		}
		return n
	}
	corpus(t, func(name string, trace []byte) {
		dec := decode.NewDecoder(bytes.NewReader(trace))
		var ev decode.Event
		for dec.Next(&ev) == nil {
			if ev.Exchange.N == 0 {
				continue
			}
			at := ev.Exchange.Time
			one := changed(t, trace, func(s edit.Sink) edit.Sink { return edit.Cut(s, 0, at-1, "one") })
			two := changed(t, trace, func(s edit.Sink) edit.Sink { return edit.Cut(s, at, edit.End, "two") })
			require.Equal(t, count(trace), count(append(one, two...)), "%s at %s", name, at)
		}
	})
}

// A cut in which nothing happened is a trace that says what it is.
func TestEmptyCut(t *testing.T) {
	trace, err := fs.ReadFile(traces.FS, "http-get.nina")
	require.NoError(t, err)
	got := cutOut(t, trace, time.Hour, edit.End)
	require.Len(t, got, 3)
	assert.Contains(t, got[0], "22:02:13.48346674Z")
	assert.Contains(t, got[1], "## a part")
}

// The time that is left for a call is what is left of it.
func TestCutOfACallWithADeadline(t *testing.T) {
	var file, out bytes.Buffer
	w, err := capture.NewWriter(&file, time.Microsecond)
	require.NoError(t, err)
	for _, rec := range []capture.Record{
		{Kind: capture.KindStart, Labels: []capture.Label{{Key: "k", Value: "v"}}},
		{Kind: capture.KindBegin, ID: 1, Call: capture.Call{Call: bus.Call{Op: bus.OpRecv}, Wait: 5 * time.Second}},
		{Kind: capture.KindBegin, ID: 2, Call: capture.Call{Call: bus.Call{Op: bus.OpAddr}}},
		{Kind: capture.KindPin, Time: time.Second, Pin: capture.PinReset},
		{Kind: capture.KindEnd, ID: 2, Time: time.Second, Call: capture.Call{Call: bus.Call{Op: bus.OpAddr}}},
		{Kind: capture.KindEnd, ID: 1, Time: 4 * time.Second, Call: capture.Call{Call: bus.Call{Op: bus.OpRecv}}},
	} {
		require.NoError(t, w.Write(&rec))
	}
	require.NoError(t, w.Close())
	w, err = capture.NewWriter(&out, 1)
	require.NoError(t, err)
	require.NoError(t, edit.Copy(edit.Cut(w, 3*time.Second, edit.End, "x"), capture.NewReader(&file)))
	require.NoError(t, w.Close())
	var kinds []capture.Kind
	r := capture.NewReader(&out)
	for {
		var rec capture.Record
		if r.Next(&rec) != nil {
			break
		}
		kinds = append(kinds, rec.Kind)
		if rec.Kind == capture.KindBegin {
			assert.Equal(t, 2*time.Second, rec.Call.Wait)
			assert.EqualValues(t, 1, rec.ID)
		}
		if rec.Kind == capture.KindEnd {
			assert.Equal(t, time.Second, rec.Time)
		}
	}
	assert.Equal(t, []capture.Kind{capture.KindStart, capture.KindNote, capture.KindPin, capture.KindBegin, capture.KindEnd}, kinds)
}

// Repeats need their exchange: without it they are a remark.
func TestACutThroughRepeats(t *testing.T) {
	var file bytes.Buffer
	w, err := capture.NewWriter(&file, 1)
	require.NoError(t, err)
	poll := wire.AppendRequest(nil, wire.GetConnStatus)
	reply := wire.AppendReply(nil, wire.GetConnStatus, wire.Arduino, wire.Uint(uint8(3)))
	again := capture.Repeat{N: 4, Span: 3 * time.Second}
	for _, rec := range []capture.Record{
		{Kind: capture.KindWindow, Window: capture.Window{MOSI: poll, MISO: make([]byte, len(poll))}},
		{Kind: capture.KindWindow, Time: time.Second, Window: capture.Window{MOSI: bytes.Repeat([]byte{0xFF}, len(reply)), MISO: reply}},
		{Kind: capture.KindRepeat, Time: 5 * time.Second, Repeat: again},
	} {
		require.NoError(t, w.Write(&rec))
	}
	require.NoError(t, w.Close())
	cut := func(from time.Duration) (kinds []capture.Kind) {
		out := changed(t, file.Bytes(), func(s edit.Sink) edit.Sink { return edit.Cut(s, from, edit.End, "cut") })
		r := capture.NewReader(bytes.NewReader(out))
		for {
			var rec capture.Record
			if err := r.Next(&rec); err == io.EOF {
				return kinds
			}
			kinds = append(kinds, rec.Kind)
		}
	}
	assert.Equal(t, []capture.Kind{capture.KindStart, capture.KindNote, capture.KindWindow, capture.KindWindow, capture.KindRepeat}, cut(0))
	assert.Equal(t, []capture.Kind{capture.KindStart, capture.KindNote, capture.KindNote}, cut(2*time.Second))
}
