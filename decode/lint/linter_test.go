package lint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/decode"
)

// dialogue is the text form of a trace, after the lines of its beginning. Each
// line is a request and a reply in hexadecimal, 1 ms after the one before.
func dialogue(labels string, exchanges ...string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "ninatrace text 1\nrecording 0.000000000 tick=1\nstart 0.000000000%s\n", labels)
	for i, line := range exchanges {
		request, reply, _ := strings.Cut(line, " > ")
		n := len(strings.Fields(request))
		fmt.Fprintf(&b, "window 0.%03d000000 wait=0 ack=0 dur=1000 mosi <%s> miso <00*%d>\n", i+1, request, n)
		fmt.Fprintf(&b, "window 0.%03d500000 wait=0 ack=0 dur=1000 mosi <FF*%d> miso <%s>\n", i+1, len(strings.Fields(reply)), reply)
	}
	return []byte(b.String())
}

const noSlot = "E0 3F 00 EE > E0 BF 01 01 FF EE"

// What is found again is told once more, at the end, with how often it was.
func TestAStormIsOneFinding(t *testing.T) {
	got := findings(t, Rules(), binary(t, dialogue("", noSlot, noSlot, noSlot, noSlot)))
	require.Len(t, got, 2)
	assert.Equal(t, 0, got[0].Again)
	assert.Equal(t, []int{1}, got[0].Exchanges)
	assert.Equal(t, 3, got[1].Again)
	assert.Equal(t, []int{2, 4}, got[1].Exchanges)
	assert.Equal(t, got[0].Text, got[1].Text)
	assert.Greater(t, got[1].Time, got[0].Time)
}

// A finding is handed out when it is made, not at the end.
func TestFindingsComeAtOnce(t *testing.T) {
	n := 0
	l := New(Rules(), func(*Finding) { n++ })
	d := decode.NewDecoder(bytes.NewReader(binary(t, dialogue("", noSlot, noSlot))))
	var ev decode.Event
	for ev.Exchange.N == 0 {
		require.NoError(t, d.Next(&ev))
		l.Add(&ev)
	}
	assert.Equal(t, 1, n)
}

// One rule does not tell more than so many different findings apart.
func TestKeysAreBounded(t *testing.T) {
	var exchanges []string
	for slot := range 240 {
		exchanges = append(exchanges, fmt.Sprintf("E0 3A 01 01 %02X EE FF FF > E0 BA 02 04 00 00 00 00 02 00 00 EE", slot))
	}
	rule, err := Find("slot-out-of-range")
	require.NoError(t, err)
	got := findings(t, []*Rule{rule}, binary(t, dialogue("", exchanges...)))
	require.Len(t, got, maxKeys+2)
	assert.Equal(t, 230-maxKeys-1, got[maxKeys+1].Again)
}

// A rule about some releases is silent about others, and milder while nobody
// knows.
func TestRulesGoByTheFirmware(t *testing.T) {
	rule, err := Find("failed-lookup-used")
	require.NoError(t, err)
	for labels, want := range map[string][]Severity{
		"":                      {Warning},
		` "firmware"="3.3.0"`:   {Error},
		` "firmware"="2.0.0"`:   nil,
		` "firmware"="garbage"`: {Warning},
	} {
		var got []Severity
		for _, f := range findings(t, []*Rule{rule}, binary(t, dialogue(labels, "E0 34 01 01 61 EE FF FF > E0 B4 01 01 00 EE", "E0 35 00 EE > E0 B5 01 04 01 02 03 04 EE"))) {
			got = append(got, f.Severity)
		}
		assert.Equal(t, want, got, labels)
	}
}

func TestJSON(t *testing.T) {
	got := findings(t, Rules(), binary(t, dialogue("", noSlot, noSlot, noSlot)))
	require.Len(t, got, 2)
	text, err := json.Marshal(got[1])
	require.NoError(t, err)
	assert.JSONEq(t, `{"rule":"NT301","name":"no-free-slot","severity":"error","t":0.003000000,"exchanges":[2,3],"again":2,
		"text":"GET_SOCKET answers 255: no slot is free, 0 known to be open","do":"Stop every client when done with it, also after a failure and when the peer has closed."}`, string(text))
	assert.Contains(t, string(text), `"t":0.003000000,`)
}

// Names come from the trace; what is said of them does no harm to a terminal.
func TestTextIsHarmless(t *testing.T) {
	got := findings(t, Rules(), binary(t, dialogue("", "E0 34 01 08 1B 5B 33 31 6D C2 9B 0A EE FF FF FF > E0 B4 01 01 00 EE")))
	require.NotEmpty(t, got)
	for _, c := range lines(got) {
		assert.True(t, c == '\n' || unicode.IsPrint(c), "%q", c)
	}
}

// However long the trace, what is kept of it does not grow.
func TestMemoryIsBounded(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	trace := binary(t, dialogue("", noSlot, "E0 34 01 01 61 EE FF FF > E0 B4 01 01 00 EE", "E0 31 00 EE > EF 00 EE",
		"E0 44 02 00 01 00 00 02 61 62 EE FF > E0 C4 01 02 01 00 EE", "E0 2D 04 04 01 02 03 04 02 00 50 01 00 01 00 EE > E0 AD 01 01 01 EE",
		"E0 3A 01 01 FF EE FF FF > E0 BA 02 04 00 00 00 00 02 00 00 EE", "E0 10 01 01 61 EE FF FF > E0 90 01 01 01 EE", "E0 20 00 EE > E0 A0 01 01 04 EE"))
	n := 0
	l := New(Rules(), func(*Finding) { n++ })
	var early uint64
	for round := range 5000 {
		d := decode.NewDecoder(bytes.NewReader(trace))
		var ev decode.Event
		for {
			err := d.Next(&ev)
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			l.Add(&ev)
		}
		if round == 500 {
			early = heap()
		}
	}
	late := heap()
	l.Close()
	assert.Less(t, late, early+1<<18)
	assert.Less(t, n, 200)
}
