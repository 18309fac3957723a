package ledger

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture"
)

// Exchanges of slots. Slot numbers stand where the frames have them.
var (
	version     = ask("E03700EE", "E0B70106322E302E3000EE")
	dial        = ask("E02D04 04C0A8010A 020050 0100 0100 EE", "E0AD010101EE") // 192.168.1.10:80 in slot 0
	dialFails   = ask("E02D04 04C0A8010A 020050 0100 0100 EE", "E0AD00")
	serve       = ask("E02803 020050 0101 0100 EE", "E0A8010101EE") // port 80 in slot 1
	bindUDP     = ask("E02803 020957 0100 0101 EE", "E0A8010101EE") // port 2391 in slot 0
	aimUDP      = ask("E02D04 04C0A8010A 020035 0100 0101 EE", "E0AD010101EE")
	insert      = ask("E04602 000100 0002 6869 EE", "E0C6010101EE")
	sendUDP     = ask("E0390101 00 EE", "E0B9010101EE")
	avail5      = ask("E02B0101 00 EE", "E0AB01020500EE")
	availNone   = ask("E02B0101 00 EE", "E0AB01020000EE")
	stop0       = ask("E02E010100EE", "E0AE010101EE")
	stop1       = ask("E02E010101EE", "E0AE010101EE")
	closed0     = ask("E02F010100EE", "E0AF010100EE")
	established = ask("E02F010100EE", "E0AF010104EE")
	sendHello   = ask("E04402 000100 0005 68656C6C6F EE", "E0C401020500EE")
	readHi      = ask("E04502 000100 0002DC05 EE", "E0C5010002 6869 EE")
	readNothing = ask("E04502 000100 0002DC05 EE", "E0C5010000EE")
	remote      = ask("E03A010100EE", "E0BA02 04C0A80132 02C822 EE") // 192.168.1.50:51234
)

type steps = [][]capture.Record

