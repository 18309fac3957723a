package lint

import (
	"time"

	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What becomes of the coprocessor's sockets.
var slotRules = []Rule{
	{ID: "NT301", Name: "no-free-slot", Severity: Error, Title: "no socket is free",
		Why:    "Nothing can be connected or listened to until one is freed; a host that does not look takes 255 for a slot.",
		Do:     "Stop every client when done with it, also after a failure and when the peer has closed.",
		Source: "§4.0, arduino/nina-fw#74", check: stateless(noFreeSlot)},
	{ID: "NT302", Name: "slot-leak", Severity: Warning, Title: "a socket was not closed",
		Why:    "There are 10 sockets, 6 on new Adafruit firmware, and nothing but a stop or a reset frees one.",
		Do:     "Close what is not used any more, above all after the peer has closed.",
		Source: "§4.0, §6.3 T-9 and T-10, arduino/nina-fw#74, arduino-libraries/WiFiNINA#87", check: func() check { return new(slotLeak).see }},
	{ID: "NT303", Name: "state-poll-freed-slot", Severity: Warning, Title: "asking for its state has freed the slot",
		Why:      "GET_CLIENT_STATE_TCP frees a slot when it answers 0, also one that listens or has a UDP socket: GET_SOCKET gives it out again while the old socket lives on.",
		Do:       "Ask for the state of clients only; GET_STATE_TCP tells of a listener and frees nothing.",
		Firmware: Firmware{{Family: wire.Arduino}, {Family: wire.Adafruit, Before: wire.V(3, 1, 0)}},
		Source:   "§4.0 quirk 4, `state-frees-slots`", check: stateless(statePollFreedSlot)},
	{ID: "NT304", Name: "start-in-open-slot", Severity: Warning, Title: "started in a slot that is in use",
		Why:    "What the slot held before stays open and nobody can reach it: an lwIP socket less until a reset.",
		Do:     "Take the slot that GET_SOCKET tells, and start something in it before asking for another.",
		Source: "§4.0 quirks 1 and 3, `unreserved-slots`, `leaky-start`", check: stateless(startInOpenSlot)},
	{ID: "NT305", Name: "slot-out-of-range", Severity: Error, Title: "slot number out of range",
		Why:    "The firmware checks no index: it reads and writes behind its tables, and GET_REMOTE_DATA kills it.",
		Do:     "Look at the answer to GET_SOCKET and AVAIL_DATA_TCP: 255 is no slot.",
		Source: "§4.0 quirk 6, observed: Frame rules 12, `overruns`", check: stateless(slotOutOfRange)},
}

func noFreeSlot(st *step) {
	switch {
	case st.is(wire.GetSocket) && st.result() == wire.NoSlot:
		st.report(0, "GET_SOCKET answers 255: no slot is free, %d known to be open", st.s.open())
	case st.is(wire.SocketSocket) && st.result() == wire.NoFD:
		st.report(1, "SOCKET_SOCKET answers 255: no descriptor is free, %d sockets known to be open", st.s.open())
	}
}

// idleLimit is how long a socket must not have been used to count as forgotten.
const idleLimit = 10 * time.Second

// slotLeak knows of each socket when it was used last: slots first, descriptors
// behind them.
type slotLeak [512]time.Duration

func (l *slotLeak) see(st *step) {
	switch {
	case st.closed != nil:
		l.judge(st, st.closed)
	case st.ex == nil:
	case st.slot() >= 0:
		l[st.slot()&0xFF] = st.now
	case st.arg("sock") >= 0:
		l[256+st.arg("sock")&0xFF] = st.now
	}
}

// judge tells of a socket that was open still when the trace or all sockets
// ended, if it was forgotten.
func (l *slotLeak) judge(st *step, c *ledger.Conversation) {
	if !c.Leaked || c.Closed.Exchange != 0 || c.Opening == ledger.NotSeen {
		return
	}
	n := fold(c)
	idle := st.now - max(l[n], c.Opened.Time)
	switch {
	case c.Ended.Exchange != 0:
		st.reportOf(n, exchangesOf(c), "the connection of %s %d has ended, and it was never closed", c.Engine, c.Sock)
	case idle >= idleLimit && c.Kind != ledger.Listener:
		st.reportOf(n, []int{c.Opened.Exchange}, "%s %d (%s) was not closed, and not used for the last %v", c.Engine, c.Sock, c.Kind, about(idle))
	}
}

func statePollFreedSlot(st *step) {
	if !st.is(wire.GetClientStateTCP) || st.result() != 0 {
		return
	}
	switch c := st.conv(); {
	case c == nil:
	case c.Kind == ledger.Listener || c.Kind == ledger.UDP || c.Kind == ledger.Multicast:
		st.reportOf(st.slot(), []int{c.Opened.Exchange, st.ex.N}, "GET_CLIENT_STATE_TCP has freed slot %d (%s)", c.Sock, c.Kind)
	}
}

func startInOpenSlot(st *step) {
	if !st.is(wire.StartClientTCP, wire.StartServerTCP) || st.result() != 1 {
		return
	}
	c := st.conv()
	if c == nil || c.Opening != ledger.Seen || c.Gaps > 0 {
		return
	}
	// A destination for a bound UDP socket, or the other way round.
	again := c.Kind == ledger.UDP && wire.Mode(st.arg("mode")) == wire.ModeUDP
	if !again {
		st.reportOf(st.slot(), []int{c.Opened.Exchange, st.ex.N}, "%s in slot %d (%s), which was not stopped", st.ex.Name(), c.Sock, c.Kind)
	}
}

func slotOutOfRange(st *step) {
	n := st.slot()
	if n < 0 {
		return
	}
	if slots := wire.Slots(st.ex.Family, st.ex.Firmware); n >= slots {
		st.report(n, "%s of slot %d; there are %d", st.ex.Name(), n, slots)
	}
}
