package lint

import (
	"fmt"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/decode/ledger"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// A session is what a trace has told so far: sockets and link as the ledger has
// them, and what the ledger does not keep.
type session struct {
	ledger *ledger.Ledger
	closed [256]bool      // by slot: what was in it is known to be closed
	listen [256]listening // by slot, also after the slot was freed
	n      int            // the last exchange of the recording, 0: none
}

// listening is a server that was started in a slot. It listens until the next
// reset (reference §4.0 quirk 3).
type listening struct {
	since int // exchange, 0: there is none
	port  int
}

// slot returns what is open in a slot, nil if nothing is known to be.
func (s *session) slot(n int) *ledger.Conversation { return s.ledger.Open(ledger.Slot, uint8(n)) }

// listens reports whether a slot is that of a server now.
func (s *session) listens(n int) bool {
	c := s.slot(n)
	return n >= 0 && c != nil && c.Kind == ledger.Listener
}

// open returns how many sockets are known to be open.
func (s *session) open() (n int) {
	for i := range 256 {
		for _, e := range [...]ledger.Engine{ledger.Slot, ledger.Descriptor} {
			if s.ledger.Open(e, uint8(i)) != nil {
				n++
			}
		}
	}
	return n
}

// add takes up an event, after the checks have seen it.
func (s *session) add(ev *decode.Event) {
	s.ledger.Add(ev)
	switch rec := &ev.Record; {
	case ev.Exchange.N != 0:
		s.n = ev.Exchange.N
	case rec.Kind == capture.KindStart:
		*s = session{ledger: s.ledger}
	case rec.Kind == capture.KindLoss:
		*s = session{ledger: s.ledger, n: s.n}
	case resets(rec):
		clear(s.listen[:])
	}
}

// told takes up an event of the ledger.
func (s *session) told(ev *ledger.Event) {
	if ev.Conv == nil || ev.Conv.Engine != ledger.Slot {
		return
	}
	c := ev.Conv
	switch ev.Kind {
	case ledger.EventOpened:
		s.closed[c.Sock] = false
		if c.Kind == ledger.Listener && c.Opening == ledger.Seen {
			s.listen[c.Sock] = listening{c.Opened.Exchange, int(c.Local)}
		}
	case ledger.EventClosed:
		s.closed[c.Sock] = c.Cause != ledger.Unseen
		if c.Cause == ledger.Failed {
			s.listen[c.Sock] = listening{}
		}
	}
}

// joins is the commands that begin a join.
var joins = []wire.Command{wire.SetNet, wire.SetPassphrase, wire.SetKey, wire.SetEnt, wire.SetEntEnable}

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

// A peer is an address and a port.
type peer struct {
	ip   [4]byte
	port int
}

// String returns "192.0.2.1:80".
func (p peer) String() string {
	return fmt.Sprintf("%d.%d.%d.%d:%d", p.ip[0], p.ip[1], p.ip[2], p.ip[3], p.port)
}