func TestSlots(t *testing.T) {
	for name, c := range map[string]struct {
		steps steps
		want  []string
	}{
		"host stops": {steps{dial, sendHello, readHi, readNothing, stop0, closed0}, []string{
			"1 opened 1 tcp slot 0 seen", `2 host 1 5 "hello"`, `3 peer 1 2 "hi"`, "5 closed 1 tcp 192.168.1.10:80 5/2 host"}},
		"peer closes": {steps{dial, closed0, stop0}, []string{
			"1 opened 1 tcp slot 0 seen", "2 closed 1 tcp 192.168.1.10:80 0/0 peer"}},
		"a short send counts what was taken": {steps{dial, ask("E04402 000100 0005 68656C6C6F EE", "E0C401020200EE")}, []string{
			"1 opened 1 tcp slot 0 seen", `2 host 1 2 "he"`, "0 closed 1 tcp 192.168.1.10:80 2/0 end of trace leaked"}},
		"connect fails and leaves the slot alone": {steps{dialFails, closed0}, []string{
			"1 opened 1 tcp slot 0 seen", "1 closed 1 tcp 192.168.1.10:80 0/0 failed"}},
		"slot given out again": {steps{dial, dial, stop0}, []string{
			"1 opened 1 tcp slot 0 seen", "2 closed 1 tcp 192.168.1.10:80 0/0 slot reused leaked",
			"2 opened 2 tcp slot 0 seen", "3 closed 2 tcp 192.168.1.10:80 0/0 host"}},
		"reset": {steps{dial, reset}, []string{
			"1 opened 1 tcp slot 0 seen", "0 closed 1 tcp 192.168.1.10:80 0/0 reset leaked"}},
		"after a loss nothing is said to have leaked": {steps{dial, loss, dial, stop0}, []string{
			"1 opened 1 tcp slot 0 seen", "0 gap 1", "2 closed 1 tcp 192.168.1.10:80 0/0 unseen",
			"2 opened 2 tcp slot 0 seen", "3 closed 2 tcp 192.168.1.10:80 0/0 host"}},
		"a listener lives on": {steps{serve, stop1}, []string{
			"1 opened 1 listener slot 1 seen", "2 closed 1 listener at 80 0/0 host lives on"}},
		"an accepted client is told once": {steps{serve,
			ask("E02B0101 01 EE", "E0AB0102FF00EE"), ask("E02B0101 01 EE", "E0AB01020000EE"), ask("E02B0101 01 EE", "E0AB01020000EE"),
			remote, readHi, stop0}, []string{
			"1 opened 1 listener slot 1 seen", "3 opened 2 accepted slot 0 seen", `6 peer 2 2 "hi"`,
			"7 closed 2 accepted 192.168.1.50:51234 at 80 of 1 0/2 host", "0 closed 1 listener at 80 0/0 end of trace leaked"}},
		"a listening slot sends to its clients": {steps{serve, ask("E04402 000101 0002 6869 EE", "E0C401020400EE"), stop1}, []string{
			"1 opened 1 listener slot 1 seen", `2 host 1 2 "hi" broadcast`, "3 closed 1 listener at 80 4/0 host lives on"}},
		"a UDP slot is freed by a poll": {steps{bindUDP, closed0, stop0}, []string{
			"1 opened 1 udp slot 0 seen", "2 closed 1 udp at 2391 0/0 state poll lives on"}},
		"a failed server": {steps{ask("E02803 020050 0101 0100 EE", "E0A8010100EE")}, []string{
			"1 opened 1 listener slot 1 seen", "1 closed 1 listener at 80 0/0 failed"}},
		"the trace begins inside": {steps{sendHello, remote, readHi, stop0}, []string{
			"1 opened 1 unknown slot 0 not seen", `1 host 1 5 "hello"`, `3 peer 1 2 "hi"`,
			"4 closed 1 unknown 192.168.1.50:51234 5/2 host"}},
		"nothing proves nothing": {steps{readNothing, closed0, stop0, availNone, ask("E02C 02 0100 0100 EE", "E0AC010100EE"),
			ask("E04402 000100 0002 6869 EE", "E0C401020000EE"), ask("E03A010100EE", "E0BA02 0400000000 020000 EE")}, nil},
		"no reply to a connect": {steps{unanswered("E02D04 04C0A8010A 020050 0100 0100 EE"), dial, stop0}, []string{
			"1 opened 1 tcp slot 0 unanswered", "2 closed 1 tcp 192.168.1.10:80 0/0 unseen",
			"2 opened 2 tcp slot 0 seen", "3 closed 2 tcp 192.168.1.10:80 0/0 host"}},
		"a damaged reply is a gap": {steps{dial, ask("E04402 000100 0002 6869 EE", "E0C4010302"), ask("E04502 000100 0002DC05 EE", "00112233"), stop0}, []string{
			"1 opened 1 tcp slot 0 seen", "2 gap 1", "3 gap 1", "4 closed 1 tcp 192.168.1.10:80 0/0 host"}},
		"the server ends where a firmware can": {steps{serve, ask("E038010101EE", "E0B8010101EE")}, []string{
			"1 opened 1 listener slot 1 seen", "2 closed 1 listener at 80 0/0 host"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, events(t, c.steps...)) })
	}
}

// One byte is read where there is one; FF may be none; a peek takes none, and
// WiFiNINA's is none (reference §4.3).
func TestGetData(t *testing.T) {
	const read = "E02C 02 0100 0100 EE"
	for name, c := range map[string]struct {
		steps steps
		want  int64
	}{
		"a byte":                    {steps{ask(read, "E0AC010161EE")}, 1},
		"nothing":                   {steps{ask(read, "E0AC0101FFEE")}, 0},
		"FF that was announced":     {steps{ask("E02B010100EE", "E0AB01020100EE"), ask(read, "E0AC0101FFEE"), ask(read, "E0AC0101FFEE")}, 1},
		"a peek":                    {steps{ask("E02C0201000101EE", "E0AC010161EE"), ask(read, "E0AC010161EE")}, 1},
		"WiFiNINA's peek takes it":  {steps{ask("E02C020100020001EE", "E0AC010161EE")}, 1},
		"FF, read all by GET_DATAB": {steps{ask("E02B010100EE", "E0AB01020200EE"), readHi, ask(read, "E0AC0101FFEE")}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var got int64
			follow(t, trace(t, append(steps{dial}, c.steps...)...), func(ev *Event) {
				if ev.Kind == EventClosed {
					got = ev.Conv.Received
				}
			})
			assert.Equal(t, c.want, got)
		})
	}
}

