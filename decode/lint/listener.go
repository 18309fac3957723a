package lint

import (
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with servers.
var listenerRules = []Rule{
	{ID: "NT341", Name: "listener-never-closed", Severity: Warning, Title: "a listener cannot be closed",
		Why:    "Stopping frees the number of the slot alone: the server goes on listening and taking clients until a reset, and its port stays taken.",
		Do:     "Keep the server and its slot for the life of the program, or use the BSD-style sockets, which close.",
		Source: "§4.0 quirk 3, `immortal-listeners`, observed: Behaviour", check: stateless(listenerNeverClosed)},
	{ID: "NT342", Name: "listen-failed", Severity: Error, Title: "the server could not be started",
		Why:    "Nobody can connect; hosts of old do not look at the answer.",
		Do:     "Take another port, or wait: a listener of before holds it until a reset, a connection that was closed for up to 2 minutes.",
		Source: "§4.3, §6.3 T-15 and T-36", check: stateless(listenFailed)},
	{ID: "NT343", Name: "unchecked-port", Severity: Error, Title: "listening on a port that is taken",
		Why:      "Firmware this old answers 1 although the second listener got no port: it never has a client.",
		Do:       "Listen once on each port until the next reset, or update the firmware.",
		Firmware: Firmware{{Family: wire.Arduino, Before: wire.V(1, 5, 0)}, {Family: wire.Adafruit, Before: wire.V(2, 0, 0)}},
		Source:   "§4.3, §4.9, `unchecked-port`", check: stateless(uncheckedPort)},
	{ID: "NT344", Name: "accept-from-padding", Severity: Warning, Title: "padding is read as the accept flag",
		Why:      "Without the second parameter the firmware takes the first byte of padding for it: with FF a client is told of once, when it connects, and never again.",
		Do:       "Send the flag: 1 to accept, 0 for a client that has data.",
		Firmware: Firmware{{Family: wire.Arduino, From: wire.V(1, 6, 0)}},
		Source:   "§4.3.1, §6.3 T-5, `accept-flag`, `padding-parameters`, arduino/nina-fw#88", check: stateless(acceptFromPadding)},
	{ID: "NT345", Name: "silent-client", Severity: Note, Title: "clients are told of only once they have sent something",
		Why:    "With the flag 0, and on old firmware always, a client that waits for a greeting is not seen.",
		Do:     "Ask with the flag 1, which needs Arduino 1.6.0 or Adafruit 2.0.0.",
		Source: "§4.3.1, `silent-clients`", check: stateless(silentClient)},
}

func listenerNeverClosed(st *step) {
	c := st.conv()
	if c == nil || c.Kind != ledger.Listener {
		return
	}
	about := func() []int { return []int{c.Opened.Exchange, st.ex.N} }
	switch {
	case st.is(wire.StopClientTCP):
		st.reportOf(st.slot(), about(), "STOP_CLIENT_TCP has freed slot %d; the server on port %d listens on", c.Sock, c.Local)
	case st.asks(wire.StopServerTCP) && st.ex.Status == decode.Error:
		st.reportOf(st.slot(), about(), "STOP_SERVER_TCP is refused; the server on port %d keeps slot %d", c.Local, c.Sock)
	}
}

func listenFailed(st *step) {
	switch {
	case st.is(wire.StartServerTCP) && st.result() == 0:
		st.report(st.slot(), "START_SERVER_TCP answers 0: port %d, mode %s", st.arg("port"), wire.Mode(st.arg("mode")))
	case st.is(wire.SocketListen, wire.SocketBind) && st.result() == 0:
		st.report(st.arg("sock"), "%s of descriptor %d answers 0", st.ex.Name(), st.arg("sock"))
	}
}

func uncheckedPort(st *step) {
	if !st.is(wire.StartServerTCP) || st.result() != 1 || wire.Mode(st.arg("mode")) != wire.ModeTCP {
		return
	}
	for i, s := range st.s.listen {
		if s.since > 0 && s.port == st.arg("port") {
			st.reportOf(s.port, []int{s.since, st.ex.N}, "START_SERVER_TCP answers 1 for port %d, on which slot %d has listened since exchange %d", s.port, i, s.since)
			return
		}
	}
}

func acceptFromPadding(st *step) {
	n := st.slot()
	if n < 0 || !st.asks(wire.AvailDataTCP) || st.arg("accept") >= 0 || !st.s.listens(n) {
		return
	}
	if pad := st.ex.Request.Message.Pad; len(pad) > 0 {
		st.report(n, "AVAIL_DATA_TCP of the listener in slot %d has no accept flag; the firmware reads the padding %02X", n, pad[0])
	}
}

func silentClient(st *step) {
	n := st.slot()
	if n < 0 || !st.is(wire.AvailDataTCP) || !st.s.listens(n) || st.result() != wire.NoSlot || st.ex.Firmware == 0 {
		return
	}
	flagged := st.ex.Family == wire.Adafruit && st.ex.Firmware >= wire.V(2, 0, 0) ||
		st.ex.Family == wire.Arduino && st.ex.Firmware >= wire.V(1, 6, 0) && st.arg("accept") != 0
	if !flagged {
		st.report(n, "AVAIL_DATA_TCP of the listener in slot %d reports clients with data alone", n)
	}
}
