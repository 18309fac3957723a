package lint

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What is done with slots that are not, or no longer, what the host believes.
var staleRules = []Rule{
	{ID: "NT321", Name: "stale-slot", Severity: Warning, Title: "a slot was used that is free",
		Why:    "There is nothing to read or write in it, and as soon as it is given out again, it is somebody else's connection.",
		Do:     "Forget a slot when it was stopped or GET_CLIENT_STATE_TCP has answered 0.",
		Source: "§4.0 quirk 4, §6.3 T-6 to T-8, arduino-libraries/WiFiNINA#176", check: stateless(staleSlot)},
	{ID: "NT322", Name: "leftover-server", Severity: Error, Title: "client in a slot that once listened",
		Why:    "The firmware still takes the slot for a server: the client connects, but can be neither read nor written.",
		Do:     "After the slot of a server was given up, reset the module before using it for a client, or keep the server.",
		Source: "§4.0 quirk 3, observed: Behaviour, `leftover-server`", check: stateless(leftoverServer)},
}

func staleSlot(st *step) {
	n := st.slot()
	if n < 0 || !st.s.closed[n&0xFF] {
		return
	}
	// Asking again for the state and stopping again do no harm, and hosts do it.
	if st.asks(wire.SendDataTCP, wire.GetDatabufTCP, wire.AvailDataTCP, wire.GetDataTCP, wire.GetRemoteData, wire.InsertDatabuf, wire.SendDataUDP) {
		st.report(n, "%s of slot %d, in which nothing is open", st.ex.Name(), n)
	}
}

func leftoverServer(st *step) {
	n := st.slot()
	if n < 0 || !st.is(wire.StartClientTCP) || st.result() != 1 || wire.Mode(st.arg("mode")) == wire.ModeUDP {
		return
	}
	if s := st.s.listen[n&0xFF]; s.since > 0 {
		st.reportOf(n, []int{s.since, st.ex.N}, "a client is connected in slot %d, which listened on port %d", n, s.port)
	}
}
