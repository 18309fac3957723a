package ledger

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture"
)

// Exchanges of descriptor 54.
var (
	socketTCP    = ask("E070 02 0101 0100 EE", "E0F0 01 0136 EE")
	socketUDP    = ask("E070 02 0102 0100 EE", "E0F0 01 0136 EE")
	nonblocking  = ask("E07B 03 0136 047E660480 0401000000 EE", "E0FB 01 0401000000 EE")
	connect      = ask("E076 03 0136 04C0A8010A 020050 EE", "E0F6 01 0101 EE")
	connectFails = ask("E076 03 0136 04C0A8010A 020050 EE", "E0F6 01 0100 EE")
	recvNothing  = ask("E078 02 0136 021000 EE", "E0F8 01 0000 EE")
	recvHi       = ask("E078 02 0136 021000 EE", "E0F8 01 0002 6869 EE")
	sendHi       = ask("E077 02 000136 0002 6869 EE", "E0F7 01 020002 EE")
	pollIt       = ask("E07C 01 0136 EE", "E0FC 01 0103 EE")
	closeFD      = ask("E071 01 0136 EE", "E0F1 01 0101 EE")
	inProgress   = errnoIs("77")
	again        = errnoIs("0B")
	notConnected = errnoIs("80")
	wasReset     = errnoIs("68")
)

func errnoIs(hex string) []capture.Record { return ask("E07200EE", "E0F20101"+hex+"EE") }

func TestDescriptors(t *testing.T) {
	opened := "1 opened 1 tcp fd 54 seen"
	for name, c := range map[string]struct {
		steps steps
		want  []string
	}{
		"a connection": {steps{socketTCP, connect, sendHi, recvHi, closeFD}, []string{opened,
			`3 host 1 2 "hi"`, `4 peer 1 2 "hi"`, "5 closed 1 tcp 192.168.1.10:80 2/2 host"}},
		"refused": {steps{socketTCP, connectFails, wasReset, closeFD}, []string{opened,
			"4 closed 1 tcp 192.168.1.10:80 0/0 failed"}},
		"in progress, then good": {steps{socketTCP, nonblocking, connectFails, inProgress, pollIt,
			ask("E07E 03 0136 0407100000 0104 EE", "E0FE 01 0400000000 EE"), recvNothing, again, closeFD}, []string{opened,
			"9 closed 1 tcp 192.168.1.10:80 0/0 host"}},
		"in progress, then refused": {steps{socketTCP, nonblocking, connectFails, inProgress,
			ask("E07E 03 0136 0407100000 0104 EE", "E0FE 01 0468000000 EE"), closeFD}, []string{opened,
			"6 closed 1 tcp 192.168.1.10:80 0/0 failed"}},
		"end of the stream":        {steps{socketTCP, connect, recvNothing, notConnected, closeFD}, []string{opened, "5 closed 1 tcp 192.168.1.10:80 0/0 peer"}},
		"with an edge in between":  {steps{socketTCP, connect, recvNothing, other(capture.Record{Kind: capture.KindPin, Pin: capture.PinGPIO0}), notConnected, closeFD}, []string{opened, "5 closed 1 tcp 192.168.1.10:80 0/0 peer"}},
		"reset by the peer":        {steps{socketTCP, connect, recvNothing, wasReset, closeFD}, []string{opened, "5 closed 1 tcp 192.168.1.10:80 0/0 peer reset"}},
		"errno is of another call": {steps{socketTCP, connect, recvNothing, pollIt, notConnected, closeFD}, []string{opened, "6 closed 1 tcp 192.168.1.10:80 0/0 host"}},
		"nothing read, and nobody asks why": {steps{socketTCP, connect, recvNothing, closeFD}, []string{opened,
			"4 closed 1 tcp 192.168.1.10:80 0/0 host"}},
		"closed in a gap": {steps{socketTCP, socketTCP, closeFD}, []string{opened,
			"2 closed 1 tcp 0/0 unseen", "2 opened 2 tcp fd 54 seen", "3 closed 2 tcp 0/0 host"}},
		"a server": {steps{socketTCP, ask("E073 02 0136 020050 EE", "E0F3 01 0101 EE"), ask("E074 02 0136 0101 EE", "E0F4 01 0101 EE"),
			ask("E075 01 0136 EE", "E0F5 03 01FF 0400000000 020000 EE"), ask("E075 01 0136 EE", "E0F5 03 0137 04C0A80132 02C822 EE"),
			ask("E071 01 0137 EE", "E0F1 01 0101 EE"), closeFD}, []string{opened, "5 opened 2 accepted fd 55 seen",
			"6 closed 2 accepted 192.168.1.50:8904 at 80 of 1 0/0 host", "7 closed 1 listener at 80 0/0 host"}},
		"datagrams": {steps{socketUDP, ask("E079 04 000136 0004C0A8010A 00020035 0002 6869 EE", "E0F9 01 020002 EE"),
			ask("E07A 02 0136 022000 EE", "E0FA 03 0004C0A80132 00023500 0002 686A EE"),
			ask("E07A 02 0136 022000 EE", "E0FA 03 000400000000 00020000 0000 EE"), closeFD}, []string{
			"1 opened 1 udp fd 54 seen", `2 host 1 2 "hi" datagram 192.168.1.10:53`, `3 peer 1 2 "hj" datagram 192.168.1.50:53`,
			"5 closed 1 udp 192.168.1.50:53+ 2/2 in 1/1 host"}},
		"the trace begins inside": {steps{recvHi, closeFD}, []string{
			"1 opened 1 unknown fd 54 not seen", `1 peer 1 2 "hi"`, "2 closed 1 unknown 0/2 host"}},
		"no descriptor left": {steps{ask("E070 02 0101 0100 EE", "E0F0 01 01FF EE")}, nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, events(t, c.steps...)) })
	}
}
