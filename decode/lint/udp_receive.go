package lint

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with datagrams on their way in.
var udpReceiveRules = []Rule{
	{ID: "NT521", Name: "datagram-split", Severity: Warning, Title: "a datagram was read in parts",
		Why:    "Where it ends is nowhere told: what was left over looks like the next datagram.",
		Do:     "Ask AVAIL_DATA_TCP how much there is, and read all of it at once.",
		Source: "§4.3, §4.3.2, §6.3 T-13, `split-datagrams`, arduino-libraries/WiFiNINA#192", check: func() check { return new(datagramSplit).see }},
	{ID: "NT522", Name: "datagram-truncated", Severity: Warning, Title: "a datagram filled the buffer it was asked into",
		Why:    "What does not fit of a datagram is dropped without a word.",
		Do:     "Ask SOCKET_RECVFROM for 1500 bytes or more.",
		Source: "§4.7", check: stateless(datagramTruncated)},
}

// datagramSplit knows of each slot how much of a datagram there is to read.
type datagramSplit [256]int

func (d *datagramSplit) see(st *step) {
	if st.over() || st.lost() {
		clear(d[:])
	}
	n := st.slot()
	if n < 0 || !st.udp() {
		return
	}
	switch {
	case st.is(wire.AvailDataTCP):
		d[n&0xFF] = max(st.result(), 0)
	case st.is(wire.GetDatabufTCP):
		if there, want := d[n&0xFF], st.arg("count"); there > want && want > 0 {
			st.report(n, "slot %d: %d bytes were asked for of a datagram of which %d are there", n, want, there)
		}
		d[n&0xFF] = 0
	}
}

func datagramTruncated(st *step) {
	if !st.is(wire.SocketRecvFrom) || len(st.ex.Results) != 3 {
		return
	}
	n := len(st.ex.Results[2].Bytes()) + st.ex.Reply.Window.Omitted
	if n > 0 && n == st.arg("count") && n < wire.MaxDatagram-28 {
		st.report(st.arg("sock"), "descriptor %d: %d bytes were asked for and came; what else the datagram had is lost", st.arg("sock"), n)
	}
}
