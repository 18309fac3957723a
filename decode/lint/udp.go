package lint

import (
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with datagrams on their way out.
var udpRules = []Rule{
	{ID: "NT501", Name: "udp-destination-overwritten", Severity: Error, Title: "a datagram came in between the destination and the sending",
		Why:    "A slot has one remote address: what arrives overwrites it, and the datagram goes to its sender.",
		Do:     "Set the destination last, right before SEND_DATA_UDP; ask GET_REMOTE_DATA; or use SOCKET_SENDTO.",
		Source: "§4.3.2, §6.3 T-14, `shared-remote`, arduino-libraries/WiFiNINA#108", check: func() check { return new(datagrams).destination }},
	{ID: "NT502", Name: "datagram-overflow", Severity: Error, Title: "datagram larger than the buffer",
		Why:    "The firmware copies it behind its 1500 bytes and overwrites memory.",
		Do:     "Send 1472 bytes at most, which is also what goes over WiFi in one piece.",
		Source: "§4.3, observed: Behaviour, `overruns`", check: func() check { return new(datagrams).overflow }},
	{ID: "NT503", Name: "resent-datagram", Severity: Error, Title: "a datagram was sent again in front of the next",
		Why:    "Sending does not empty the buffer, setting the destination does: what was sent is sent once more.",
		Do:     "Begin every datagram with START_CLIENT_TCP in mode UDP.",
		Source: "§4.3, `kept-datagram`, arduino-libraries/WiFiNINA#117", check: func() check { return new(datagrams).resent }},
	{ID: "NT504", Name: "udp-send-failed", Severity: Warning, Title: "a datagram was not sent",
		Why:    "START_CLIENT_TCP in mode UDP opens no socket; without one, or without a route, nothing goes out.",
		Do:     "Open it first by START_SERVER_TCP in mode UDP, which a host library calls begin.",
		Source: "§4.3, observed: Behaviour", check: stateless(udpSendFailed)},
}

// datagrams knows of the datagram in the making in each slot.
type datagrams [256]datagram

// A datagram is what is known of one.
type datagram struct {
	started int // the exchange that set its destination; 0: none
	to      peer
	arrived int  // an exchange since that told of one that came in; 0: none
	bytes   int  // put in
	sent    int  // the exchange that sent it; 0: not yet
	waiting bool // one had come in before, so that the next is not looked for
}

// take keeps what every rule of these needs to know.
func (d *datagrams) take(st *step) {
	if st.over() || st.lost() {
		clear(d[:])
	}
	n := st.slot()
	if n < 0 || !st.udp() && !st.asks(wire.StartClientTCP) {
		return
	}
	slot := &d[n&0xFF]
	switch {
	case st.is(wire.StartClientTCP):
		*slot = datagram{waiting: slot.waiting}
		if wire.Mode(st.arg("mode")) == wire.ModeUDP && st.result() == 1 {
			slot.started, slot.to = st.ex.N, st.peer()
		}
	case st.is(wire.InsertDatabuf):
		if v, ok := st.value("data"); ok {
			slot.bytes += len(v.Bytes()) + st.ex.Request.Window.Omitted
		}
	case st.is(wire.SendDataUDP) && st.result() == 1:
		slot.sent, slot.arrived = st.ex.N, 0
	case st.is(wire.AvailDataTCP):
		slot.arrive(st, st.result() > 0)
	case st.is(wire.GetDatabufTCP):
		slot.arrive(st, len(st.ex.Results) == 1 && len(st.ex.Results[0].Bytes()) > 0)
	case st.is(wire.GetRemoteData) && slot.started > 0 && len(st.ex.Results) == 2:
		if (peer{st.ex.Results[0].IP(), int(st.ex.Results[1].Int())}) != slot.to {
			slot.arrived = st.ex.N
		}
	}
}

// arrive takes up whether there is something to read.
func (d *datagram) arrive(st *step, something bool) {
	if something && !d.waiting && d.started > 0 {
		d.arrived = st.ex.N
	}
	d.waiting = something
}

func (d *datagrams) destination(st *step) {
	if n := st.slot(); n >= 0 && st.asks(wire.SendDataUDP) {
		if g := d[n&0xFF]; g.arrived > 0 {
			st.reportOf(n, []int{g.started, g.arrived, st.ex.N}, "slot %d: a datagram came in after the destination %v was set, and this one goes to its sender", n, g.to)
		}
	}
	d.take(st)
}

func (d *datagrams) overflow(st *step) {
	d.take(st)
	n := st.slot()
	if n < 0 || !st.asks(wire.InsertDatabuf) {
		return
	}
	if g := d[n&0xFF]; g.bytes > wire.MaxDatagram {
		st.report(n, "slot %d: a datagram of %d bytes; there is room for %d", n, g.bytes, wire.MaxDatagram)
	}
}

func (d *datagrams) resent(st *step) {
	if n := st.slot(); n >= 0 && st.asks(wire.SendDataUDP) && st.ex.Status == decode.OK {
		if g := d[n&0xFF]; g.sent > 0 {
			st.reportOf(n, []int{g.sent, st.ex.N}, "slot %d: a datagram is sent without a new destination, with the bytes of the one before in front", n)
		}
	}
	d.take(st)
}

func udpSendFailed(st *step) {
	if st.is(wire.SendDataUDP) && st.result() == 0 {
		st.report(st.slot(), "SEND_DATA_UDP of slot %d answers 0", st.slot())
	}
}
