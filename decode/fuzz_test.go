package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

// check holds what is true of every event of every stream.
func check(t *testing.T, ev *Event, exchanges *int) {
	ex := &ev.Exchange
	text := AppendText(nil, ev, TextOptions{Payload: 16})
	require.True(t, utf8.Valid(text))
	for _, r := range string(text) {
		require.True(t, r == '\n' || unicode.IsPrint(r), "%q", text)
	}
	if ex.N == 0 {
		require.NotZero(t, ev.Record.Kind)
		return
	}
	*exchanges++
	require.Equal(t, *exchanges, ex.N)
	line := AppendJSON(nil, ex, 16)
	require.True(t, json.Valid(line), "%s", line)
	require.Equal(t, ex.Request.Bytes == nil, slices.Contains(ex.Findings, FindOrphan))
	require.GreaterOrEqual(t, ex.Wait, time.Duration(0))
	switch ex.Status {
	case NoReply:
		require.Nil(t, ex.Reply.Bytes)
	case Malformed:
		require.NotEmpty(t, ex.Findings)
	}
}

// Any bytes decode without a panic, to events that hold together.
func FuzzDecode(f *testing.F) {
	f.Add(trace(f, session()...))
	f.Add(trace(f, sent("E02000EE"), window(nil, nil), read("EF00")))
	f.Add([]byte("no trace"))
	f.Fuzz(func(t *testing.T, file []byte) {
		d := NewDecoder(bytes.NewReader(file))
		var s Summary
		n := 0
		var ev Event
		for {
			err := d.Next(&ev)
			if err != nil {
				require.True(t, err == io.EOF || errors.Is(err, capture.ErrNotTrace) || errors.Is(err, capture.ErrVersion), err)
				require.Equal(t, s.Exchanges, n)
				return
			}
			check(t, &ev, &n)
			s.Add(&ev)
		}
	})
}

// Any windows and edges in any order do, too. Four bytes of script say what
// comes next, and the windows take their bytes from the rest.
func FuzzDecodeRecords(f *testing.F) {
	f.Add([]byte{0, 4, 1, 6}, unhex("E02000EEE0A0010103EE"), false)
	f.Add([]byte{0, 20, 2, 0, 1, 8, 4, 0, 5, 0, 6, 0, 3, 7}, unhex("E011020361626308746F70736563726574EEFFFFE091010101EE0000"), true)
	f.Fuzz(func(t *testing.T, script, data []byte, masked bool) {
		var recs []capture.Record
		windows := 0
		for ; len(script) > 1; script = script[2:] {
			n := min(int(script[1]), len(data))
			rec, isWindow := scripted(script[0], data[:n], masked)
			if isWindow {
				windows++
				data = data[n:]
			}
			recs = append(recs, rec)
		}
		n, seen := 0, 0
		each(t, trace(t, recs...), func(ev *Event) {
			check(t, ev, &n)
			ex := &ev.Exchange
			switch {
			case ex.N == 0 && ev.Record.Kind == capture.KindWindow:
				seen++
			case ex.N == 0:
			case ex.Request.Bytes != nil && ex.Reply.Bytes != nil:
				seen += 2
			default:
				seen++
			}
		})
		require.Equal(t, windows, seen, "every window is in one event")
	})
}

// scripted makes a record of what a fuzzer wants.
func scripted(what byte, data []byte, masked bool) (rec capture.Record, isWindow bool) {
	switch what & 7 {
	case 0:
		rec = window(data, make([]byte, len(data)))
		if masked && len(data) > 4 {
			rec.Window.Masks = []capture.Span{{Off: 3, Len: len(data) - 4}}
		}
		return rec, true
	case 1:
		return window(bytes.Repeat([]byte{0xFF}, len(data)), data), true
	case 2:
		return window(nil, nil), true
	case 3:
		return dirty(window(data, data), capture.Status(what>>3)&^capture.HasMasks), true
	case 4:
		return pin(capture.PinReady, what&8 != 0), false
	case 5:
		return pin(capture.PinReset, what&8 != 0), false
	case 6:
		return capture.Record{Kind: capture.KindLoss, Loss: capture.Loss{Records: 1}}, false
	}
	return capture.Record{Kind: capture.KindStart}, false
}
