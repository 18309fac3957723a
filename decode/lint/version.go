package lint

import (
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What the firmware refuses.
var versionRules = []Rule{
	{ID: "NT801", Name: "error-reply", Severity: Warning, Title: "the firmware has answered the error frame",
		Why:    "It does not have the command, or could not read the request; no reason is told.",
		Do:     "Look the command up in docs/protocol.md: since which release it is there, and which parameters it has.",
		Source: "§3.3, observed: Frame rules 5", check: stateless(errorReply)},
	{ID: "NT802", Name: "command-too-new", Severity: Warning, Title: "this firmware does not have the command yet",
		Why:    "It answers the error frame, or does what an unreleased firmware had there.",
		Do:     "Ask GET_FW_VERSION first, or update the firmware.",
		Source: "§4.9", check: stateless(commandTooNew)},
}

// errorReply finds error frames that no other rule explains.
func errorReply(st *step) {
	if st.ex == nil || st.ex.Status != decode.Error || tooNew(st.ex) {
		return
	}
	for _, f := range st.ex.Findings {
		if f == decode.FindUnknown || f == decode.FindUnreleased || f == decode.FindForeign {
			return
		}
	}
	st.report(int(st.ex.Cmd), "%s was answered with the error frame", st.ex.Name())
}

func commandTooNew(st *step) {
	if st.ex != nil && tooNew(st.ex) {
		st.report(int(st.ex.Cmd), "%s is there from %s %s on", st.ex.Name(), st.ex.Family, wire.Since(st.ex.Cmd, st.ex.Family))
	}
}

// tooNew reports whether a later release of this firmware has the command.
func tooNew(ex *decode.Exchange) bool {
	since := wire.Since(ex.Cmd, ex.Family)
	return ex.Firmware != 0 && since > ex.Firmware && since != wire.Unreleased && ex.Request.Bytes != nil
}
