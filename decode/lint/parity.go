package lint

import (
	"slices"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What brings host and coprocessor out of step.
var parityRules = []Rule{
	{ID: "NT221", Name: "unread-reply", Severity: Error, Title: "request after a reply that was not read",
		Why:    "The coprocessor keeps the reply armed until a select has read it: the next request is lost, and from then on every second window is.",
		Do:     "Read each reply; after giving up on one, resynchronise by a select without clocks, or reset.",
		Source: "§2, §2.5, `lost-parity`", check: func() check { return new(unreadReply).see }},
	{ID: "NT222", Name: "parity-lost", Severity: Error, Title: "a request was clocked while the reply before was sent",
		Why:    "The request was not received: on the line is the reply to the one before, and the reading that follows counts as a command.",
		Do:     "Resynchronise by a select without clocks, or reset the module, before any other command.",
		Source: "§2.5, `lost-parity`", check: func() check { return new(parityLost).see }},
}

// unreadReply waits for what follows a request without a reply.
type unreadReply struct {
	n     int // the request; 0: none
	name  string
	doubt bool // records are missing since the exchange before
}

func (u *unreadReply) see(st *step) {
	switch {
	case st.over():
		*u = unreadReply{}
	case st.lost():
		u.doubt = true
	case st.ex == nil:
	default:
		if u.n > 0 && !u.doubt {
			st.reportOf(0, []int{u.n, st.ex.N}, "%s was sent while the reply to %s was not read", st.ex.Name(), u.name)
		}
		unread := st.ex.Status == decode.NoReply && !u.doubt && !slices.Contains(st.ex.Findings, decode.FindZeroClock)
		*u = unreadReply{}
		if unread {
			u.n, u.name = st.ex.N, st.ex.Name()
		}
	}
}

// parityLost knows of a request whose reply was not read.
type parityLost struct {
	cmd wire.Command
	n   int // of the request; 0: it was answered
}

func (p *parityLost) see(st *step) {
	if st.over() || st.lost() {
		p.n = 0
	}
	if st.ex == nil {
		return
	}
	if m := st.ex.Request.Window.MISO; p.n > 0 && replies(m, p.cmd) {
		st.reportOf(0, []int{p.n, st.ex.N}, "%s was lost: the coprocessor sent its reply to %s meanwhile%s", st.ex.Name(), p.cmd, bytesText(m))
	}
	p.n = 0
	if st.ex.Status == decode.NoReply {
		p.n, p.cmd = st.ex.N, st.ex.Cmd
	}
}

// replies reports whether bytes begin with a reply to c.
func replies(b []byte, c wire.Command) bool {
	if len(b) < 3 {
		return false
	}
	return b[0] == wire.StartByte && b[1] == byte(c)|wire.ReplyBit || b[0] == wire.ErrorByte && b[1] == 0 && b[2] == wire.EndByte
}
