package capture

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/internal/cobs"
	"github.com/ninatrace/ninatrace/wifinina/bus"
)

// docRecords are the records of the example in doc.go.
func docRecords() []Record {
	us := time.Microsecond
	fill := func(n int) []byte { return []byte(strings.Repeat("\xFF", n)) }
	poll := func(at, wait time.Duration) []Record {
		return []Record{
			{Kind: KindWindow, Time: at, Window: Window{
				Call: 1, Ack: 12 * us, Dur: 9 * us,
				MOSI: []byte{0xE0, 0x20, 0x00, 0xEE}, MISO: make([]byte, 4)}},
			{Kind: KindWindow, Time: at + wait + 30*us, Window: Window{
				Call: 1, Wait: wait, Ack: 11 * us, Dur: 14 * us,
				MOSI: fill(8), MISO: []byte{0xE0, 0xA0, 0x01, 0x01, 0x01, 0xEE, 0x00, 0x00}}},
		}
	}
	recs := []Record{
		{Kind: KindStart, Wall: time.Unix(1700000000, 0), Labels: []Label{{"board", "nano-rp2040"}}},
		{Kind: KindWindow, Time: 750 * us, Window: Window{
			Ack: 12 * us, Dur: 9 * us,
			MOSI: []byte{0xE0, 0x37, 0x00, 0xEE}, MISO: make([]byte, 4)}},
		{Kind: KindWindow, Time: 924 * us, Window: Window{
			Wait: 150 * us, Ack: 11 * us, Dur: 18 * us,
			MOSI: fill(12), MISO: []byte("\xE0\xB7\x01\x062.0.0\x00\xEE\x00")}},
		{Kind: KindBegin, Time: 1000 * us, ID: 1, Call: Call{
			Call:      bus.Call{Op: bus.OpNetConnect, Text: "lab", Int: [5]int64{0, 0, 3, 10e9, 0}},
			SecretLen: 8}},
		{Kind: KindWindow, Time: 1020 * us, Window: Window{
			Call: 1, Ack: 12 * us, Dur: 27 * us, Status: HasMasks,
			MOSI: []byte("\xE0\x11\x02\x03lab\x08********\xEE\xFF\xFF\xFF"), MISO: make([]byte, 20), Masks: []Span{{8, 8}}}},
	}
	recs = append(recs, poll(2000*us, 130*us)...)
	recs = append(recs, poll(102000*us, 140*us)...)
	return append(recs, Record{Kind: KindEnd, Time: 102200 * us, ID: 1,
		Call: Call{Call: bus.Call{Op: bus.OpNetConnect}}, Result: Result{Err: "timeout"}})
}

// docLines returns the indented lines that follow a line of doc.go, without
// the empty ones.
func docLines(t *testing.T, after string) []string {
	t.Helper()
	src, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(src), after)
	require.True(t, found, "doc.go has no %q", after)
	var out []string
	for _, line := range strings.Split(rest, "\n")[1:] {
		body, indented := strings.CutPrefix(line, "//\t")
		switch {
		case indented:
			out = append(out, body)
		case line != "//" && len(out) > 0:
			return out
		}
	}
	return out
}

// docBytes returns the bytes of such lines: the pairs of hex digits up to the
// first two spaces.
func docBytes(t *testing.T, after string) []byte {
	t.Helper()
	var out []byte
	for _, line := range docLines(t, after) {
		digits, _, _ := strings.Cut(line, "  ")
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		require.NoError(t, err, line)
		out = append(out, b...)
	}
	return out
}

// The example in doc.go is a trace as the package writes it.
func TestExampleOfTheSpecification(t *testing.T) {
	want := docRecords()
	file := write(t, time.Microsecond, want)
	var raw []byte
	for _, segment := range bytes.Split(file, []byte{0}) {
		frame, ok := cobs.Decode(nil, segment)
		require.True(t, ok)
		raw = append(raw, frame...)
	}
	got := read(t, file)
	require.Len(t, got, len(want))
	for i := range want {
		sameRecord(t, want[i], got[i])
	}
	assert.Equal(t, hex.Dump(file), hex.Dump(docBytes(t, "The file:")))
	assert.Equal(t, hex.Dump(raw), hex.Dump(docBytes(t, "The frames in it:")))
}

// slotNames are what the specification calls the forms of fields.
var slotNames = map[bus.Slot]string{
	bus.SlotSock: "int", bus.SlotN: "int",
	bus.SlotInt0: "int", bus.SlotInt1: "int", bus.SlotInt2: "int", bus.SlotInt3: "int", bus.SlotInt4: "int",
	bus.SlotAddr: "addr", bus.SlotText: "text", bus.SlotHostname: "text",
	bus.SlotSecret: "length", bus.SlotSize: "length", bus.SlotData: "data", bus.SlotDeadline: "duration",
}

func docFields(fields []bus.Field) string {
	var parts []string
	for _, f := range fields {
		parts = append(parts, f.Name+" "+slotNames[f.Slot])
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// The table of calls in doc.go is that of package bus.
func TestCallsOfTheSpecification(t *testing.T) {
	var want []string
	for op := bus.Op(1); op.Spec().Name != ""; op++ {
		spec := op.Spec()
		line := fmt.Sprintf("%2d %s %s", op, spec.Name, docFields(spec.Args))
		if len(spec.Results) > 0 {
			line += " " + docFields(spec.Results)
		}
		want = append(want, line)
	}
	assert.Equal(t, want, docLines(t, "arguments and results of each op"))
}
