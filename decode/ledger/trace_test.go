package ledger

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
)

// unhex reads hexadecimal with spaces.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// ask is an exchange: a request and a reply, both without padding.
func ask(request, reply string) []capture.Record {
	q := unhex(request)
	for len(q)%4 != 0 {
		q = append(q, 0xFF)
	}
	r := unhex(reply)
	return []capture.Record{
		{Kind: capture.KindWindow, Window: capture.Window{MOSI: q, MISO: make([]byte, len(q))}},
		{Kind: capture.KindWindow, Window: capture.Window{MOSI: bytes.Repeat([]byte{0xFF}, len(r)), MISO: r}},
	}
}

// unanswered is a request without a reply.
func unanswered(request string) []capture.Record { return ask(request, "")[:1] }

// other is a record that is no exchange.
func other(rec capture.Record) []capture.Record { return []capture.Record{rec} }

var (
	reset = other(capture.Record{Kind: capture.KindPin, Pin: capture.PinReset})
	loss  = other(capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 1}})
)

// trace writes the records, 100 µs apart.
func trace(t testing.TB, steps ...[]capture.Record) []byte {
	var buf bytes.Buffer
	w, err := capture.NewWriter(&buf, 1)
	require.NoError(t, err)
	at := time.Duration(0)
	for _, step := range steps {
		for i := range step {
			rec := step[i]
			rec.Time = at
			at += 100 * time.Microsecond
			require.NoError(t, w.Write(&rec))
		}
	}
	require.NoError(t, w.Close())
	return buf.Bytes()
}

// follow tells the events of a trace.
func follow(t testing.TB, file []byte, tell func(*Event)) *Ledger {
	led := New(tell)
	add(t, led, file)
	return led
}

// add adds a trace to a ledger and closes it.
func add(t testing.TB, led *Ledger, file []byte) {
	dec := decode.NewDecoder(bytes.NewReader(file))
	var ev decode.Event
	for {
		err := dec.Next(&ev)
		if err == io.EOF {
			led.Close()
			return
		}
		require.NoError(t, err)
		led.Add(&ev)
	}
}

// events shows the events of a trace, one line each.
func events(t testing.TB, steps ...[]capture.Record) (lines []string) {
	follow(t, trace(t, steps...), func(ev *Event) { lines = append(lines, describe(ev)) })
	return lines
}

// describe shows an event.
func describe(ev *Event) string {
	at := fmt.Sprintf("%d ", ev.Exchange)
	switch d := &ev.Data; ev.Kind {
	case EventOpened:
		c := ev.Conv
		return at + fmt.Sprintf("opened %d %s %s %d %s", c.ID, c.Kind, c.Engine, c.Sock, c.Opening)
	case EventClosed:
		return at + "closed " + sum(ev.Conv)
	case EventGap:
		return at + fmt.Sprintf("gap %d", ev.Conv.ID)
	case EventLink:
		return at + fmt.Sprintf("link %s %q %s", ev.Link.State, ev.Link.SSID, ev.Link.Reason)
	default:
		text := at + fmt.Sprintf("%s %d %d %q", d.From, ev.Conv.ID, d.Len, d.Bytes)
		for _, flag := range []struct {
			is   bool
			name string
		}{{d.Datagram, "datagram"}, {d.Partial, "partial"}, {d.Withheld, "withheld"}, {d.Broadcast, "broadcast"}} {
			if flag.is {
				text += " " + flag.name
			}
		}
		if d.Peer.IsValid() {
			text += " " + d.Peer.String()
		}
		return text
	}
}

// sum shows a conversation.
func sum(c *Conversation) string {
	text := fmt.Sprintf("%d %s", c.ID, c.Kind)
	if c.Addr.IsValid() {
		text += " " + c.Addr.String()
	}
	if c.Port != 0 {
		text += fmt.Sprintf(":%d", c.Port)
	}
	if c.ManyPeers {
		text += "+"
	}
	if c.Host != "" {
		text += " " + c.Host
	}
	if c.Local != 0 {
		text += fmt.Sprintf(" at %d", c.Local)
	}
	if c.Listener != 0 {
		text += fmt.Sprintf(" of %d", c.Listener)
	}
	text += fmt.Sprintf(" %d/%d", c.Sent, c.Received)
	if c.SentDatagrams+c.ReceivedDatagrams > 0 {
		text += fmt.Sprintf(" in %d/%d", c.SentDatagrams, c.ReceivedDatagrams)
	}
	text += " " + c.Cause.String()
	if c.Leaked {
		text += " leaked"
	}
	if c.LivesOn {
		text += " lives on"
	}
	return text
}
