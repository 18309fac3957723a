package lint

import (
	"time"

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

// slotLeak knows of each socket when it was used last and whether its peer has
// closed it: slots first, descriptors behind them.
type slotLeak [512]struct {
	used time.Duration
	dead bool
}

func (l *slotLeak) see(st *step) {
	if st.over() {
		l.judge(st)
		return
	}
	if st.ex == nil {
		return
	}
	if n := st.slot(); n >= 0 {
		l.touch(st, n&0xFF)
		l[n&0xFF].dead = st.is(wire.GetClientStateTCP) && st.result() == 0 || l[n&0xFF].dead && !st.asks(wire.StartClientTCP, wire.StartServerTCP)
	} else if n := st.arg("sock"); n >= 0 {
		l.touch(st, 256+n&0xFF)
	}
	if n := st.result(); n >= 0 && n < wire.NoSlot {
		if st.is(wire.AvailDataTCP) && st.s.slots[st.slot()&0xFF].use == listener {
			l.touch(st, n)
			l[n].dead = false
		} else if st.is(wire.SocketSocket, wire.SocketAccept) {
			l.touch(st, 256+n)
		}
	}
}

func (l *slotLeak) touch(st *step, n int) { l[n].used = st.now }

// judge tells what was forgotten when the recording or its sockets end.
func (l *slotLeak) judge(st *step) {
	for n := range l {
		what, sock := "slot", &st.s.slots[n&0xFF]
		if n >= 256 {
			what, sock = "descriptor", &st.s.fds[n&0xFF]
		}
		idle := st.now - l[n].used
		switch {
		case !sock.use.open():
		case l[n].dead:
			st.reportOf(n, []int{sock.opened}, "the connection of %s %d has ended, and it was never stopped", what, n&0xFF)
		case idle >= idleLimit && sock.use != listener:
			st.reportOf(n, []int{sock.opened}, "%s %d, a %s, was not closed and not used for the last %v", what, n&0xFF, sock.use, idle.Round(time.Millisecond))
		}
	}
	clear(l[:])
}

func statePollFreedSlot(st *step) {
	n := st.slot()
	if n < 0 || !st.is(wire.GetClientStateTCP) || st.result() != 0 {
		return
	}
	if s := st.s.slots[n&0xFF]; s.use == listener || s.use == udp {
		st.reportOf(n, []int{s.opened, st.ex.N}, "GET_CLIENT_STATE_TCP has freed slot %d, which is a %s", n, s.use)
	}
}

func startInOpenSlot(st *step) {
	n := st.slot()
	if n < 0 || !st.is(wire.StartClientTCP, wire.StartServerTCP) || st.result() != 1 {
		return
	}
	was := st.s.slots[n&0xFF]
	again := was.use == udp && wire.Mode(st.arg("mode")) != wire.ModeTCP // a destination for a bound socket, or the other way round
	if was.use.open() && !again {
		st.reportOf(n, []int{was.opened, st.ex.N}, "%s in slot %d, which is a %s that was not stopped", st.ex.Name(), n, was.use)
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
