package ledger

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDatagrams(t *testing.T) {
	opened, gone := "1 opened 1 udp slot 0 seen", "0 closed 1 udp "
	for name, c := range map[string]struct {
		steps steps
		want  []string
	}{
		"one is made of its parts": {steps{bindUDP, aimUDP, insert, insert, sendUDP}, []string{opened,
			`5 host 1 4 "hihi" datagram 192.168.1.10:53`, gone + "192.168.1.10:53 at 2391 4/0 in 1/0 end of trace leaked"}},
		"the buffer is emptied by START_CLIENT only": {steps{bindUDP, aimUDP, insert, sendUDP, sendUDP, aimUDP, sendUDP}, []string{opened,
			`4 host 1 2 "hi" datagram 192.168.1.10:53`, `5 host 1 2 "hi" datagram 192.168.1.10:53`, `7 host 1 0 "" datagram 192.168.1.10:53`,
			gone + "192.168.1.10:53 at 2391 4/0 in 3/0 end of trace leaked"}},
		"not sent": {steps{bindUDP, aimUDP, insert, ask("E039010100EE", "E0B9010100EE")}, []string{opened,
			gone + "192.168.1.10:53 at 2391 0/0 end of trace leaked"}},
		"one is read in parts": {steps{bindUDP, avail5, remote, readHi, readHi, ask("E02B010100EE", "E0AB01020100EE"), ask("E02C 02 0100 0100 EE", "E0AC0101FFEE"), availNone},
			[]string{opened, "7 peer 1 5 \"hihi\\xff\" datagram 192.168.1.50:51234",
				gone + "192.168.1.50:51234 at 2391 0/5 in 0/1 end of trace leaked"}},
		"one is read in part": {steps{bindUDP, avail5, readHi, stop0}, []string{opened,
			`4 peer 1 2 "hi" datagram partial`, "4 closed 1 udp at 2391 0/2 in 0/1 host"}},
		"the rest is passed over": {steps{bindUDP, avail5, readHi, ask("E02B010100EE", "E0AB01020200EE"), readHi}, []string{opened,
			`4 peer 1 2 "hi" datagram partial`, `5 peer 1 2 "hi" datagram`, gone + "at 2391 0/4 in 0/2 end of trace leaked"}},
		"without asking, what is read is one": {steps{bindUDP, readHi, readHi}, []string{opened,
			`2 peer 1 2 "hi" datagram`, `3 peer 1 2 "hi" datagram`, gone + "at 2391 0/4 in 0/2 end of trace leaked"}},
		"an arrival overwrites the destination": {steps{bindUDP, aimUDP, insert, avail5, sendUDP}, []string{opened,
			`5 host 1 2 "hi" datagram`, gone + "192.168.1.10:53 at 2391 2/0 in 1/0 end of trace leaked"}},
		"and GET_REMOTE_DATA tells by whom": {steps{bindUDP, aimUDP, insert, avail5, remote, sendUDP}, []string{opened,
			`6 host 1 2 "hi" datagram 192.168.1.50:51234`, gone + "192.168.1.50:51234+ at 2391 2/0 in 1/0 end of trace leaked"}},
		"aimed before bound": {steps{aimUDP, bindUDP, stop0}, []string{opened, "3 closed 1 udp 192.168.1.10:53 at 2391 0/0 host"}},
		"a socket that was there before": {steps{sendUDP}, []string{
			"1 opened 1 udp slot 0 not seen", "1 gap 1", "0 closed 1 udp 0/0 end of trace leaked"}},
		"multicast": {steps{ask("E02804 04E0000001 021234 0100 0103 EE", "E0A8010101EE"), stop0}, []string{
			"1 opened 1 multicast slot 0 seen", "2 closed 1 multicast 224.0.0.1:4660 at 4660 0/0 host"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, events(t, c.steps...)) })
	}
}
