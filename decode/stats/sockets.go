package stats

import (
	"fmt"
	"time"

	"github.com/ninatrace/ninatrace/decode/ledger"
)

// A Socket is all that went over one slot or descriptor, whatever it was used
// for, see package ledger.
type Socket struct {
	Engine        string        `json:"engine"` // "slot" or "fd"
	Sock          uint8         `json:"sock"`
	Conversations uint64        `json:"conversations"`
	Open          time.Duration `json:"open_ns"`        // by all of them together
	Sent          int64         `json:"sent"`           // bytes of payload
	Received      int64         `json:"received"`       // bytes of payload
	SendRate      float64       `json:"sent_per_s"`     // bytes for each second it was open, 0 if it never was
	ReceiveRate   float64       `json:"received_per_s"` // the same
}

// sockets adds up what a ledger tells.
type sockets struct {
	ledger *ledger.Ledger
	of     [2 << 8]*Socket // by engine and number, nil: not used
}

func (s *sockets) init() { s.ledger = ledger.New(s.tell) }

// tell adds up an event of the ledger.
func (s *sockets) tell(ev *ledger.Event) {
	if ev.Conv == nil {
		return
	}
	k := s.socket(ev.Conv.Engine, ev.Conv.Sock)
	switch ev.Kind {
	case ledger.EventOpened:
		k.Conversations++
	case ledger.EventData:
		k.carry(ev.Data.From, int64(ev.Data.Len)*ev.Data.Times)
	case ledger.EventClosed:
		k.Open += max(ev.Time-ev.Conv.Opened.Time, 0)
	}
}

func (s *sockets) socket(e ledger.Engine, sock uint8) *Socket {
	at := &s.of[int(e)<<8|int(sock)]
	if *at == nil {
		*at = &Socket{Engine: e.String(), Sock: sock}
	}
	return *at
}

func (k *Socket) carry(from ledger.Side, n int64) {
	if from == ledger.Host {
		k.Sent += n
	} else {
		k.Received += n
	}
}

// list ends the ledger and returns the sockets.
func (s *sockets) list() []Socket {
	s.ledger.Close()
	list := []Socket{}
	for _, k := range s.of {
		if k == nil {
			continue
		}
		if secs := k.Open.Seconds(); secs > 0 {
			k.SendRate, k.ReceiveRate = float64(k.Sent)/secs, float64(k.Received)/secs
		}
		list = append(list, *k)
	}
	return list
}

func (p *page) sockets(list []Socket) {
	rows := []string{"        \tconversations\topen\tsent\treceived\tsent/s\treceived/s"}
	for _, k := range list {
		rows = append(rows, fmt.Sprintf("%-8s\t%d\t%s\t%s\t%s\t%s\t%s", fmt.Sprintf("%s %d", k.Engine, k.Sock),
			k.Conversations, span(k.Open), size(float64(k.Sent)), size(float64(k.Received)), size(k.SendRate), size(k.ReceiveRate)))
	}
	if len(list) > 0 {
		p.table("sockets: payload, and what of it went in each second that they were open", rows)
	}
}

// size shows a number of bytes.
func size(n float64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2f GB", n/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.2f MB", n/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.1f kB", n/1e3)
	}
	return fmt.Sprintf("%.0f B", n)
}
