package fidelity

import (
	"bytes"
	"encoding/binary"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A rule names values of a reply that may differ, because they are of another
// world. Everything else has to be equal: the length of the reply, its counts,
// lengths, order and padding. docs/fidelity.md gives the reasons.
type rule struct {
	name   string
	cmd    wire.Command
	values [][2]int                    // bytes that may differ, each from and to
	allows func(want, got []byte) bool // looks at the two replies, which are as long
}

// rules are all excuses there are.
var rules = []rule{
	{"time", wire.GetTime, [][2]int{{4, 8}}, secondApart},
	{"strength", wire.GetCurrRSSI, [][2]int{{4, 5}}, bothNegative},
	{"nobody accepted", wire.SocketAccept, [][2]int{{6, 10}, {11, 13}}, noFD},
	{"nothing received", wire.SocketRecvFrom, [][2]int{{5, 9}, {11, 13}}, noData},
	{"no peer", wire.SocketGetPeerName, [][2]int{{6, 10}, {11, 13}}, notOK},
}

// secondApart: a second ends during the exchange.
func secondApart(want, got []byte) bool {
	a, b := binary.LittleEndian.Uint32(want[4:]), binary.LittleEndian.Uint32(got[4:])
	return a != 0 && b != 0 && a-b+1 <= 2
}

// bothNegative: the strength is that of the moment, the emulator's that of the
// join; without a link it is 0.
func bothNegative(want, got []byte) bool { return want[4] >= 0x80 && got[4] >= 0x80 }

// noFD, noData and notOK: after a failure the firmware tells an address it has
// never set.

func noFD(want, _ []byte) bool { return want[4] == wire.NoFD }

func noData(want, _ []byte) bool { return want[13] == 0 && want[14] == 0 }

func notOK(want, _ []byte) bool { return want[4] == 0 }

// excuse returns the rule that allows what differs, nil if none does.
func excuse(x *exchange, got []byte) *rule {
	for i := range rules {
		if r := &rules[i]; r.cmd == x.cmd && r.excuses(x.out, got) {
			return r
		}
	}
	return nil
}

// excuses reports whether two replies differ in the values of the rule alone.
func (r *rule) excuses(want, got []byte) bool {
	last := r.values[len(r.values)-1][1]
	if len(want) != len(got) || len(want) <= last || !r.allows(want, got) {
		return false
	}
	want = bytes.Clone(want)
	for _, v := range r.values {
		copy(want[v[0]:v[1]], got[v[0]:v[1]])
	}
	return bytes.Equal(want, got)
}
