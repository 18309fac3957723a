package decode

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/capture"
)

func TestSummary(t *testing.T) {
	join := window(unhex("E01102 04686F6D65 08 2A2A2A2A2A2A2A2A EEFFFF"), make([]byte, 20))
	join.Window.Masks = []capture.Span{{Off: 9, Len: 8}}
	recs := []capture.Record{
		{Kind: capture.KindStart, Wall: time.Unix(1700000000, 0), Labels: []capture.Label{{Key: "board", Value: "pyportal"}}},
		pin(capture.PinReset, false), pin(capture.PinReset, true),
		{Kind: capture.KindWait, Window: capture.Window{Wait: us, Status: capture.WaitTimedOut}},
		{Kind: capture.KindWait, Window: capture.Window{Wait: us}},
		begin(func(c *capture.Call) { c.Op = opConnect }),
		sent("E03700EE"), read("E0B70106322E302E3000EE"),
		join, read("E091010101EE"),
		end(func(r *capture.Record) { r.Call.Op = opConnect }),
		sent("E02000EE"), read("EF00EE00"),
		{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: 9, Span: us}},
		sent("E03F00EE"),
		{Kind: capture.KindLoss, Loss: capture.Loss{Records: 7}},
		{Kind: capture.KindStart, Labels: []capture.Label{{Key: "board", Value: "other"}}},
		read("00000000"),
	}
	file := trace(t, recs...)
	var s Summary
	d := NewDecoder(bytes.NewReader(file))
	var ev Event
	for d.Next(&ev) == nil {
		s.Add(&ev)
	}
	assert.True(t, s.Start.Equal(time.Unix(1700000000, 0)))
	s.Start = time.Time{}
	assert.Equal(t, Summary{
		Labels:     map[string]string{"board": "pyportal"},
		Recordings: 2,
		Duration:   recs[len(recs)-1].Time + 10*us,
		Exchanges:  5,
		Repeats:    9,
		ByStatus:   map[string]int{"ok": 2, "error": 1, "no-reply": 1, "malformed": 1},
		Commands:   map[string]int{"GET_FW_VERSION": 1, "SET_PASSPHRASE": 1, "GET_CONN_STATUS": 1, "GET_SOCKET": 1, "0x00": 1},
		Findings:   map[string]int{FindOrphan: 1, FindReplyIdle: 1},
		Calls:      1,
		BytesOut:   4 + 20 + 4 + 4,
		BytesIn:    11 + 6 + 4 + 4,
		Waited:     3 * 90 * us,
		Firmware:   "2.0.0 (arduino)",
		Resets:     1,
		Timeouts:   1,
		Masks:      1,
		Lost:       Lost{Records: 7},
	}, s)
}

func TestSummaryAsJSON(t *testing.T) {
	text, err := json.Marshal(Summary{Exchanges: 3, ByStatus: map[string]int{"ok": 3}, Lost: Lost{Cut: true}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"recordings":0,"duration_ns":0,"exchanges":3,"by_status":{"ok":3},"calls":0,"bytes_out":0,"bytes_in":0,
		"waited_ns":0,"resets":0,"ready_timeouts":0,"masks":0,
		"lost":{"frames":0,"bytes":0,"records":0,"joined":false,"cut":true}}`, string(text))
}
