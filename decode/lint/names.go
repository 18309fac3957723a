package lint

import (
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with names.
var nameRules = []Rule{
	{ID: "NT701", Name: "lookup-failed", Severity: Warning, Title: "a name was not resolved",
		Why:    "The name does not exist, or no DNS server has answered.",
		Do:     "Check the name and the servers, GET_DNS_CONFIG: SET_IP_CONFIG clears them.",
		Source: "§4.2, arduino/nina-fw#78", check: stateless(lookupFailed)},
	{ID: "NT702", Name: "failed-lookup-used", Severity: Error, Title: "the result of a failed lookup was asked for",
		Why:      "This firmware answers the address of the name before: the host connects to somebody else.",
		Do:       "Do not ask GET_HOST_BY_NAME after REQ_HOST_BY_NAME has answered 0.",
		Firmware: Firmware{{Family: wire.Adafruit, From: wire.V(2, 0, 0)}},
		Source:   "§4.2, `stale-lookup`", check: func() check { return new(failedLookup).see }},
	{ID: "NT703", Name: "connect-nowhere", Severity: Error, Title: "connecting to no address",
		Why:    "0.0.0.0 and 255.255.255.255 are what a failed lookup leaves; the connection fails, after its timeout at the latest.",
		Do:     "Look at the result of the lookup before connecting.",
		Source: "§4.2, arduino-libraries/WiFiNINA#49", check: stateless(connectNowhere)},
}

func lookupFailed(st *step) {
	if !st.is(wire.ReqHostByName) || st.result() != 0 {
		return
	}
	host, _ := st.value("host")
	st.report(keyOf(string(host.Bytes())), "%q was not resolved, after %v", host.Bytes(), about(st.ex.Wait))
}

// failedLookup knows of a lookup that failed.
type failedLookup struct{ n int }

func (f *failedLookup) see(st *step) {
	switch {
	case st.over() || st.lost():
		f.n = 0
	case st.is(wire.ReqHostByName):
		f.n = 0
		if st.result() == 0 {
			f.n = st.ex.N
		}
	case st.is(wire.GetHostByName) && f.n > 0:
		st.reportOf(0, []int{f.n, st.ex.N}, "GET_HOST_BY_NAME was asked after a lookup that has failed")
	}
}

func connectNowhere(st *step) {
	if !st.asks(wire.StartClientTCP, wire.SocketConnect) {
		return
	}
	host, _ := st.value("host")
	if len(host.Bytes()) > 0 || st.arg("port") < 0 || wire.Mode(max(st.arg("mode"), 0)) == wire.ModeUDP {
		return
	}
	switch to := st.peer(); to.ip {
	case [4]byte{}, [4]byte{255, 255, 255, 255}:
		st.report(int(st.ex.Cmd), "%s to %s", st.ex.Name(), to)
	}
}
