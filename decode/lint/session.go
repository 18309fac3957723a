package lint

import (
	"fmt"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A session is what a trace has told so far of sockets and link.
type session struct {
	slots   [256]socket   // by slot
	fds     [256]socket   // by descriptor of the BSD-style commands
	status  wire.Status   // the last one told, if known
	known   bool          // a status was told since the last reset or join
	reason  wire.Reason   // the last one told
	last    decode.Status // how the exchange before ended
	lastCmd wire.Command  // its command
	n       int           // its number, 0: none since the recording began
}

// A socket is what is known of a slot or a descriptor.
type socket struct {
	use    use
	opened int // the exchange that opened it
	listen int // the exchange that made it a listener, also if it is none any more, until the reset; 0: none
	port   int // it listens on
}

// A peer is an address and a port.
type peer struct {
	ip   [4]byte
	port int
}

// use is what a socket is used for.
type use uint8

const (
	unknown  use = iota
	closed       // freed, or never opened since the reset
	client       // TCP
	accepted     // TCP, by a listener
	secure       // TLS
	udp
	listener
	bsd // a descriptor, whatever for
)

var useNames = [...]string{"unknown", "closed", "TCP client", "accepted client", "TLS client", "UDP socket", "listener", "socket"}

func (u use) String() string { return useNames[u] }

func (u use) open() bool { return u > closed }

// ofSlots reports whether a command names a slot.
func ofSlots(c wire.Command) bool {
	switch c {
	case wire.StartServerTCP, wire.GetStateTCP, wire.DataSentTCP, wire.AvailDataTCP, wire.GetDataTCP, wire.StartClientTCP,
		wire.StopClientTCP, wire.GetClientStateTCP, wire.StopServerTCP, wire.SendDataUDP, wire.GetRemoteData,
		wire.SendDataTCP, wire.GetDatabufTCP, wire.InsertDatabuf:
		return true
	}
	return false
}

// record takes up a record.
func (s *session) record(rec *capture.Record) {
	switch {
	case rec.Kind == capture.KindStart:
		*s = session{}
	case rec.Kind == capture.KindLoss:
		*s = session{n: s.n}
	case resets(rec):
		*s = session{n: s.n}
		for i := range s.slots {
			s.slots[i].use, s.fds[i].use = closed, closed
		}
	}
}

// exchange takes up an exchange.
func (s *session) exchange(ex *decode.Exchange) {
	st := step{ex: ex}
	if ofSlots(ex.Cmd) {
		s.slot(&st)
	} else {
		s.link(&st)
		s.descriptor(&st)
	}
	s.n, s.last, s.lastCmd = ex.N, ex.Status, ex.Cmd
}

// slot takes up an exchange about a slot.
func (s *session) slot(st *step) {
	n := st.arg("sock")
	if n < 0 {
		return
	}
	slot := &s.slots[n&0xFF]
	switch {
	case st.is(wire.StartServerTCP) && st.result() == 1:
		s.serve(st, slot)
	case st.is(wire.StartClientTCP) && st.result() == 1:
		slot.use, slot.opened = clientUse(st.arg("mode")), st.ex.N
	case st.is(wire.AvailDataTCP) && slot.use == listener && st.result() < wire.NoSlot:
		if c := &s.slots[st.result()&0xFF]; !c.use.open() {
			c.use, c.opened = accepted, st.ex.N
		}
	case st.is(wire.StopClientTCP):
		slot.use = closed
	case st.is(wire.GetClientStateTCP) && st.result() == 0 && stateFrees(st.ex, slot.use):
		slot.use = closed
	}
}

// serve makes the slot a listener or a bound UDP socket.
func (s *session) serve(st *step, slot *socket) {
	slot.opened, slot.port = st.ex.N, st.arg("port")
	if wire.Mode(st.arg("mode")) == wire.ModeTCP {
		slot.use, slot.listen = listener, st.ex.N
	} else {
		slot.use = udp
	}
}

// clientUse returns what START_CLIENT_TCP makes of a slot.
func clientUse(mode int) use {
	switch wire.Mode(mode) {
	case wire.ModeUDP:
		return udp
	case wire.ModeTLS, wire.ModeBearSSL:
		return secure
	}
	return client
}

// stateFrees reports whether GET_CLIENT_STATE_TCP frees a slot when it answers
// 0 (reference §4.0 quirk 4). Firmware that is not known is taken for
// Arduino's.
func stateFrees(ex *decode.Exchange, u use) bool {
	if ex.Family != wire.Adafruit || ex.Firmware < wire.V(3, 1, 0) {
		return true
	}
	return ex.Firmware >= wire.V(3, 3, 0) && (u == client || u == secure)
}

// descriptor takes up an exchange about a BSD-style socket.
func (s *session) descriptor(st *step) {
	switch fd := st.result(); {
	case st.is(wire.SocketSocket, wire.SocketAccept) && fd >= 0 && fd < wire.NoFD:
		s.fds[fd] = socket{use: bsd, opened: st.ex.N}
	case st.is(wire.SocketClose) && st.arg("sock") >= 0:
		s.fds[st.arg("sock")&0xFF] = socket{use: closed}
	}
}

// link takes up an exchange about the link.
func (s *session) link(st *step) {
	switch {
	case st.asks(joins...) || st.asks(wire.SetAPNet, wire.SetAPPassphrase, wire.Disconnect, wire.ScanNetworks):
		s.known = false
	case st.is(wire.GetConnStatus) && st.result() >= 0:
		s.status, s.known = wire.Status(st.result()), true
	case st.is(wire.GetReasonCode) && st.result() >= 0:
		s.reason = wire.Reason(st.result())
	}
}

// joins is the commands that begin a join.
var joins = []wire.Command{wire.SetNet, wire.SetPassphrase, wire.SetKey, wire.SetEnt, wire.SetEntEnable}

// open returns how many sockets are known to be open.
func (s *session) open() (n int) {
	for i := range s.slots {
		if s.slots[i].use.open() {
			n++
		}
		if s.fds[i].use.open() {
			n++
		}
	}
	return n
}

// String returns "192.0.2.1:80".
func (p peer) String() string {
	return fmt.Sprintf("%d.%d.%d.%d:%d", p.ip[0], p.ip[1], p.ip[2], p.ip[3], p.port)
}
