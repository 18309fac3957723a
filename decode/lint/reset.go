package lint

import (
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What happens when the coprocessor starts anew.
var resetRules = []Rule{
	{ID: "NT241", Name: "reset-in-session", Severity: Warning, Title: "reset in the middle of a session",
		Why:    "All sockets, the network and the settings are gone; descriptors of before belong to nobody or to somebody else.",
		Do:     "See what came before it; after a reset join again and open every socket anew.",
		Source: "§2.5, §6.3 T-24", check: func() check { return new(resetInSession).see }},
	{ID: "NT242", Name: "silent-reboot", Severity: Error, Title: "the coprocessor has started anew by itself",
		Why:      "A status of 0 or 255 after 3 is one only a fresh firmware has: it has crashed or lost power.",
		Do:       "Check the supply, which a radio loads by 300 mA and more, and what was sent before: bytes out of range kill the firmware.",
		Firmware: Firmware{{Family: wire.Arduino}},
		Source:   "§5.1, adafruit/nina-fw#46", check: stateless(silentReboot)},
}

// resetInSession remembers a reset until somebody goes on.
type resetInSession struct {
	after int // the exchange before it; 0: none
	open  int // sockets that were open
}

func (r *resetInSession) see(st *step) {
	switch {
	case st.ex != nil && r.after > 0:
		st.reportOf(0, []int{r.after, st.ex.N}, "RESETN was low after exchange %d, with %d sockets open", r.after, r.open)
		r.after = 0
	case st.rec != nil && resets(st.rec) && st.s.n > 0:
		r.after, r.open = st.s.n, max(r.open, st.s.open())
	case st.over():
		*r = resetInSession{}
	}
	if st.ex != nil {
		r.open = 0
	}
}

// silentReboot finds a status that only a fresh firmware has.
func silentReboot(st *step) {
	if !st.is(wire.GetConnStatus) || st.s.ledger.Link().State != ledger.LinkUp {
		return
	}
	switch s := wire.Status(st.result()); s {
	case wire.StatusIdle, wire.StatusNoModule:
		st.report(0, "GET_CONN_STATUS is %d (%s) after 3 (CONNECTED), and nobody has reset it", s, s)
	}
}
