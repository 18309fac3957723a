package lint

import (
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What is asked too often.
var pollRules = []Rule{
	{ID: "NT441", Name: "poll-storm", Severity: Warning, Title: "poll storm",
		Why:    "The bus is busy asking for what is not there; other sockets wait, and the coprocessor has less time for the radio.",
		Do:     "Look at GPIO0, which is high when a slot has data, or sleep between polls, longer each time.",
		Source: "§1.1, §6.1, §6.3 T-11, arduino-libraries/WiFiNINA#80", check: func() check { return new(pollStorm).see }},
	{ID: "NT442", Name: "single-byte-reads", Severity: Note, Title: "read byte by byte",
		Why:    "Each byte costs an exchange of 20 bytes and two waits for READY, and FF cannot be told from nothing.",
		Do:     "Use GET_DATABUF_TCP, which brings up to 4086 bytes.",
		Source: "§4.3, `nothing-is-ff`, arduino-libraries/WiFiNINA#9", check: func() check { return new(singleBytes).see }},
}

// A storm is that many polls in a row which found nothing, so close together.
const (
	stormPolls = 200
	stormPause = 2 * time.Millisecond
)

// pollStorm counts polls that found nothing.
type pollStorm struct {
	n     int
	first int // exchange
	since time.Duration
	until time.Duration // end of the last
	told  bool
}

func (p *pollStorm) see(st *step) {
	if st.over() || st.lost() {
		*p = pollStorm{}
	}
	if st.rec != nil && st.rec.Kind == capture.KindRepeat && p.n > 0 {
		p.n += int(min(st.rec.Repeat.N, 1<<30))
		p.until = st.rec.Time
	}
	if st.ex == nil {
		return
	}
	if !foundNothing(st) {
		*p = pollStorm{}
		return
	}
	if p.n == 0 {
		p.first, p.since = st.ex.N, st.ex.Time
	}
	p.n++
	p.until = st.ex.Time
	took := p.until - p.since
	if p.n >= stormPolls && !p.told && took < time.Duration(p.n)*stormPause {
		p.told = true
		st.reportOf(0, []int{p.first, st.ex.N}, "%d polls in %v found nothing, the last %s", p.n, about(took), st.ex.Name())
	}
}

// foundNothing reports whether the step is a poll without success.
func foundNothing(st *step) bool {
	switch {
	case st.is(wire.AvailDataTCP):
		return st.result() == 0 || st.result() == wire.NoSlot
	case st.is(wire.GetDatabufTCP, wire.SocketRecv):
		return len(st.ex.Results) == 1 && len(st.ex.Results[0].Bytes()) == 0 && st.ex.Reply.Window.Omitted == 0
	case st.is(wire.GetClientStateTCP, wire.GetStateTCP, wire.DataSentTCP, wire.GetConnStatus, wire.SocketErrno):
		return true
	case st.is(wire.SocketPoll):
		return st.result()&1 == 0
	case st.is(wire.SocketAccept):
		return st.result() == wire.NoFD
	}
	return false
}

// manyBytes is from how many single bytes in a row on they are told.
const manyBytes = 16

// singleBytes counts them.
type singleBytes struct{ n, first int }

func (b *singleBytes) see(st *step) {
	switch {
	case st.is(wire.GetDataTCP):
		if b.n == 0 {
			b.first = st.ex.N
		}
		if b.n++; b.n == manyBytes {
			st.reportOf(0, []int{b.first, st.ex.N}, "%d bytes of slot %d were read one by one", b.n, st.slot())
		}
	case st.ex != nil && !foundNothing(st) && !st.is(wire.AvailDataTCP):
		b.n = 0
	}
}
