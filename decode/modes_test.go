package decode

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/bus"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A scriptBus answers every read with the next reply; a millisecond passes with
// each window.
type scriptBus struct {
	now     time.Time
	replies []string
}

func (b *scriptBus) Now() time.Time                                            { return b.now }
func (b *scriptBus) Sleep(time.Duration)                                       {}
func (b *scriptBus) Select() error                                             { b.now = b.now.Add(time.Millisecond); return nil }
func (b *scriptBus) Deselect() (time.Time, error)                              { return b.now, nil }
func (b *scriptBus) WaitReady(bus.Ready, time.Duration) (time.Duration, error) { return 0, nil }
func (b *scriptBus) Reset(bool) error                                          { return nil }
func (b *scriptBus) DriveGPIO0(bus.Drive) error                                { return nil }
func (b *scriptBus) Attention() (bool, error)                                  { return true, nil }

func (b *scriptBus) Tx(w, r []byte) error {
	if w == nil {
		copy(r, b.replies[0])
		b.replies = b.replies[1:]
	}
	return nil
}

// recorded returns what decode shows of exchanges that were recorded so.
func recorded(t *testing.T, choice *wire.Choice, cfg capture.Config, exchanges ...[2][]byte) (text, json string) {
	t.Helper()
	var file bytes.Buffer
	link := &scriptBus{now: time.Unix(10, 0)}
	cfg.Clock, cfg.Filter = link, choice.Extent
	rec, err := capture.NewRecorder(link, &file, choice.Spans, cfg)
	require.NoError(t, err)
	window := func(w, r []byte) {
		rec.Select()
		rec.Tx(w, r)
		rec.Deselect()
	}
	for _, x := range exchanges {
		link.replies = append(link.replies, string(x[1]))
		window(x[0], nil)
		window(nil, make([]byte, len(x[1])))
	}
	require.NoError(t, rec.Close())
	dec := NewDecoder(&file)
	var lines, objects []byte
	for {
		var ev Event
		if err := dec.Next(&ev); err == io.EOF {
			return string(lines), string(objects)
		}
		require.NoError(t, err)
		lines = AppendText(lines, &ev, TextOptions{Payload: 16})
		if ev.Exchange.N > 0 {
			objects = append(AppendJSON(objects, &ev.Exchange, 16), '\n')
		}
	}
}

func TestWhatWasChosenIsShown(t *testing.T) {
	body := []byte(strings.Repeat("top secret ", 100))
	send := [2][]byte{
		wire.AppendRequest(nil, wire.SendDataTCP, wire.Uint(3), wire.Bytes(body)),
		[]byte("\xE0\xC4\x01\x02\x4C\x04\xEE\x00"),
	}
	receive := [2][]byte{
		wire.AppendRequest(nil, wire.GetDatabufTCP, wire.Uint(3), wire.Uint(1100)),
		append(append([]byte("\xE0\xC5\x01\x04\x4C"), body...), 0xEE),
	}
	poll := [2][]byte{
		wire.AppendRequest(nil, wire.GetClientStateTCP, wire.Uint(3)),
		[]byte("\xE0\xAF\x01\x01\x04\xEE\x00\x00"),
	}
	join := [2][]byte{
		wire.AppendRequest(nil, wire.SetNet, wire.Text("my home")),
		[]byte("\xE0\x90\x01\x01\x01\xEE\x00\x00"),
	}
	other := [2][]byte{
		wire.AppendRequest(nil, wire.GetClientStateTCP, wire.Uint(5)),
		poll[1],
	}
	text, json := recorded(t, &wire.Choice{HideSSID: true, Payload: -1, Sockets: []uint8{3}}, capture.Config{Fold: true},
		join, send, receive, other, poll, poll, other, poll, poll)
	t.Log(text)
	assert.Contains(t, text, `filter="yes"`)
	assert.NotContains(t, text+json, "secret")
	assert.NotContains(t, text+json, "my home")
	assert.NotContains(t, text+json, "malformed")
	assert.Contains(t, text, FindOmitted)
	assert.Contains(t, text, ", 1104 bytes left out")
	assert.Contains(t, json, `"omitted":1104`)
	assert.Contains(t, text, "the same again, 2 times in 2000µs")
	assert.NotContains(t, text, "sock=5")
	assert.Equal(t, 5, strings.Count(json, "\n"))
}

func TestDropsAreShownWithTheirTime(t *testing.T) {
	ev := Event{Record: capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 3, Span: 1500 * time.Millisecond}}}
	assert.Contains(t, string(AppendText(nil, &ev, TextOptions{})), "3 records dropped by the recorder in 1500ms")
}
