package lint

import (
	"bytes"
	"slices"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// What goes wrong with what is sent.
var sendRules = []Rule{
	{ID: "NT401", Name: "short-send-ignored", Severity: Error, Title: "the rest of a short send was not sent",
		Why:    "The firmware took a part of the data: what follows leaves a hole in the stream, and the peer reads garbage.",
		Do:     "Look at the count in the reply, and send the rest first.",
		Source: "§4.3, §6.3 T-1, `short-sends`, arduino/nina-fw#61", check: func() check { return newSends(false).see }},
	{ID: "NT402", Name: "zero-send-ignored", Severity: Error, Title: "a send that took nothing was not repeated",
		Why:    "0 means that the send buffer is full, or that the connection has failed: the data are gone, and more follows.",
		Do:     "On 0 ask for the state; while it is 4, wait and send the same again.",
		Source: "§4.3, §6.3 T-2, `short-sends`, arduino-libraries/WiFiNINA#129", check: func() check { return newSends(true).see }},
	{ID: "NT403", Name: "full-closes", Severity: Error, Title: "a failed send has closed the connection",
		Why:      "Firmware this old closes a connection when its send buffer is full.",
		Do:       "Update the firmware, or send less at once and wait for answers.",
		Firmware: Firmware{{Family: wire.Arduino, Before: wire.V(1, 4, 3)}, {Family: wire.Adafruit, Before: wire.V(2, 0, 0)}},
		Source:   "§4.3, §4.9, `full-closes`", check: stateless(fullCloses)},
	{ID: "NT404", Name: "empty-send", Severity: Note, Title: "a send of no bytes",
		Why:    "It costs an exchange and does nothing.",
		Do:     "Do not send what is empty.",
		Source: "§6.1", check: stateless(emptySend)},
	{ID: "NT405", Name: "data-sent-asked", Severity: Note, Title: "DATA_SENT_TCP tells nothing",
		Why:    "It answers 1 whatever was sent: an exchange for each send.",
		Do:     "Do without it.",
		Source: "§4.3, §6.3 T-3, `always-sent`", check: stateless(dataSentAsked)},
}

// keptBytes is how much of what was not taken is kept, to know it again.
const keptBytes = 32

// sends knows of each connection what its last send has left over.
type sends struct {
	zero bool // look for sends that took nothing; else for those that took a part
	rest map[int]*rest
}

// A rest is what was not sent.
type rest struct {
	n     int // the exchange
	asked int
	took  int
	data  []byte // its beginning
}

func newSends(zero bool) *sends { return &sends{zero: zero, rest: map[int]*rest{}} }

func (s *sends) see(st *step) {
	if st.over() || st.lost() {
		clear(s.rest)
	}
	if st.ex == nil {
		return
	}
	sock := st.arg("sock")
	if st.asks(wire.SocketSend, wire.SocketClose) {
		sock += 256
	}
	switch {
	case st.asks(wire.SendDataTCP, wire.SocketSend) && sock >= 0:
		s.send(st, sock)
	case st.asks(wire.StopClientTCP, wire.SocketClose):
		if r := s.rest[sock]; r != nil && !s.zero {
			st.reportOf(sock, []int{r.n, st.ex.N}, "%d of %d bytes were taken, and the connection was closed without the rest", r.took, r.asked)
		}
		delete(s.rest, sock)
	case st.asks(wire.StartClientTCP, wire.GetClientStateTCP) && (st.ex.Cmd == wire.StartClientTCP || st.result() == 0):
		delete(s.rest, sock)
	}
}

// send compares a send with what the one before has left, and keeps what it
// leaves.
func (s *sends) send(st *step, sock int) {
	v, ok := st.value("data")
	data := v.Bytes()
	known := ok && st.ex.Request.Window.Omitted == 0 && len(st.ex.Request.Window.Masks) == 0
	if r := s.rest[sock]; r != nil && known && !bytes.HasPrefix(data, r.data) && !bytes.HasPrefix(r.data, data) {
		st.reportOf(sock, []int{r.n, st.ex.N}, "%d of %d bytes were taken, and what follows is not the rest", r.took, r.asked)
	}
	delete(s.rest, sock)
	took := st.result()
	if !known || took < 0 || took >= len(data) || (took == 0) != s.zero {
		return
	}
	left := data[took:]
	s.rest[sock] = &rest{st.ex.N, len(data), took, slices.Clone(left[:min(len(left), keptBytes)])}
}

func fullCloses(st *step) {
	if n := st.slot(); n >= 0 && st.is(wire.SendDataTCP) && st.result() == 0 && st.ex.Firmware != 0 {
		st.report(n, "SEND_DATA_TCP took nothing, and the firmware has closed slot %d", n)
	}
}

func emptySend(st *step) {
	if !st.asks(wire.SendDataTCP, wire.SocketSend) || st.ex.Request.Window.Omitted > 0 {
		return
	}
	if v, ok := st.value("data"); ok && len(v.Bytes()) == 0 {
		st.report(st.arg("sock"), "%s of 0 bytes", st.ex.Name())
	}
}

func dataSentAsked(st *step) {
	if st.is(wire.DataSentTCP) {
		st.report(0, "DATA_SENT_TCP of slot %d answers 1, as always", st.slot())
	}
}
