package fidelity

import (
	"bytes"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A rule names values of a reply that may differ, because they are of another
// world. Everything else of the reply has to be equal: its length, counts,
// lengths, order and padding.
type rule struct {
	name   string
	cmd    wire.Command
	from   int // the bytes that may differ
	to     int
	allows func(want, got []byte) bool // of these bytes; nil: all
	reason string
}

// rules are all excuses there are.
var rules = []rule{
	{
		name: "unreachable", cmd: wire.SocketErrno, from: 4, to: 5,
		allows: func(want, got []byte) bool {
			return want[0] == byte(wire.EHOSTUNREACH) && got[0] == byte(wire.ECONNABORTED)
		},
		reason: "the errno of a host that does not answer was made up for the recordings (nina-observed \"Where this may differ from hardware\")",
	},
	{
		name: "strength", cmd: wire.GetCurrRSSI, from: 4, to: 5,
		allows: func(want, got []byte) bool { return want[0] >= 0x80 && got[0] >= 0x80 },
		reason: "the strength of the signal is that of the moment; the emulator tells that of the join",
	},
	{
		name: "time", cmd: wire.GetTime, from: 4, to: 8,
		allows: func(want, got []byte) bool {
			d := int32(le32(want) - le32(got))
			return le32(want) != 0 && le32(got) != 0 && -1 <= d && d <= 1
		},
		reason: "the second ends during the exchange",
	},
}

func le32(p []byte) uint32 {
	return uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 | uint32(p[3])<<24
}

// excuse returns the rule that allows what differs, nil if none does.
func excuse(x *exchange, got []byte) *rule {
	for i := range rules {
		r := &rules[i]
		if r.cmd == x.cmd && len(got) == len(x.out) && len(got) >= r.to &&
			bytes.Equal(got[:r.from], x.out[:r.from]) && bytes.Equal(got[r.to:], x.out[r.to:]) &&
			r.allows(x.out[r.from:r.to], got[r.from:r.to]) {
			return r
		}
	}
	return nil
}
