package lint

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with TLS.
var tlsRules = []Rule{
	{ID: "NT741", Name: "tls-by-address", Severity: Error, Title: "TLS to an address instead of a name",
		Why:      "The firmware turns the octets of the address round and connects to another host; and without a name no certificate is checked against one.",
		Do:       "Connect by name.",
		Firmware: beforeArduinoESP32,
		Source:   "§4.3.3, observed: Behaviour, `turned-address`", check: stateless(tlsByAddress)},
	{ID: "NT742", Name: "tls-failed", Severity: Warning, Title: "a TLS connection was not made",
		Why:    "The firmware gives no reason: the host was not reached, its certificate is of no root that the firmware has, or the memory was not enough.",
		Do:     "Try the port without TLS first; then put the root of the host into the firmware's certificates, or update it.",
		Source: "§4.3.3, §6.3 T-34, arduino-libraries/WiFiNINA#19, arduino/nina-fw#10, adafruit/nina-fw#71", check: stateless(tlsFailed)},
	{ID: "NT743", Name: "bearssl-waits-for-time", Severity: Warning, Title: "BearSSL before the time is known",
		Why:      "The firmware waits without limit until SNTP has told the time, and all slots of that mode are one connection.",
		Do:       "Wait until GET_TIME is not 0 before connecting in mode 4, and have one such connection at a time.",
		Firmware: Firmware{{Family: wire.Arduino, From: wire.V(1, 4, 2)}},
		Source:   "§4.3.3, §7", check: func() check { return new(bearSSL).see }},
}

// secureMode reports whether START_CLIENT_TCP asks for TLS.
func secureMode(st *step) bool {
	m := wire.Mode(st.arg("mode"))
	return m == wire.ModeTLS || m == wire.ModeBearSSL
}

func tlsByAddress(st *step) {
	if !st.asks(wire.StartClientTCP) || wire.Mode(st.arg("mode")) != wire.ModeTLS {
		return
	}
	if host, _ := st.value("host"); len(host.Bytes()) == 0 {
		to := st.peer()
		turned := peer{[4]byte{to.ip[3], to.ip[2], to.ip[1], to.ip[0]}, to.port}
		st.report(st.slot(), "TLS to %s; the firmware connects to %s", to, turned)
	}
}

func tlsFailed(st *step) {
	if st.is(wire.StartClientTCP) && st.result() != 1 && secureMode(st) {
		to := target(st)
		st.report(keyOf(to), "no TLS with %s, after %v", to, about(st.ex.Wait))
	}
}

// bearSSL knows whether the time was told.
type bearSSL struct{ timed bool }

func (b *bearSSL) see(st *step) {
	switch {
	case st.over():
		b.timed = false
	case st.is(wire.GetTime):
		b.timed = b.timed || st.result() > 0
	case st.asks(wire.StartClientTCP) && wire.Mode(st.arg("mode")) == wire.ModeBearSSL && !b.timed:
		st.report(st.slot(), "START_CLIENT_TCP in mode BEARSSL, and GET_TIME has not told the time")
	}
}
