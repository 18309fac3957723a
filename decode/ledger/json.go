package ledger

import (
	"encoding/json"
	"fmt"
	"time"
)

// MarshalJSON returns the conversation as docs/json.md has it.
func (c *Conversation) MarshalJSON() ([]byte, error) {
	addr := ""
	if c.Addr.IsValid() {
		addr = c.Addr.String()
	}
	return json.Marshal(struct {
		ID                int         `json:"id"`
		Kind              string      `json:"kind"`
		Engine            string      `json:"engine"`
		Sock              uint8       `json:"sock"`
		Listener          int         `json:"listener,omitempty"`
		LocalPort         uint16      `json:"local_port,omitempty"`
		Peer              string      `json:"peer,omitempty"`
		PeerPort          uint16      `json:"peer_port,omitempty"`
		Host              string      `json:"host,omitempty"`
		ManyPeers         bool        `json:"many_peers,omitempty"`
		Opening           string      `json:"opening"`
		Opened            moment      `json:"opened"`
		Sent              int64       `json:"sent"`
		Received          int64       `json:"received"`
		SentDatagrams     int64       `json:"sent_datagrams,omitempty"`
		ReceivedDatagrams int64       `json:"received_datagrams,omitempty"`
		Gaps              int         `json:"gaps,omitempty"`
		Cause             string      `json:"cause"`
		Ended             moment      `json:"ended"`
		Closed            moment      `json:"closed"`
		Lasted            json.Number `json:"lasted"`
		Leaked            bool        `json:"leaked,omitempty"`
		LivesOn           bool        `json:"lives_on,omitempty"`
	}{c.ID, c.Kind.String(), c.Engine.String(), c.Sock, c.Listener, c.Local, addr, c.Port, c.Host, c.ManyPeers,
		c.Opening.String(), c.Opened.json(), c.Sent, c.Received, c.SentDatagrams, c.ReceivedDatagrams, c.Gaps,
		c.Cause.String(), c.Ended.json(), c.Closed.json(), seconds(c.Lasted()), c.Leaked, c.LivesOn})
}

// Lasted returns how long the conversation had its slot or descriptor, 0 while
// it is open.
func (c *Conversation) Lasted() time.Duration { return max(c.Closed.Time-c.Opened.Time, 0) }

// A moment is a Moment in JSON.
type moment struct {
	Exchange int         `json:"exchange,omitempty"`
	Time     json.Number `json:"t"`
	Call     uint64      `json:"call,omitempty"`
	Op       string      `json:"op,omitempty"`
}

func (m Moment) json() moment {
	j := moment{Exchange: m.Exchange, Time: seconds(m.Time), Call: uint64(m.Call)}
	if m.Op != 0 {
		j.Op = m.Op.String()
	}
	return j
}

// seconds returns a time in seconds, exact to the nanosecond.
func seconds(t time.Duration) json.Number {
	t = max(t, 0)
	return json.Number(fmt.Sprintf("%d.%09d", t/time.Second, t%time.Second))
}
