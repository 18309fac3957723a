package lint

import (
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with a network that was joined.
var linkRules = []Rule{
	{ID: "NT621", Name: "link-lost", Severity: Warning, Title: "the network was lost",
		Why:    "The firmware closes the connected sockets and, but for new Adafruit releases, does not join again by itself.",
		Do:     "Ask GET_REASON_CODE, join again, and open every socket anew.",
		Source: "§4.0 quirk 5, §5.1, `loss-closes`, `reconnects`, arduino-libraries/WiFiNINA#48", check: stateless(linkLost)},
	{ID: "NT622", Name: "scan-drops-link", Severity: Warning, Title: "a scan has ended the connection to the network",
		Why:      "The firmware restarts the radio for a scan: network and sockets are gone.",
		Do:       "Scan before joining, and join again afterwards.",
		Firmware: beforeArduinoESP32,
		Source:   "§4.2, `scan-drops-link`", check: stateless(scanDropsLink)},
	{ID: "NT623", Name: "no-network", Severity: Warning, Title: "used without a network",
		Why:    "The status was that of a network lost or never joined: lookups and connections wait for their timeouts and fail.",
		Do:     "Join first, and look at the status before each connection.",
		Source: "§5.1", check: stateless(noNetwork)},
	{ID: "NT624", Name: "zero-netmask", Severity: Warning, Title: "static address with netmask 0.0.0.0",
		Why:    "The firmware takes all three addresses, however many are said to be valid: with that mask everything counts as local, and nothing goes by the gateway.",
		Do:     "Send address, gateway and netmask.",
		Source: "§4.1, `ignored-valid-count`", check: stateless(zeroNetmask)},
}

func linkLost(st *step) {
	if !st.is(wire.GetConnStatus) || st.s.ledger.Link().State != ledger.LinkUp {
		return
	}
	switch s := wire.Status(st.result()); s {
	case wire.StatusConnectFailed, wire.StatusConnectionLost, wire.StatusDisconnected:
		st.report(0, "GET_CONN_STATUS is %d (%s) after 3 (CONNECTED)", s, s)
	}
}

func scanDropsLink(st *step) {
	if st.asks(wire.ScanNetworks) && st.s.ledger.Link().State == ledger.LinkUp {
		st.report(0, "SCAN_NETWORKS while connected")
	}
}

func noNetwork(st *step) {
	if !st.asks(wire.StartClientTCP, wire.ReqHostByName, wire.SocketConnect, wire.Ping) {
		return
	}
	switch l := st.s.ledger.Link(); l.State {
	case ledger.LinkFailed, ledger.LinkDown:
		st.report(int(st.ex.Cmd), "%s while the network is %s", st.ex.Name(), l.State)
	}
}

func zeroNetmask(st *step) {
	if !st.is(wire.SetIPConfig) {
		return
	}
	if mask, ok := st.value("mask"); ok && mask.IP() == [4]byte{} {
		st.report(0, "SET_IP_CONFIG with netmask 0.0.0.0")
	}
}
