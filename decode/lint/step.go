package lint

import (
	"math"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A step is what a check looks at: an exchange, a record, the end of the trace,
// or a socket that the one before has closed. Exactly one of them is meant.
type step struct {
	ex     *decode.Exchange     // nil: none
	rec    *capture.Record      // nil: none
	closed *ledger.Conversation // nil: none
	end    bool                 // the trace is over
	now    time.Duration
	s      *session // what was known before the step

	l *Linter
	w *watch // whose check it is
}

// is reports whether the step is an exchange with one of the commands that
// ended well.
func (st *step) is(commands ...wire.Command) bool {
	return st.asks(commands...) && st.ex.Status == decode.OK
}

// asks reports whether the step is an exchange with one of the commands, the
// header of whose request could be read.
func (st *step) asks(commands ...wire.Command) bool {
	if st.ex == nil || st.ex.Request.Bytes == nil || st.ex.Request.Message.Cmd != st.ex.Cmd {
		return false
	}
	for _, c := range commands {
		if st.ex.Cmd == c {
			return true
		}
	}
	return false
}

// arg returns the number of a name among the arguments, -1 for one that is not
// there. One that does not fit into 31 bits is the largest there is.
func (st *step) arg(name string) int {
	if v, ok := st.value(name); ok {
		return int(min(v.Int(), math.MaxInt32))
	}
	return -1
}

// value returns the argument of a name.
func (st *step) value(name string) (wire.Value, bool) {
	for i := range st.ex.Args {
		if st.ex.Request.Message.Param(i).Name == name {
			return st.ex.Args[i], true
		}
	}
	return wire.Value{}, false
}

// peer returns the address and port that the request names.
func (st *step) peer() peer {
	ip, _ := st.value("ip")
	return peer{ip.IP(), st.arg("port")}
}

// result returns the first number of the reply, -1 for a reply without.
func (st *step) result() int {
	if st.ex.Status != decode.OK || len(st.ex.Results) == 0 || !st.ex.Reply.Message.Param(0).Type.Number() {
		return -1
	}
	return int(min(st.ex.Results[0].Int(), math.MaxInt32))
}

// slot returns the slot that a command of the socket slots names, -1 for
// none.
func (st *step) slot() int {
	if st.ex == nil || !ofSlots(st.ex.Cmd) {
		return -1
	}
	return st.arg("sock")
}

// conv returns what is open in the slot that the step is about, nil for
// nothing known.
func (st *step) conv() *ledger.Conversation {
	if n := st.slot(); n >= 0 {
		return st.s.slot(n)
	}
	return nil
}

// udp reports whether the step is about a slot that is known to be for
// datagrams.
func (st *step) udp() bool {
	c := st.conv()
	return c != nil && (c.Kind == ledger.UDP || c.Kind == ledger.Multicast)
}

// over reports whether what the session knew of sockets and link is over: the
// recording ends or another begins, or the coprocessor is reset.
func (st *step) over() bool {
	return st.end || st.rec != nil && (st.rec.Kind == capture.KindStart || resets(st.rec))
}

// lost reports whether records are missing here.
func (st *step) lost() bool { return st.rec != nil && st.rec.Kind == capture.KindLoss }

// resets reports whether the record is a reset.
func resets(rec *capture.Record) bool {
	return rec.Kind == capture.KindPin && rec.Pin == capture.PinReset && !rec.High
}

// report makes a finding of this step. Findings of a rule with the same key
// are the same.
func (st *step) report(key int, format string, args ...any) {
	if st.ex != nil {
		st.reportOf(key, []int{st.ex.N}, format, args...)
		return
	}
	st.reportOf(key, nil, format, args...)
}

// about returns a duration in as many digits as people want.
func about(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(time.Microsecond)
	}
	return d.Round(time.Millisecond)
}

// reportOf makes a finding about some exchanges.
func (st *step) reportOf(key int, exchanges []int, format string, args ...any) {
	st.l.found(st.w, key, st.now, exchanges, format, args...)
}