// What a recorder counts instead of recording it again is counted.
func TestRepeats(t *testing.T) {
	more := func(n uint64) []capture.Record {
		return other(capture.Record{Kind: capture.KindRepeat, Repeat: capture.Repeat{N: n}})
	}
	var times int64
	led := New(func(ev *Event) {
		if ev.Kind == EventData {
			times += ev.Data.Times
		}
	})
	add(t, led, trace(t, dial, sendHello, more(9)))
	assert.EqualValues(t, 10, times)
	assert.Contains(t, events(t, dial, sendHello, more(9), stop0), `3 closed 1 tcp 192.168.1.10:80 50/0 host`)
	assert.Contains(t, events(t, dial, sendHello, more(2)), `2 host 1 5 "hello"`)
	assert.Contains(t, events(t, dial, sendHello, readNothing, more(9), stop0), `4 closed 1 tcp 192.168.1.10:80 5/0 host`)
	assert.Contains(t, events(t, bindUDP, aimUDP, insert, more(2), sendUDP, more(1), stop0), `5 closed 1 udp 192.168.1.10:53 at 2391 12/0 in 2/0 host`)
}

// Which firmware frees a slot by a poll (reference §4.0, quirk 4).
func TestFirmwareThatKeepsSlots(t *testing.T) {
	v310 := ask("E03700EE", "E0B70106332E312E3000EE")
	v330 := ask("E03700EE", "E0B70106332E332E3000EE")
	accepted := ask("E02B0101 01 EE", "E0AB01020000EE")
	for name, c := range map[string]struct {
		steps steps
		want  string
	}{
		"Arduino 2.0.0 frees it":      {steps{version, dial, closed0}, "3 closed 1 tcp 192.168.1.10:80 0/0 peer"},
		"Adafruit 3.1.0 does not":     {steps{v310, dial, closed0, stop0}, "4 closed 1 tcp 192.168.1.10:80 0/0 peer"},
		"and so it is leaked":         {steps{v310, dial, closed0}, "0 closed 1 tcp 192.168.1.10:80 0/0 peer leaked"},
		"Adafruit 3.3.0 frees dialed": {steps{v330, dial, closed0}, "3 closed 1 tcp 192.168.1.10:80 0/0 peer"},
		"but no accepted client": {steps{v330, ask("E02803 020050 0101 0100 EE", "E0A8010101EE"), accepted, closed0, stop0, stop1},
			"5 closed 2 accepted at 80 of 1 0/0 peer"},
		"nor a UDP socket": {steps{v330, bindUDP, closed0, stop0}, "4 closed 1 udp at 2391 0/0 host"},
	} {
		t.Run(name, func(t *testing.T) { assert.Contains(t, events(t, c.steps...), c.want) })
	}
}

// A ledger can be asked in between, and a conversation stays where it is.
func TestOpen(t *testing.T) {
	var led *Ledger
	var seen []*Conversation
	led = New(func(ev *Event) {
		seen = append(seen, ev.Conv)
		if ev.Kind == EventClosed {
			assert.Nil(t, led.Open(Slot, 0))
		} else {
			assert.Same(t, ev.Conv, led.Open(Slot, 0))
			assert.Nil(t, led.Open(Descriptor, 0))
		}
	})
	add(t, led, trace(t, dial, sendHello, stop0))
	assert.Len(t, seen, 3)
	assert.Same(t, seen[0], seen[2])
}
