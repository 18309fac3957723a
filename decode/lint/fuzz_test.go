package lint

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// Whatever a trace holds, nothing panics, the findings are few, can be printed
// and are JSON.
func FuzzTrace(f *testing.F) {
	for i := range register {
		c := casesOf(f, &register[i])
		f.Add(binary(f, c.positive.Data))
	}
	f.Fuzz(func(t *testing.T, trace []byte) {
		check := &printable{t: t}
		l := New(Rules(), check.finding)
		d := decode.NewDecoder(bytes.NewReader(trace))
		var ev decode.Event
		for d.Next(&ev) == nil {
			l.Add(&ev)
		}
		l.Close()
	})
}

// FuzzExchanges makes exchanges of any bytes: a command, how much follows, and
// so on.
func FuzzExchanges(f *testing.F) {
	f.Add([]byte{0x2D, 3, 4, 1, 2, 0x2D, 2, 1, 1}, true)
	f.Add([]byte{0x3F, 0, 2, 1, 0xFF}, false)
	f.Fuzz(func(t *testing.T, script []byte, well bool) {
		check := &printable{t: t}
		l := New(Rules(), check.finding)
		var buf bytes.Buffer
		w, err := capture.NewWriter(&buf, 1)
		require.NoError(t, err)
		for len(script) > 2 {
			cmd := script[0] & 0x7F
			var ask, answer []byte
			ask, script = part(script[1:])
			answer, script = part(script)
			send(t, w, append([]byte{wire.StartByte, cmd}, ask...), well)
			receive(t, w, append([]byte{wire.StartByte, cmd | wire.ReplyBit}, answer...), well)
		}
		require.NoError(t, w.Close())
		d := decode.NewDecoder(&buf)
		var ev decode.Event
		for d.Next(&ev) == nil {
			l.Add(&ev)
		}
		l.Close()
	})
}

// part cuts off as many bytes as the first says, as one parameter each.
func part(b []byte) (params, rest []byte) {
	if len(b) == 0 {
		return nil, nil
	}
	n := min(int(b[0]), len(b)-1)
	return b[1 : 1+n], b[1+n:]
}

func send(t *testing.T, w *capture.Writer, frame []byte, well bool) {
	if well {
		frame = framed(frame)
	}
	record(t, w, frame, make([]byte, len(frame)))
}

func receive(t *testing.T, w *capture.Writer, frame []byte, well bool) {
	if well {
		frame = framed(frame)
	}
	record(t, w, bytes.Repeat([]byte{0xFF}, len(frame)), frame)
}

// framed makes parameters of one byte each of what follows the header.
func framed(b []byte) []byte {
	out := append([]byte{}, b[0], b[1], byte(len(b)-2))
	for _, v := range b[2:] {
		out = append(out, 1, v)
	}
	out = append(out, wire.EndByte)
	for len(out)%4 != 0 {
		out = append(out, 0xFF)
	}
	return out
}

func record(t *testing.T, w *capture.Writer, mosi, miso []byte) {
	rec := capture.Record{Kind: capture.KindWindow, Window: capture.Window{Dur: 1000, MOSI: mosi, MISO: miso}}
	require.NoError(t, w.Write(&rec))
}

// printable checks findings.
type printable struct {
	t *testing.T
	n int
}

func (p *printable) finding(f *Finding) {
	p.n++
	require.LessOrEqual(p.t, p.n, 2*(maxKeys+1)*len(register))
	require.True(p.t, json.Valid(must(json.Marshal(f))))
	for _, c := range f.Text {
		require.True(p.t, unicode.IsPrint(c), "%q", f.Text)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
