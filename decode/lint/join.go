package lint

import (
	"time"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with joining a network.
var joinRules = []Rule{
	{ID: "NT601", Name: "wrong-passphrase", Severity: Error, Title: "the passphrase is wrong",
		Why:    "The access point has refused the station, or the handshake with the key has failed; trying again changes nothing.",
		Do:     "Check the passphrase; reasons 15 and 204 can also be a bad signal.",
		Source: "§5.1, §5.5, observed: Behaviour", check: func() check { return newJoin().passphrase }},
	{ID: "NT602", Name: "network-not-found", Severity: Error, Title: "the network was not found",
		Why:    "No access point of that name answers: it is out of range, on 5 GHz, or is called otherwise.",
		Do:     "Check the name, which is case-sensitive, and scan.",
		Source: "§5.1, §5.5", check: func() check { return newJoin().absent }},
	{ID: "NT603", Name: "join-failed", Severity: Error, Title: "a join has failed for another reason, or for none that was asked",
		Why:    "Status 4 stands for a wrong passphrase and for an absent network; only GET_REASON_CODE tells, and status 6 alone never changes again.",
		Do:     "Ask GET_REASON_CODE after a failure, on Arduino 1.2.3 or Adafruit 2.0.0 and later; then join again.",
		Source: "§5.1, §5.5, §6.3 T-27", check: func() check { return newJoin().other }},
	{ID: "NT604", Name: "join-timeout", Severity: Warning, Title: "a join did not come to an end",
		Why:    "Status 1 means that it is still joining; the host gave up, or waits for ever.",
		Do:     "Wait up to 20 s, then ask GET_REASON_CODE; the firmware retries silently after reason 203.",
		Source: "§5.1, `silent-retry`, `joining-is-no-ssid`", check: func() check { return newJoin().timeout }},
	{ID: "NT605", Name: "join-loop", Severity: Error, Title: "joining over and over",
		Why:    "Each attempt stops and starts the radio, and nothing has changed in between.",
		Do:     "Wait longer after each failure, and give up on a wrong passphrase.",
		Source: "§4.1, arduino-libraries/WiFiNINA#48, arduino/nina-fw#63", check: func() check { return newJoin().loop }},
}

// Limits of joining.
const (
	joinLimit = 20 * time.Second
	joinTries = 3 // so many without success are a loop
)

// A join is what is known of the one under way. failure is called once for
// each join, when it is clear how it has failed.
type join struct {
	n       int // the exchange that began it; 0: none
	began   time.Duration
	status  wire.Status // the failure that was told; 0: none
	failed  int         // the exchange that told
	reason  wire.Reason // 0: not told
	tries   int         // joins since the last success
	first   int         // the exchange of the first of them
	waiting bool        // status 1 was told, and nothing else since
}

func newJoin() *join { return new(join) }

// take takes up a step. It calls ended when a join has ended without success
// and all there is to know about it is known.
func (j *join) take(st *step, ended func(*join)) {
	switch {
	case st.over() || st.lost():
		j.end(ended)
		*j = join{}
	case st.ex == nil:
	case st.asks(joins...):
		j.end(ended)
		j.begin(st)
	case j.n == 0:
	case st.is(wire.GetConnStatus):
		j.told(st, wire.Status(st.result()))
	case st.is(wire.GetReasonCode) && j.failed > 0 && st.result() >= 0:
		j.reason = wire.Reason(st.result())
		j.end(ended)
	case st.asks(wire.Disconnect, wire.SetAPNet, wire.SetAPPassphrase, wire.ScanNetworks):
		j.end(ended)
	}
}

func (j *join) begin(st *step) {
	if j.tries == 0 {
		j.first = st.ex.N
	}
	*j = join{n: st.ex.N, began: st.ex.Time, tries: j.tries + 1, first: j.first}
}

// told takes up a status.
func (j *join) told(st *step, s wire.Status) {
	absent := s == wire.StatusNoSSIDAvail && st.ex.Family == wire.Adafruit && st.ex.Firmware >= wire.V(2, 0, 0) // `joining-is-no-ssid`
	switch {
	case s == wire.StatusConnected:
		*j = join{}
	case s == wire.StatusConnectFailed, s == wire.StatusDisconnected, absent:
		j.waiting = false
		if j.failed == 0 {
			j.status, j.failed = s, st.ex.N
		}
	default:
		j.waiting = true
	}
}

// end tells of a join that has ended without success.
func (j *join) end(ended func(*join)) {
	if j.n > 0 {
		ended(j)
		j.n = 0
	}
}

func (j *join) passphrase(st *step) {
	j.take(st, func(j *join) {
		switch j.reason {
		case wire.ReasonAuthFail, wire.ReasonHandshakeTimeout, wire.ReasonKeyTimeout:
			st.reportOf(0, []int{j.n, j.failed}, "the join has failed with status %d (%s), reason %d (%s)", j.status, j.status, j.reason, j.reason)
		}
	})
}

func (j *join) absent(st *step) {
	j.take(st, func(j *join) {
		if j.reason == wire.ReasonNoAPFound {
			st.reportOf(0, []int{j.n, j.failed}, "the join has failed with status %d (%s), reason 201 (NO_AP_FOUND)", j.status, j.status)
		}
	})
}

func (j *join) failure() bool {
	switch j.reason {
	case wire.ReasonAuthFail, wire.ReasonHandshakeTimeout, wire.ReasonKeyTimeout, wire.ReasonNoAPFound:
		return false
	}
	return j.failed > 0
}

func (j *join) other(st *step) {
	j.take(st, func(j *join) {
		switch {
		case !j.failure():
		case j.reason == 0:
			st.reportOf(0, []int{j.n, j.failed}, "the join has failed with status %d (%s); the reason was not asked", j.status, j.status)
		default:
			st.reportOf(0, []int{j.n, j.failed}, "the join has failed with status %d (%s), reason %d (%s)", j.status, j.status, j.reason, j.reason)
		}
	})
}

func (j *join) timeout(st *step) {
	j.take(st, func(j *join) {
		if took := st.now - j.began; j.waiting && j.failed == 0 && took >= joinLimit {
			st.reportOf(0, []int{j.n}, "still no network %v after the join began", about(took))
		}
	})
}

func (j *join) loop(st *step) {
	j.take(st, func(j *join) {
		if j.tries >= joinTries {
			st.reportOf(0, []int{j.first, j.n}, "%d joins without success, the last with reason %d (%s)", j.tries, j.reason, j.reason)
		}
	})
}
